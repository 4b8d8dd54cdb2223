import { describe, expect, it } from 'vitest';
import type { AuditRow } from '../../shared/contract/audit.ts';
import { COLUMNS, filterByCell, plainLabel, toTsv } from './cells.ts';
import { EMPTY_FILTER } from './view.ts';

const row: AuditRow = {
  seq: 7,
  occurredAt: Date.UTC(2026, 10, 24, 14, 7, 31, 204),
  recordedAt: Date.UTC(2026, 10, 24, 14, 7, 32),
  actor: { type: 'user', id: 'u_1', name: '=cmd|calc' },
  action: 'thread.read',
  target: { type: 'thread', id: 'thr_1', name: 'two\nlines\tand tab' },
  outcome: 'denied',
  workspace: null,
};

describe('cells', () => {
  it('copies rows as a table that pastes into cells and runs nothing', () => {
    const columns = COLUMNS.filter((c) => ['time', 'actor', 'target', 'seq'].includes(c.id));
    expect(toTsv([row], columns, 'occurred')).toBe(
      "Time\tActor\tTarget\tSeq\n2026-11-24T14:07:31.204Z\t'=cmd|calc\tthr_1 · two lines and tab\t7",
    );
  });

  it('narrows the filter to the value of each column', () => {
    const narrowed = COLUMNS.map((c) => filterByCell(EMPTY_FILTER, row, c.id)).map(
      (f) => f && Object.entries(f).filter(([k, v]) => v !== EMPTY_FILTER[k as keyof typeof EMPTY_FILTER]),
    );
    expect(narrowed).toEqual([
      [
        ['from', Date.UTC(2026, 10, 24, 14)],
        ['to', Date.UTC(2026, 10, 24, 15)],
      ],
      [['actors', ['user:u_1']]],
      [['actions', ['thread.read']]],
      [['targets', ['thread:thr_1']]],
      [['outcomes', ['denied']]],
      [['workspaces', ['']]],
      null,
      [
        ['basis', 'recorded'],
        ['from', Date.UTC(2026, 10, 24, 14)],
        ['to', Date.UTC(2026, 10, 24, 15)],
      ],
    ]);
  });

  it('reads a value whose label is not known', () => {
    expect(plainLabel('actors', 'user:a:b')).toBe('a:b');
    expect(plainLabel('workspaces', '')).toBe('outside any workspace');
  });
});
