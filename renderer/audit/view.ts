/**
 * What the explorer shows, as one plain value: filter, order and the open event. It is held by the address, so that
 * back, forward, a copied link and a restart all lead to the same screen.
 */
import { AuditFilter, AuditSortKey } from '../../shared/contract/audit.ts';

export type Direction = 'asc' | 'desc';

export interface AuditView {
  readonly filter: AuditFilter;
  readonly sort: AuditSortKey;
  readonly direction: Direction;
  /** Sequence number of the event in the detail panel; null when it is closed. */
  readonly seq: number | null;
}

export type ListField = 'actors' | 'actions' | 'targets' | 'outcomes' | 'workspaces';

export const EMPTY_FILTER: AuditFilter = AuditFilter.parse({});
export const DEFAULT_VIEW: AuditView = { filter: EMPTY_FILTER, sort: 'time', direction: 'desc', seq: null };

const LISTS: readonly (readonly [string, ListField])[] = [
  ['actor', 'actors'],
  ['action', 'actions'],
  ['target', 'targets'],
  ['outcome', 'outcomes'],
  ['workspace', 'workspaces'],
];
const KNOWN = new Set(['from', 'to', 'basis', 'q', 'sort', 'seq', ...LISTS.map(([key]) => key)]);
const INSTANT = /^([+-]\d{6}|\d{4})-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;

/** Whether nothing narrows the log. The time basis alone does not count: it only chooses which clock is shown. */
export function isUnfiltered(filter: AuditFilter): boolean {
  return (
    filter.from === null &&
    filter.to === null &&
    filter.text.trim() === '' &&
    LISTS.every(([, field]) => filter[field].length === 0)
  );
}

/** The view as the query part of an address, without `?`; parts at their default are left out. */
export function encodeView(view: AuditView): string {
  const { filter } = view;
  const params = new URLSearchParams();
  if (filter.from !== null) params.set('from', new Date(filter.from).toISOString());
  if (filter.to !== null) params.set('to', new Date(filter.to).toISOString());
  if (filter.basis !== EMPTY_FILTER.basis) params.set('basis', filter.basis);
  for (const [key, field] of LISTS) for (const value of filter[field]) params.append(key, value);
  if (filter.text !== '') params.set('q', filter.text);
  if (view.sort !== DEFAULT_VIEW.sort || view.direction !== DEFAULT_VIEW.direction) {
    params.set('sort', `${view.direction === 'desc' ? '-' : ''}${view.sort}`);
  }
  if (view.seq !== null) params.set('seq', String(view.seq));
  return params.toString();
}

export interface DecodedView {
  readonly view: AuditView;
  /** One sentence for each part of the address that could not be used; the rest of the address still holds. */
  readonly problems: readonly string[];
}

/** Reads the query part of an address. Never throws: a damaged part falls back to its default and is named. */
export function decodeView(query: string): DecodedView {
  const params = new URLSearchParams(query);
  const problems: string[] = [];
  for (const key of new Set(params.keys())) {
    if (!KNOWN.has(key)) problems.push(`The part “${clip(key)}” is unknown.`);
  }
  const filter = readFilter(params, problems);
  const { sort, direction } = readSort(params.get('sort'), problems);
  const seq = readSeq(params.get('seq'), problems);
  return { view: { filter, sort, direction, seq }, problems };
}

/** Whether two views ask for the same rows in the same order (the open event aside). */
export function sameRows(a: AuditView, b: AuditView): boolean {
  return rowsKey(a) === rowsKey(b);
}

/** A key that is equal exactly when the rows and their order are. */
export function rowsKey(view: AuditView): string {
  return JSON.stringify([view.filter, view.sort, view.direction]);
}

function readFilter(params: URLSearchParams, problems: string[]): AuditFilter {
  let from = readInstant(params.get('from'), 'start', problems);
  let to = readInstant(params.get('to'), 'end', problems);
  if (from !== null && to !== null && from >= to) {
    problems.push('The time range ends before it starts.');
    from = null;
    to = null;
  }
  const filter: Record<string, unknown> = { from, to };
  readPart(params.get('basis') ?? undefined, 'basis', filter, problems, 'The time basis');
  readPart(params.get('q') ?? undefined, 'text', filter, problems, 'The search text');
  for (const [key, field] of LISTS) {
    const values = [...new Set(params.getAll(key))];
    readPart(values.length > 0 ? values : undefined, field, filter, problems, `The ${key} filter`);
  }
  return AuditFilter.parse(filter);
}

function readPart(
  value: unknown,
  field: keyof AuditFilter,
  into: Record<string, unknown>,
  problems: string[],
  what: string,
): void {
  if (value === undefined) return;
  const parsed = AuditFilter.shape[field].safeParse(value);
  if (parsed.success) into[field] = parsed.data;
  else problems.push(`${what} is not valid.`);
}

function readInstant(text: string | null, what: string, problems: string[]): number | null {
  if (text === null) return null;
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  problems.push(`The ${what} of the time range, “${clip(text)}”, is not a UTC time.`);
  return null;
}

function readSort(text: string | null, problems: string[]): Pick<AuditView, 'sort' | 'direction'> {
  if (text === null) return DEFAULT_VIEW;
  const direction = text.startsWith('-') ? 'desc' : 'asc';
  const key = AuditSortKey.safeParse(text.replace(/^-/, ''));
  if (key.success) return { sort: key.data, direction };
  problems.push(`The log cannot be sorted by “${clip(text)}”.`);
  return DEFAULT_VIEW;
}

function readSeq(text: string | null, problems: string[]): number | null {
  if (text === null) return null;
  const seq = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seq)) return seq;
  problems.push(`“${clip(text)}” is not a sequence number.`);
  return null;
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
