/** What the past of an entity looks like to checks. */
import type { Member, Organization, Role, ServiceAccount } from '../../entities/index.ts';
import type { Span } from './spans.ts';

/** Kinds whose past is told. */
export interface KindData {
  readonly organization: Organization;
  readonly member: Member;
  readonly role: Role;
  readonly service_account: ServiceAccount;
}
export type PastKind = keyof KindData;

export interface EntitySpan<T> extends Span {
  /** Null: not there. */
  readonly data: T | null;
  /** Whether a step of the log began it: else `data` is what was found at its end. */
  readonly told: boolean;
  /** False: a change was withheld, or the time lies before the log there is. `data` is then a guess that decides nothing. */
  readonly known: boolean;
}
