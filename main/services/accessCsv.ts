/** Answers about access as tables: one row for each holder and permission, or each event. */
import type { AccessPath, AccessQuestion, Holder } from '../../shared/contract/access.ts';
import type { Output } from '../../shared/contract/index.ts';

export type Cells = (string | number | null)[];

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const holderCells = ({ type, id, name, detail, status }: Holder): Cells => [type, id, name, detail, status];
const pathTexts = (paths: readonly AccessPath[]): string => paths.map(({ text }) => text).join('; ');
/** The longest-standing path: since then there was one. */
const oldest = (paths: readonly AccessPath[]): string | null =>
  paths.some(({ since }) => since === null) ? null : instant(Math.min(...paths.map(({ since }) => since!)));

const HOLDER = ['holder_type', 'holder_id', 'holder_name', 'holder_detail', 'holder_status'];

/** Header of each question's table. */
export const COLUMNS: Readonly<Record<AccessQuestion['question'], readonly string[]>> = {
  who: [...HOLDER, 'permission', 'scopes', 'paths', 'since', 'last_used_at', 'uses'],
  effective: [...HOLDER, 'permission', 'scopes', 'paths', 'since', 'last_used_at', 'uses'],
  diff: [...HOLDER, 'permission', 'change', 'paths_before', 'paths_after'],
  replay: ['seq', 'recorded_at', ...HOLDER, 'action', 'target', 'permission', 'was', 'would'],
  unused: [...HOLDER, 'role', 'granted', 'used', 'smaller_role', 'smaller_by', 'unused_permission', 'paths'],
};

type Grant = Omit<Output<'access.effective'>['grants'][number], 'permission'>;

export function grantCells(holder: Holder, permission: string, grant: Grant): Cells {
  const { scopes, paths, lastUsedAt, uses } = grant;
  const scope = scopes === 'all' ? 'all' : scopes.join(' ');
  return [...holderCells(holder), permission, scope, pathTexts(paths), oldest(paths), instant(lastUsedAt), uses];
}

export function diffCells({ holder, permission, change, before, after }: Output<'access.diff'>['rows'][number]): Cells {
  return [...holderCells(holder), permission, change, pathTexts(before), pathTexts(after)];
}

export function replayCells(row: Output<'access.replay'>['rows'][number]): Cells {
  const { seq, at, holder, action, target, permission, was, would } = row;
  const who = holder === null ? HOLDER.map(() => null) : holderCells(holder);
  return [seq, instant(at), ...who, action, target, permission, was, would];
}

/** A row for each grant not used; one without a permission where all were. */
export function unusedCells(row: Output<'access.unused'>['rows'][number]): Cells[] {
  const { holder, role, granted, used, smallerRole } = row;
  const common = [...holderCells(holder), role, granted, used, smallerRole?.name ?? null, smallerRole?.fewer ?? null];
  if (row.unused.length === 0) return [[...common, null, null]];
  return row.unused.map(({ permission, paths }) => [...common, permission, paths.join('; ')]);
}
