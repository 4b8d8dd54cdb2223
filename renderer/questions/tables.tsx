import type { AccessChange, EffectiveGrant } from '../../shared/contract/access.ts';
import type { Output } from '../../shared/contract/index.ts';
import { plural } from '../ui/numbers.ts';
import { defineTable } from '../ui/table/defineTable.ts';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import { AgoCell, ChangeVerdict, HolderCell, RoleCell, WaysCell } from './cells.tsx';
import { heldSince, holderKey } from './questions.ts';
import { CHANGE_WORDS, scopeCell, waysText } from './words.ts';

export type WhoRow = Output<'access.who'>['rows'][number];
export type ReplayRow = Output<'access.replay'>['rows'][number];
export type UnusedRow = Output<'access.unused'>['rows'][number];

const raw = (text: string): string => text;
const BEFORE_LOG = 'not told';

interface Held extends Pick<EffectiveGrant, 'scopes' | 'paths' | 'lastUsedAt' | 'uses'> {}

/** Columns of anything that is held: through what, since when, last used. */
function heldColumns<Row extends Held>() {
  return [
    {
      id: 'through',
      head: 'Through',
      size: 230,
      share: 2,
      value: ({ paths }: Row) => waysText(paths, raw),
      cell: ({ paths }: Row) => <WaysCell paths={paths} />,
    },
    { id: 'scope', head: 'Scope', size: 80, roomFrom: 640, value: ({ scopes }: Row) => scopeCell(scopes) },
    {
      id: 'since',
      head: 'Held since',
      size: 130,
      instant: true,
      roomFrom: 560,
      value: ({ paths }: Row) => heldSince(paths),
      cell: ({ paths }: Row) => <AgoCell at={heldSince(paths)} none={BEFORE_LOG} />,
    },
    {
      id: 'used',
      head: 'Last used',
      size: 100,
      instant: true,
      value: ({ lastUsedAt }: Row) => lastUsedAt,
      cell: ({ lastUsedAt }: Row) => <AgoCell at={lastUsedAt} none="never" />,
    },
    { id: 'uses', head: 'Uses', size: 72, numeric: true, roomFrom: 720, value: ({ uses }: Row) => uses },
  ];
}

/** Who holds one permission. */
export const WHO = defineTable<WhoRow>({
  id: 'access-who',
  noun: ['holder', 'holders'],
  rowKey: ({ holder }) => holderKey(holder),
  sort: { id: 'holder', desc: false },
  columns: [
    {
      id: 'holder',
      head: 'Holder',
      size: 180,
      share: 1,
      fixed: true,
      value: ({ holder }) => holder.name,
      cell: ({ holder }) => <HolderCell holder={holder} />,
    },
    ...heldColumns<WhoRow>(),
    {
      id: 'detail',
      head: 'E-mail or owner',
      size: 190,
      share: 1,
      roomFrom: 1000,
      value: ({ holder }) => holder.detail,
    },
    { id: 'id', head: 'Id', size: 160, roomFrom: Number.POSITIVE_INFINITY, value: ({ holder }) => holder.id },
  ],
});

/** What one holder holds. */
export const HELD = defineTable<EffectiveGrant>({
  id: 'access-held',
  noun: ['permission', 'permissions'],
  rowKey: ({ permission }) => permission,
  sort: { id: 'permission', desc: false },
  columns: [
    {
      id: 'permission',
      head: 'Permission',
      size: 190,
      share: 1,
      fixed: true,
      value: ({ permission }) => permission,
      cell: ({ permission }) => <span className="mono">{permission}</span>,
    },
    ...heldColumns<EffectiveGrant>(),
  ],
});

/** What changed between two days. */
export const CHANGES = defineTable<AccessChange>({
  id: 'access-changes',
  noun: ['change', 'changes'],
  // A change of scope alone is a loss and a gain of the same permission.
  rowKey: ({ holder, change, permission }) => `${holderKey(holder)} ${change} ${permission}`,
  sort: { id: 'holder', desc: false },
  columns: [
    {
      id: 'holder',
      head: 'Holder',
      size: 170,
      share: 1,
      fixed: true,
      value: ({ holder }) => holder.name,
      cell: ({ holder }) => <HolderCell holder={holder} />,
    },
    {
      id: 'change',
      head: 'Change',
      size: 104,
      value: ({ change }) => CHANGE_WORDS[change],
      cell: ({ change }) => <ChangeVerdict change={change} />,
    },
    {
      id: 'permission',
      head: 'Permission',
      size: 170,
      value: ({ permission }) => permission,
      cell: ({ permission }) => <span className="mono">{permission}</span>,
    },
    {
      id: 'before',
      head: 'Through, before',
      size: 180,
      share: 1,
      roomFrom: 810,
      value: ({ before }) => waysText(before, raw) || null,
      cell: ({ before }) => <WaysCell paths={before} none="not held" />,
    },
    {
      id: 'after',
      head: 'Through, after',
      size: 180,
      share: 1,
      roomFrom: 810,
      value: ({ after }) => waysText(after, raw) || null,
      cell: ({ after }) => <WaysCell paths={after} none="not held" />,
    },
  ],
});

const WOULD: Readonly<Record<ReplayRow['would'], Tone>> = { allowed: 'ok', refused: 'bad', undetermined: 'none' };

/** Events that would have come out in another way, or of which that cannot be said. */
export const REPLAYED = defineTable<ReplayRow>({
  id: 'access-replay',
  noun: ['event', 'events'],
  rowKey: ({ seq }) => String(seq),
  sort: { id: 'at', desc: true },
  columns: [
    { id: 'at', head: 'Time', size: 176, instant: true, fixed: true, value: ({ at }) => at },
    {
      id: 'holder',
      head: 'By',
      size: 160,
      share: 1,
      value: ({ holder }) => holder?.name ?? null,
      cell: ({ holder }) =>
        holder === null ? <span className="text-dim">not known</span> : <HolderCell holder={holder} />,
    },
    {
      id: 'action',
      head: 'Action',
      size: 160,
      value: ({ action }) => action,
      cell: ({ action }) => <span className="mono">{action}</span>,
    },
    {
      id: 'permission',
      head: 'Asks for',
      size: 150,
      roomFrom: 620,
      value: ({ permission }) => permission,
      cell: ({ permission }) => <span className="mono">{permission}</span>,
    },
    { id: 'target', head: 'Target', size: 130, share: 1, roomFrom: 820, value: ({ target }) => target },
    { id: 'was', head: 'Was', size: 80, value: ({ was }) => was },
    {
      id: 'would',
      head: 'Would be',
      size: 124,
      value: ({ would }) => would,
      cell: ({ would }) => <Verdict tone={WOULD[would]}>{would}</Verdict>,
    },
    { id: 'seq', head: 'Seq', size: 80, numeric: true, roomFrom: 900, value: ({ seq }) => seq },
  ],
});

/** What each holder did not use. */
export const UNUSED = defineTable<UnusedRow>({
  id: 'access-unused',
  noun: ['holder', 'holders'],
  rowKey: ({ holder }) => holderKey(holder),
  sort: { id: 'unused', desc: true },
  columns: [
    {
      id: 'holder',
      head: 'Holder',
      size: 180,
      share: 1,
      fixed: true,
      value: ({ holder }) => holder.name,
      cell: ({ holder }) => <HolderCell holder={holder} />,
    },
    { id: 'role', head: 'Role', size: 150, value: ({ role }) => role, cell: ({ role }) => <RoleCell role={role} /> },
    { id: 'granted', head: 'Granted', size: 84, numeric: true, value: ({ granted }) => granted },
    { id: 'used', head: 'Used', size: 70, numeric: true, value: ({ used }) => used },
    { id: 'unused', head: 'Unused', size: 92, numeric: true, value: ({ granted, used }) => granted - used },
    {
      id: 'smaller',
      head: 'Smallest role that covers',
      size: 200,
      share: 1,
      roomFrom: 640,
      value: ({ smallerRole }) => smallerRole?.name ?? null,
      cell: ({ smallerRole }) =>
        smallerRole === null ? (
          <span className="text-dim">none smaller</span>
        ) : (
          <>
            {smallerRole.name}
            <span className="ml-1.5 text-dim">{plural(smallerRole.fewer, 'permission')} fewer</span>
          </>
        ),
    },
  ],
});
