/** Questions about access as the address holds them, and as the contract asks them. Pure: clock and zone are given. */
import type { AccessQuestion, HolderRef, RoleDraft } from '../../shared/contract/access.ts';
import { parseWall, wallText } from '../ui/wallClock.ts';

export const ASKS = ['who', 'holder', 'diff', 'replay', 'unused'] as const;
export type Ask = (typeof ASKS)[number];

export interface Asked {
  readonly ask: Ask;
  /** Empty where none is chosen. */
  readonly permission: string;
  readonly holder: HolderRef | null;
  /** A past day, `2026-11-24`; empty: now. */
  readonly day: string;
  /** First and last day of the period. */
  readonly from: string;
  readonly to: string;
  /** What a replay changes: a role, or one holder. */
  readonly subject: 'holder' | 'role';
  readonly role: string;
  /** Grants taken away and given, against what stands now. */
  readonly minus: readonly string[];
  readonly plus: readonly string[];
}

/** Days before today in which a period begins that nobody chose; use is looked for longer than change. */
const PERIOD_DAYS = 30;
const UNUSED_DAYS = 90;
const DAY = 86_400_000;

export function dayText(at: number, zone: string): string {
  return wallText(at, zone).slice(0, 10);
}

/** First and last millisecond of a day in a zone; null where the text is no day. */
export function dayBounds(day: string, zone: string): { readonly start: number; readonly end: number } | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const start = parseWall(day, zone);
  if (start === null) return null;
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
  const end = parseWall(next, zone);
  return end === null ? null : { start, end: end - 1 };
}

export function holderKey({ type, id }: HolderRef): string {
  return `${type === 'member' ? 'm' : 's'}:${id}`;
}

export function readHolder(text: string | null): HolderRef | null {
  const [kind, id] = text?.split(/:(.*)/s) ?? [];
  if (id === undefined || id === '' || (kind !== 'm' && kind !== 's')) return null;
  return { type: kind === 'm' ? 'member' : 'service_account', id };
}

/** The question of an address; what it leaves out is as nobody chose it. */
export function readAsked(params: URLSearchParams, now: number, zone: string): Asked {
  const list = (name: string): readonly string[] => params.get(name)?.split(',').filter(Boolean) ?? [];
  const ask = ASKS.find((name) => name === params.get('ask')) ?? 'who';
  const days = ask === 'unused' ? UNUSED_DAYS : PERIOD_DAYS;
  return {
    ask,
    permission: params.get('permission') ?? '',
    holder: readHolder(params.get('holder')),
    day: params.get('day') ?? '',
    from: params.get('from') ?? dayText(now - days * DAY, zone),
    to: params.get('to') ?? dayText(now, zone),
    subject: params.get('subject') === 'role' ? 'role' : 'holder',
    role: params.get('role') ?? '',
    minus: list('minus'),
    plus: list('plus'),
  };
}

/** The grants of now with what was taken away and given. */
export function changedGrants(now: readonly string[], asked: Pick<Asked, 'minus' | 'plus'>): readonly string[] {
  const kept = now.filter((grant) => !asked.minus.includes(grant));
  return [...new Set([...kept, ...asked.plus])].sort();
}

/** What leads from the grants of now to others. */
export function grantsDelta(
  now: readonly string[],
  next: readonly string[],
): { readonly minus: readonly string[]; readonly plus: readonly string[] } {
  return {
    minus: now.filter((grant) => !next.includes(grant)),
    plus: next.filter((grant) => !now.includes(grant)),
  };
}

/** What stands now of what a replay may change; null where it is not known. */
export interface Standing {
  readonly role: Pick<RoleDraft, 'id' | 'inherits' | 'permissions'> | null;
  /** The holder's own grants. */
  readonly own: readonly string[] | null;
}

type Period = { readonly from: number; readonly to: number };

function periodOf({ from, to }: Asked, zone: string): Period | string {
  const [first, last] = [dayBounds(from, zone), dayBounds(to, zone)];
  if (first === null || last === null) return 'Choose the first and the last day.';
  return first.start > last.end ? 'The last day lies before the first.' : { from: first.start, to: last.end };
}

function replayOf(asked: Asked, period: Period, standing: Standing): AccessQuestion | string {
  const changed = asked.minus.length + asked.plus.length > 0;
  const { role, own } = standing;
  if (asked.subject === 'role') {
    if (role === null) return 'Choose the role that would have been another.';
    if (!changed) return 'Take a grant from the role or give it one.';
    const draft = { ...role, permissions: [...changedGrants(role.permissions, asked)] };
    return { question: 'replay', ...period, role: draft, holder: null, permissions: null };
  }
  if (asked.holder === null) return 'Choose whose access would have been another.';
  if (!changed && role === null) return 'Give another role, or change a grant.';
  return {
    question: 'replay',
    ...period,
    role: role === null ? null : { ...role, permissions: [...role.permissions] },
    holder: asked.holder,
    permissions: changed ? [...changedGrants(own ?? [], asked)] : null,
  };
}

/** The question as the contract asks it, or as a sentence what it still lacks. A day that is not over means now. */
export function questionOf(asked: Asked, standing: Standing, now: number, zone: string): AccessQuestion | string {
  const day = asked.day === '' ? null : dayBounds(asked.day, zone);
  if (asked.day !== '' && day === null) return `There is no day ${asked.day}.`;
  const at = day === null || day.end >= now ? null : day.end;
  switch (asked.ask) {
    case 'who':
      return asked.permission === ''
        ? 'Choose a permission, such as threads:delete.'
        : { question: 'who', permission: asked.permission, at };
    case 'holder':
      return asked.holder === null
        ? 'Choose a member or a service account.'
        : { question: 'effective', holder: asked.holder, at };
    default: {
      const period = periodOf(asked, zone);
      if (typeof period === 'string') return period;
      return asked.ask === 'replay' ? replayOf(asked, period, standing) : { question: asked.ask, ...period };
    }
  }
}

/** Since when something is held in any way: the first of its ways; null: from before the log begins, or not told by it. */
export function heldSince(paths: readonly { readonly since: number | null }[]): number | null {
  const times = paths.map(({ since }) => since);
  if (times.length === 0 || times.includes(null)) return null;
  return Math.min(...times.filter((at) => at !== null));
}
