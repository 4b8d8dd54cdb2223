import { describe, expect, it } from 'vitest';
import type { ChecklistRowView, ControlSummaryView } from '../../../shared/contract/checklist.ts';
import { type ControlFilter, controlsOf, filterCounts, readFilter, shownLines } from './rows.ts';
import { exceptionState, shareWords } from './words.ts';

const summary = (own: Partial<ControlSummaryView> = {}): ControlSummaryView => ({
  ...{ status: 'not_assessed', why: '', automated: null, checks: [], design: 'not_assessed' },
  operating: { state: 'not_assessed', basis: null },
  ...{ ownerId: null, dueOn: null, overdue: false, evidence: { valid: 0, expired: 0 }, openFindings: 0, exceptions: 0 },
  ...{ exceptionsAsked: 0, comments: 0, openRequests: 0, ...own },
});
const row = (id: string, parent: string | null, control: ControlSummaryView | null): ChecklistRowView => ({
  node: {
    id,
    ref: id,
    title: id,
    parent,
    kind: control === null ? 'group' : 'control',
    obligation: null,
    citation: null,
  },
  ...{ depth: parent === null ? 0 : 1, control, pending: null },
  rollUp:
    control === null
      ? {
          counts: { met: 0, not_met: 0, exception: 0, insufficient: 0, not_assessed: 0, not_applicable: 0 },
          percentage: { met: 0, of: 0, excluded: 0, percent: null },
        }
      : null,
});
const ROWS = [
  row('g', null, null),
  row('g.1', 'g', summary({ status: 'met', ownerId: 'u1' })),
  row('g.h', 'g', null),
  row(
    'g.h.1',
    'g.h',
    summary({ status: 'not_met', overdue: true, dueOn: '2026-01-01', checks: [{ id: 'A', state: 'fail' }] }),
  ),
  row('k', null, summary({ evidence: { valid: 1, expired: 1 } })),
];
const filter = (query: string): ControlFilter => readFilter(new URLSearchParams(query));
const shown = (query: string, own: Partial<Parameters<typeof shownLines>[1]> = {}) =>
  shownLines(ROWS, {
    ...{
      filter: filter(query),
      flat: false,
      searched: false,
      closed: new Set<string>(),
      nameOf: (id) => `name of ${id}`,
    },
    ...own,
  });
const ids = (lines: ReturnType<typeof shown>) => lines.map(({ view }) => view.node.id);

describe('the lines of the checklist', () => {
  it('stand in the order of the framework, with names, and go with what is closed', () => {
    expect(ids(shown(''))).toEqual(['g', 'g.1', 'g.h', 'g.h.1', 'k']);
    expect(shown('')[1]).toMatchObject({ owner: 'name of u1', closed: null, order: 1 });
    const closed = shown('', { closed: new Set(['g']) });
    expect(ids(closed)).toEqual(['g', 'k']);
    expect(closed[0]?.closed).toBe(true);
  });

  it('keep what passing controls stand below, and look into closed groups', () => {
    expect(ids(shown('status=not_met', { closed: new Set(['g']) }))).toEqual(['g', 'g.h', 'g.h.1']);
    expect(ids(shown('', { closed: new Set(['g']), searched: true }))).toHaveLength(5);
    expect(ids(shown('due=overdue&checks=fail'))).toEqual(['g', 'g.h', 'g.h.1']);
    expect(ids(shown('owner=-,u1'))).toHaveLength(5);
    expect(ids(shown('status=exception'))).toEqual([]);
  });

  it('are controls alone where another order is asked for', () => {
    expect(ids(shown('', { flat: true, closed: new Set(['g']) }))).toEqual(['g.1', 'g.h.1', 'k']);
  });

  it('count what each value would leave under the other filters', () => {
    expect([...filterCounts(ROWS, filter('status=met&due=overdue'), 'status')]).toEqual([['not_met', 1]]);
    expect([...filterCounts(ROWS, filter('status=met'), 'evidence')]).toEqual([['none', 1]]);
  });

  it('mean all below a chosen group, each control once', () => {
    const [g, , , leaf, k] = shown('') as [...ReturnType<typeof shown>] & {
      [i: number]: ReturnType<typeof shown>[number];
    };
    const of = (...lines: ReturnType<typeof shown>) => controlsOf(lines, ROWS).map(({ node }) => node.id);
    expect(of(g!, leaf!)).toEqual(['g.1', 'g.h.1']);
    expect(of(k!)).toEqual(['k']);
    expect(of()).toEqual([]);
  });
});

describe('words', () => {
  it('say what has become of an exception', () => {
    const at = { approved_at: 'x', revoked_at: null, expires_on: '2026-11-25' };
    expect(exceptionState(at, '2026-11-25')).toBe('in force');
    expect(exceptionState(at, '2026-11-26')).toBe('expired');
    expect(exceptionState({ ...at, approved_at: null }, '2026-11-25')).toBe('asked');
    expect(exceptionState({ ...at, revoked_at: 'x' }, '2026-11-26')).toBe('revoked');
  });

  it('say what a percentage counts', () => {
    expect(shareWords({ met: 8, of: 24, excluded: 1 })).toBe('8 of 24 controls met, 1 does not apply');
    expect(shareWords({ met: 0, of: 0, excluded: 3 })).toBe('no control counts, 3 do not apply');
  });
});
