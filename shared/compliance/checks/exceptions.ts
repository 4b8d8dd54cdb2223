/** Which accepted deviations hold at the end of a period. Their own dates decide, so that a past period is judged as it was. */
import type { ControlException } from '../../entities/index.ts';
import type { CheckPeriod, CheckWorld } from './world.ts';

/** UTC day of an instant, `2026-11-25`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Approved before the end of the period, not revoked before it, and not expired on its last day. */
function holds({ approved_at, revoked_at, expires_on }: ControlException, { to }: CheckPeriod): boolean {
  return (
    approved_at !== null &&
    Date.parse(approved_at) < to &&
    (revoked_at === null || Date.parse(revoked_at) >= to) &&
    expires_on >= dayOf(to - 1)
  );
}

/** Exceptions to a check that hold at the end of the period, by id. */
export function exceptionsOf(world: CheckWorld, check: string, period: CheckPeriod): ControlException[] {
  return world
    .records('control_exception')
    .filter((one) => one.checks.includes(check) && holds(one, period))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** From the id of a failing item to the exception that covers it: one that names it before one that names nothing. */
export function coverOf(exceptions: readonly ControlException[]): (item: string) => string | null {
  const named = new Map<string, string>();
  for (const { id, subjects } of exceptions) {
    for (const subject of subjects) if (!named.has(subject)) named.set(subject, id);
  }
  const all = exceptions.find(({ subjects }) => subjects.length === 0)?.id ?? null;
  return (item) => named.get(item) ?? all;
}
