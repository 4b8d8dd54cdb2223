/** Changes of controls, one command each, asked for in one go. */
import type { ComplianceCommand } from '../../../shared/commands/index.ts';
import type { ChecklistRowView } from '../../../shared/contract/checklist.ts';
import { readEntities } from '../../access/entities.ts';
import { askFor } from '../../access/pending.ts';

export type StatePatch = Extract<ComplianceCommand, { type: 'control_state.update' }>['patch'];

/** Controls changed in one go: what one call takes. */
export const BULK_MAX = 1_000;

/** Why so many cannot be changed at once; null where they can. */
export function bulkRefusal(targets: number): string | null {
  if (targets === 0) return 'No control is chosen.';
  return targets > BULK_MAX ? `At most ${BULK_MAX.toLocaleString('en-US')} controls at once.` : null;
}

/** Sends one patch to each control. What each was before is read first, so that all of it can be taken back. */
export async function changeControls(
  orgId: string,
  targets: readonly ChecklistRowView[],
  patch: StatePatch,
  done: string,
  anyway: boolean,
): Promise<void> {
  const known = await readEntities(orgId, 'control_state');
  const before = new Map(known.map((state) => [state.id, state]));
  const asks = targets.map(({ node }) => ({
    command: { type: 'control_state.update' as const, id: node.id, patch },
    before: before.get(node.id) ?? null,
  }));
  await askFor(orgId, asks, done, anyway);
}

/** `CC6.1`, or `12 controls`. */
export function targetsWords(targets: readonly ChecklistRowView[]): string {
  const [first, ...more] = targets;
  if (first === undefined) return 'no control';
  return more.length === 0 ? first.node.ref : `${targets.length.toLocaleString('en-US')} controls`;
}
