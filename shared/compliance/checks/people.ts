/**
 * When members were active, administrators, and had a second factor: by stretches of time, so that an hour is not missed between two days.
 *
 * The second factor of a user is set up outside of any change of a member: the log tells it as `user.totp.confirm` of that user, and later
 * changes of the member show it.
 */
import type { Member } from '../../entities/index.ts';
import { kept } from '../../rbac/questions/index.ts';
import type { EntitySpan, Past } from './asOf.ts';
import { overlap, type Span, union } from './spans.ts';

/** What follows from a past, made when first asked for. */
interface Derived {
  readonly admin: Map<string, readonly Span[]>;
  readonly factors: Map<string, readonly FactorSpan[]>;
  /** Members whose present record has a second factor. */
  readonly present: ReadonlySet<string>;
}
const derived = new WeakMap<Past, Derived>();

function derivedOf(past: Past): Derived {
  let found = derived.get(past);
  if (found === undefined) {
    const present = new Set(past.world.records('member').flatMap(({ id, mfa }) => (mfa ? [id] : [])));
    found = { admin: new Map(), factors: new Map(), present };
    derived.set(past, found);
  }
  return found;
}

const ADMIN = 'admin';
const EVERYTHING = '*:*';
/** Roles a chain of inheritance may have. */
const DEPTH_MAX = 5;
const ALWAYS: readonly Span[] = [{ from: -Infinity, to: Infinity }];

/** Stretches in which a role was, or inherited from, the built-in admin, or granted everything. */
export function adminSpansOfRole(past: Past, role: string, depth = 0): readonly Span[] {
  if (role === ADMIN) return ALWAYS;
  if (depth === DEPTH_MAX) return [];
  return union(
    past.spansOf('role', role).flatMap((span) => {
      if (span.data === null) return [];
      if (span.data.permissions.includes(EVERYTHING)) return [[span]];
      return span.data.inherits === null
        ? []
        : [overlap([span], adminSpansOfRole(past, span.data.inherits, depth + 1))];
    }),
  );
}

/** Stretches in which a user owned the organization. */
function ownerSpans(past: Past, userId: string): Span[] {
  return past
    .idsOf('organization')
    .flatMap((id) => past.spansOf('organization', id).filter(({ data }) => data?.owner_id === userId));
}

export function isActive(member: Member | null): member is Member {
  return member?.status === 'active';
}

/** Stretches in which a member was active and an administrator or the owner. Of those that are known. */
export function adminSpans(past: Past, memberId: string): readonly Span[] {
  return kept(derivedOf(past).admin, memberId, () => readAdminSpans(past, memberId));
}

function readAdminSpans(past: Past, memberId: string): Span[] {
  const spans = past.spansOf('member', memberId).filter(({ data, known }) => known && isActive(data));
  return union(
    spans.map((span) => {
      const { role, permissions, user_id } = span.data!;
      if (permissions.includes(EVERYTHING)) return [span];
      return overlap([span], union([adminSpansOfRole(past, role), ownerSpans(past, user_id)]));
    }),
  );
}

/** Whether an active member was an administrator or the owner just before an instant. */
export function isAdmin(past: Past, memberId: string, at: number): boolean {
  return adminSpans(past, memberId).some(({ from, to }) => from < at && at <= to);
}

export interface FactorSpan extends Span {
  /** Null: not told. */
  readonly mfa: boolean | null;
}

/** A member's second factor within one stretch of its past. */
function factorIn({ from, to, data, told, known }: EntitySpan<Member>, past: Past): FactorSpan[] {
  if (data === null) return [];
  if (!known) return [{ from, to, mfa: null }];
  const set = past.enrolmentsOf(data.user_id).find((at) => at >= from && at < to);
  if (set === undefined || (told && data.mfa)) return [{ from, to, mfa: data.mfa }];
  // Found at the stretch's end and set up within it: whether for the first time is not told.
  const first = !told && data.mfa ? null : false;
  return set === from
    ? [{ from, to, mfa: true }]
    : [
        { from, to: set, mfa: first },
        { from: set, to, mfa: true },
      ];
}

/** A member's second factor over its life. Where the last told state has none, the present record has one, and nothing says since when: null. */
export function factorSpans(past: Past, memberId: string): readonly FactorSpan[] {
  return kept(derivedOf(past).factors, memberId, () => readFactorSpans(past, memberId));
}

function readFactorSpans(past: Past, memberId: string): FactorSpan[] {
  const spans = past.spansOf('member', memberId).flatMap((span) => factorIn(span, past));
  const last = spans.at(-1);
  if (last?.mfa === false && last.to === Infinity && presentFactor(past, memberId)) {
    spans[spans.length - 1] = { ...last, mfa: null };
  }
  return spans;
}

function presentFactor(past: Past, memberId: string): boolean {
  return derivedOf(past).present.has(memberId);
}

/** A member's second factor just before an instant; null: not told. At the end of what is known the present record tells it. */
export function factorAt(past: Past, memberId: string, at: number): boolean | null {
  const mfa = factorSpans(past, memberId).findLast(({ from }) => from < at)?.mfa ?? null;
  return mfa === null && at >= past.world.asOf && presentFactor(past, memberId) ? true : mfa;
}
