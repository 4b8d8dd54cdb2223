/** Findings and exceptions as lines of a table: whose, due when, on which controls. Pure. */
import type { ExceptionView, FindingView } from '../../../shared/contract/checklist.ts';
import type { Output } from '../../../shared/contract/index.ts';
import { SEVERITIES } from '../../../shared/entities/index.ts';
import { type ExceptionState, exceptionState } from '../checklist/words.ts';

const DAY = 86_400_000;
/** What is due or ends within this many days is soon. */
export const SOON_DAYS = 30;

export type KnownDeviations = Output<'compliance.deviations'>;
export type NamedControl = KnownDeviations['controls'][number];

export interface FindingLine {
  readonly id: string;
  readonly view: FindingView;
  /** Name of the owner; null: nobody. */
  readonly owner: string | null;
  readonly overdue: boolean;
  readonly controls: readonly NamedControl[];
  /** Ids of controls that are of no framework now. */
  readonly lost: readonly string[];
}

export interface ExceptionLine {
  readonly id: string;
  readonly view: ExceptionView;
  readonly state: ExceptionState;
  /** Name of who asked for it. */
  readonly asker: string;
  readonly controls: readonly NamedControl[];
  readonly lost: readonly string[];
}

type NameOf = (userId: string) => string;

function named(ids: readonly string[], controls: ReadonlyMap<string, NamedControl>) {
  return {
    controls: ids.flatMap((id) => controls.get(id) ?? []),
    lost: ids.filter((id) => !controls.has(id)),
  };
}

const byId = (controls: readonly NamedControl[]) => new Map(controls.map((one) => [one.id, one]));

export function findingLines(known: KnownDeviations, nameOf: NameOf): readonly FindingLine[] {
  const controls = byId(known.controls);
  return known.findings.map((view) => {
    const { id, owner_id, status, due_on, controls: ids } = view.finding;
    return {
      ...{ id, view, owner: owner_id === null ? null : nameOf(owner_id) },
      overdue: status === 'open' && due_on !== null && due_on < known.basis.day,
      ...named(ids, controls),
    };
  });
}

export function exceptionLines(known: KnownDeviations, nameOf: NameOf): readonly ExceptionLine[] {
  const controls = byId(known.controls);
  return known.exceptions.map((view) => {
    const { exception } = view;
    return {
      ...{ id: exception.id, view, state: exceptionState(exception, known.basis.day) },
      asker: nameOf(exception.created_by),
      ...named(exception.controls, controls),
    };
  });
}

/** Open before closed, the gravest first, then what is due first; what has no due day comes last. */
export function byGravity(a: FindingLine, b: FindingLine): number {
  const rank = ({ view: { finding } }: FindingLine): number =>
    (finding.status === 'open' ? 0 : SEVERITIES.length) + SEVERITIES.length - 1 - SEVERITIES.indexOf(finding.severity);
  return rank(a) - rank(b) || order(a.view.finding.due_on, b.view.finding.due_on);
}

const STATES: readonly ExceptionState[] = ['asked', 'in force', 'expired', 'revoked'];

/** What waits for a decision first, then what ends first. */
export function byDecision(a: ExceptionLine, b: ExceptionLine): number {
  return (
    STATES.indexOf(a.state) - STATES.indexOf(b.state) || order(a.view.exception.expires_on, b.view.exception.expires_on)
  );
}

function order(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  return b === null || a < b ? -1 : 1;
}

/** The first instant after a UTC day, ms: an exception holds until then. */
export const endOfDay = (day: string): number => Date.parse(`${day}T00:00:00.000Z`) + DAY;

/** The UTC day so many days after another. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + days * DAY).toISOString().slice(0, 10);
