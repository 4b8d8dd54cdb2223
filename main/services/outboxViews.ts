/** What a change that waits would do, and how it clashes with what others did meanwhile. */
import { effectOf, threeWay } from '../../shared/commands/index.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { AppError } from '../../shared/errors.ts';
import type { Mirror, OutboxRow } from '../db/api.ts';

/** An entry as a screen gets it. */
export const entryOf = ({ base: _base, dependsOn, ...row }: OutboxRow): OutboxEntry => ({
  ...row,
  dependsOn: [...dependsOn],
});

type Handlers = {
  readonly [N in 'outbox.change' | 'outbox.conflict']: (input: HandlerInput<N>) => Promise<Output<N>>;
};

export function outboxViews(mirrorOf: (orgId: string) => Promise<Mirror>): Handlers {
  async function change({ orgId, id }: HandlerInput<'outbox.change'>): Promise<Output<'outbox.change'>> {
    const { reader } = await mirrorOf(orgId);
    const { command, base, target, createdAt } = await reader.outboxEntry(id);
    if (target.op === 'create') {
      const input = 'input' in command ? command.input : {};
      return Object.entries(input).map(([field, after]) => ({ field, before: null, after }));
    }
    const from = base ?? {};
    const mine = effectOf(command, from, orgId, createdAt) ?? from;
    return threeWay(from, mine, from).map(({ field, base: before, mine: after }) => ({ field, before, after }));
  }

  async function conflict({ orgId, id }: HandlerInput<'outbox.conflict'>): Promise<Output<'outbox.conflict'>> {
    const { reader } = await mirrorOf(orgId);
    const row = await reader.outboxEntry(id);
    if (row.state !== 'conflict' || row.base === null)
      throw new AppError('CONFLICT', 'This change is not in conflict.');
    const found = await reader.entity(row.target.kind, row.target.id);
    const theirs = row.error?.code === 'NOT_FOUND' ? null : found;
    if (theirs !== null && theirs.version <= (row.baseVersion ?? 0)) {
      throw new AppError('CONFLICT', 'Their version is not here yet. Sync first.', { id });
    }
    const mine = effectOf(row.command, row.base, orgId, row.createdAt) ?? row.base;
    return {
      entry: entryOf(row),
      base: { ...row.base },
      theirs: theirs?.data ?? null,
      theirVersion: theirs?.version ?? null,
      mine: { ...mine },
      fields: threeWay(row.base, mine, theirs?.data ?? null),
    };
  }

  return { 'outbox.change': change, 'outbox.conflict': conflict };
}
