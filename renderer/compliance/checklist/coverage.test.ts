import { describe, expect, it } from 'vitest';
import { buildChecklist, indexRecords } from '../../../shared/compliance/checklist.ts';
import { BUILT_IN_FRAMEWORKS } from '../../../shared/compliance/frameworks/index.ts';
import type { ChecklistRowView } from '../../../shared/contract/checklist.ts';
import type { ControlState } from '../../../shared/entities/index.ts';
import { countsWords, coverageOf, wholeOf } from './coverage.ts';

const NONE = { states: [], exceptions: [], findings: [], comments: [], evidence: [], requests: [], mappings: [] };
/** The rows the screen is given, of a framework nobody has recorded anything about but these controls out of scope. */
function rowsOf(framework: string, out: readonly string[] = []): readonly ChecklistRowView[] {
  const states = out.map(
    (id) => ({ id, applicable: false, applicability_reason: 'No such thing here.' }) as ControlState,
  );
  const index = indexRecords({ ...NONE, states, results: new Map() }, '2026-11-25');
  return buildChecklist(BUILT_IN_FRAMEWORKS.get(framework)!, index).rows.map(
    (row) => ({ ...row, pending: null }) as ChecklistRowView,
  );
}
const zero = { met: 0, not_met: 0, exception: 0, insufficient: 0, not_assessed: 0, not_applicable: 0 };

describe('coverage of a framework by group', () => {
  it('counts all that is below each top group, those that do not apply apart', () => {
    const groups = coverageOf(rowsOf('soc2', ['soc2-cc1.1', 'soc2-cc1.2']));
    expect(groups.slice(0, 9).map(({ ref }) => ref)).toEqual([
      'CC1',
      'CC2',
      'CC3',
      'CC4',
      'CC5',
      'CC6',
      'CC7',
      'CC8',
      'CC9',
    ]);
    expect(groups[0]).toMatchObject({ title: 'Control environment', total: 5, share: { met: 0, of: 3, excluded: 2 } });
    expect(groups[0]!.counts.not_applicable).toBe(2);
  });

  it.each([...BUILT_IN_FRAMEWORKS.keys()])('counts every control of %s once', (framework) => {
    const rows = rowsOf(framework);
    const controls = rows.filter(({ control }) => control !== null);
    const whole = { ...zero };
    for (const { control } of controls) whole[control!.status]++;
    const groups = coverageOf(rows);
    expect(wholeOf(groups)).toEqual(whole);
    expect(groups.reduce((sum, { total }) => sum + total, 0)).toBe(controls.length);
  });

  it('gathers controls of no group in a last bar, which leads to the first of them', () => {
    const rows = rowsOf('gdpr');
    const first = rows.find(({ depth, rollUp }) => depth === 0 && rollUp === null)!;
    expect(coverageOf(rows).at(-1)).toMatchObject({ id: first.node.id, ref: '', title: 'In no group', total: 5 });
    expect(coverageOf(rowsOf('pci-dss')).map(({ title }) => title)).not.toContain('In no group');
    expect(coverageOf([])).toEqual([]);
  });

  it('is told in the words of the marks', () => {
    expect(countsWords({ ...zero, met: 3, not_met: 1, insufficient: 1_200, not_applicable: 1 })).toBe(
      '3 met, 1 not met, 1,200 too little data, 1 does not apply',
    );
    expect(countsWords(zero)).toBe('no controls');
  });
});
