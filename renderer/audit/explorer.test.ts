import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AuditRow } from '../../shared/contract/audit.ts';
import { BRIDGE_NAME } from '../../shared/contract/channels.ts';
import { HEAD_ROW } from '../ui/table/gridKeys.ts';
import { DEFAULT_VIEW } from './view.ts';

/** A log in memory behind the bridge: newest first, as the explorer asks for it. */
let size = 1000;
let asked = 0;
const row = (seq: number): AuditRow => ({
  seq,
  occurredAt: seq,
  recordedAt: seq,
  actor: { type: 'user', id: 'u_1', name: null },
  action: 'a.b',
  target: null,
  outcome: 'success',
  workspace: null,
});
const answers: Readonly<Record<string, (input: Record<string, number>) => unknown>> = {
  'audit.query': ({ offset = 0, limit = 100 }) => {
    asked++;
    const length = Math.max(0, Math.min(limit, size - offset));
    const rows = Array.from({ length }, (_, i) => row(size - 1 - offset - i));
    return { rows, matched: size, mirrored: size, elapsedMs: 1 };
  },
  'audit.locate': ({ seq = 0 }) => ({ index: seq < size ? size - 1 - seq : null }),
};

let explorer: typeof import('./explorer.ts');
beforeAll(async () => {
  const call = async (name: string, input: Record<string, number>) => ({ ok: true, value: answers[name]!(input) });
  Object.assign(globalThis, { [BRIDGE_NAME]: { call, on: () => () => {} } });
  explorer = await import('./explorer.ts');
});
afterEach(() => {
  explorer.closeExplorer();
  size = 1000;
});
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const state = () => explorer.useExplorer.getState();

describe('explorer state', () => {
  it('keeps the reader on the same event when rows come in above', async () => {
    explorer.showView('northwind', DEFAULT_VIEW);
    await settle();
    explorer.inSight(390, 430, 1);
    explorer.moveTo(400, 0, false);
    await settle();
    const before = explorer.rowAt(400)!.seq;
    size += 7;
    explorer.refresh();
    await settle();
    expect([state().shift.rows, state().active.row]).toEqual([7, 407]);
    explorer.inSight(397, 437, 1);
    await settle();
    expect(explorer.rowAt(407)!.seq).toBe(before);
  });

  it('starts another question at its top, and asks nothing where only the open event changed', async () => {
    explorer.showView('northwind', DEFAULT_VIEW);
    await settle();
    const { epoch } = state();
    const before = asked;
    explorer.showView('northwind', { ...DEFAULT_VIEW, seq: 5 });
    await settle();
    expect([state().epoch, asked]).toEqual([epoch, before]);
    explorer.moveTo(300, 2, false);
    explorer.showView('northwind', { ...DEFAULT_VIEW, direction: 'asc' });
    await settle();
    expect(state().epoch).toBe(epoch + 1);
    expect(state().active).toEqual({ row: 0, col: 2 });
  });

  it('finds the event of the address wherever it lies', async () => {
    explorer.showView('northwind', { ...DEFAULT_VIEW, seq: 42 });
    await settle();
    expect(state().active.row).toBe(957);
    expect(state().reveal).toBe(1);
  });

  it('stays within the list and selects what Shift passes over', async () => {
    explorer.showView('northwind', DEFAULT_VIEW);
    await settle();
    expect([explorer.moveTo(5000, 0, false), explorer.moveTo(-9, 0, false)]).toEqual([999, HEAD_ROW]);
    explorer.moveTo(10, 0, false);
    explorer.moveTo(12, 0, true);
    expect(state().selection).toEqual([[10, 12]]);
    explorer.toggleRow(11);
    expect(state().selection).toEqual([
      [10, 10],
      [12, 12],
    ]);
    explorer.selectAll(true);
    expect(state().selection).toEqual([[0, 999]]);
  });

  it('forgets everything when closed', async () => {
    explorer.showView('northwind', DEFAULT_VIEW);
    explorer.closeExplorer();
    await settle();
    expect([state().totals, explorer.rowAt(0), state().orgId]).toEqual([null, undefined, null]);
  });
});
