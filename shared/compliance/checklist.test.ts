/** The checklist against an independent oracle, and the rules one by one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckResultState, ControlException, ControlState, Evidence, Finding } from '../entities/index.ts';
import { buildChecklist, type ChecklistRecords, indexRecords, summaryOf } from './checklist.ts';
import { automatedState, CONTROL_STATUSES, controlStatus, percentageOf, statusReason } from './controlStatus.ts';
import type { ControlNode } from './framework.ts';
import { BUILT_IN_FRAMEWORKS } from './frameworks/index.ts';
import { evidenceVia, mappingsWith, servedBy } from './serving.ts';

const DAY = '2026-11-25';
const AT = '2026-11-01T10:00:00.000Z';
const made = { org_id: 'acme', created_at: AT, created_by: 'u1', updated_at: AT, updated_by: 'u1', version: 1 };
const assessment = (state: 'effective' | 'ineffective' | 'not_assessed') => ({
  ...{ state, reason: 'seen', period: null, at: AT, by: 'u1' },
});
const stateOf = (id: string, own: Partial<ControlState> = {}): ControlState => ({
  ...{ ...made, id, owner_id: null, due_on: null, applicable: true, applicability_reason: '' },
  ...{ design: null, operating: null, description: '', ...own },
});
const exceptionOf = (id: string, own: Partial<ControlException> = {}): ControlException => ({
  ...{ ...made, id, title: id, controls: [], checks: [], subjects: [], reason: 'r', compensating: '' },
  ...{ expires_on: '2026-12-31', management_response: '', approved_at: AT, approved_by: 'u2' },
  ...{ revoked_at: null, revoked_by: null, ...own },
});
const findingOf = (id: string, own: Partial<Finding> = {}): Finding => ({
  ...{
    ...made,
    id,
    title: id,
    controls: [],
    checks: [],
    severity: 'high',
    status: 'open',
    condition: '',
    criteria: '',
  },
  ...{ cause: '', effect: '', recommendation: '', management_response: '', owner_id: null, due_on: null },
  ...{ closed_at: null, closed_reason: '', ...own },
});
const evidenceOf = (id: string, own: Partial<Evidence> = {}): Evidence => ({
  ...{ ...made, id, title: id, description: '', kind: 'link', file: null, query: null, url: 'https://a.example' },
  ...{ evidence_on: '2026-11-01', valid_until: null, controls: [], checks: [], withdrawn_at: null },
  ...{ withdrawn_reason: '', ...own },
});
const NOTHING: ChecklistRecords = {
  ...{ states: [], exceptions: [], findings: [], comments: [], evidence: [], requests: [], mappings: [] },
  results: new Map(),
};
const summary = (id: string, records: Partial<ChecklistRecords>) =>
  summaryOf(id, indexRecords({ ...NOTHING, ...records }, DAY));

/** CC1.1 has no check; PCI 10.6.1 rests on LOG-08 alone. */
const UNCHECKED = 'soc2-cc1.1';
const LOG_08 = 'pci-10.6.1';
const logs = (state: CheckResultState) => new Map([['LOG-08', state]]);
const effective = { design: assessment('effective'), operating: assessment('effective') };

describe('the status of a control', () => {
  it.each([
    ['fail', ['pass', 'exception', 'insufficient_data', 'fail']],
    ['insufficient_data', ['pass', 'exception', 'insufficient_data']],
    ['insufficient_data', ['pass', null]],
    ['exception', ['pass', 'exception', 'not_applicable']],
    ['pass', ['not_applicable', 'pass']],
    ['not_applicable', ['not_applicable']],
    [null, []],
  ] as const)('takes %s from %j', (worst, results) => {
    expect(automatedState(results)).toBe(worst);
  });

  it('is never met by checks alone, and is by design assessed and passing checks', () => {
    expect(summary(LOG_08, { results: logs('pass') })).toMatchObject({
      ...{ status: 'not_assessed', operating: { state: 'effective', basis: 'automated' } },
      why: 'Nobody has assessed its design yet.',
    });
    const states = [stateOf(LOG_08, { design: assessment('effective') })];
    expect(summary(LOG_08, { states, results: logs('pass') })).toMatchObject({ status: 'met', automated: 'pass' });
  });

  it('is never met while a check lacks data or was never computed', () => {
    const states = [stateOf(LOG_08, effective)];
    expect(summary(LOG_08, { states, results: logs('insufficient_data') }).status).toBe('insufficient');
    expect(summary(LOG_08, { states }).status).toBe('insufficient');
  });

  it('follows an ineffective assessment over passing checks, and a failing check over an effective one', () => {
    const bad = [stateOf(LOG_08, { ...effective, operating: assessment('ineffective') })];
    expect(summary(LOG_08, { states: bad, results: logs('pass') }).status).toBe('not_met');
    const good = [stateOf(LOG_08, effective)];
    expect(summary(LOG_08, { states: good, results: logs('fail') })).toMatchObject({
      ...{ status: 'not_met', operating: { state: 'effective', basis: 'manual' } },
      why: 'A check that supports it fails.',
    });
  });

  it('is an exception while one is approved, not revoked and not past its last day', () => {
    const states = [stateOf(LOG_08, effective)];
    const of = (own: Partial<ControlException>) =>
      summary(LOG_08, {
        states,
        results: logs('fail'),
        exceptions: [exceptionOf('e', { controls: [LOG_08], ...own })],
      });
    expect(of({}).status).toBe('exception');
    expect(of({ expires_on: DAY }).status).toBe('exception');
    expect(of({ expires_on: '2026-11-24' }).status).toBe('not_met');
    expect(of({ revoked_at: AT }).status).toBe('not_met');
    expect(of({ approved_at: null })).toMatchObject({ status: 'not_met', exceptionsAsked: 1, exceptions: 0 });
    expect(of({ controls: ['pci-10.2.2'] }).status).toBe('not_met');
  });

  it('does not apply only with the recorded reason', () => {
    const of = (reason: string) =>
      summary(UNCHECKED, { states: [stateOf(UNCHECKED, { applicable: false, applicability_reason: reason })] });
    expect(of('No processor.')).toMatchObject({ status: 'not_applicable', why: 'No processor.' });
    expect(of('  ').status).toBe('not_assessed');
  });

  it('is overdue past its day unless met or out of scope', () => {
    const of = (own: Partial<ControlState>) => summary(UNCHECKED, { states: [stateOf(UNCHECKED, own)] }).overdue;
    expect(of({ due_on: '2026-11-24' })).toBe(true);
    expect(of({ due_on: DAY })).toBe(false);
    expect(of({ due_on: '2026-11-24', ...effective })).toBe(false);
  });
});

const anyAssessment = fc.constantFrom(null, ...(['effective', 'ineffective', 'not_assessed'] as const).map(assessment));
const anyFacts = fc.record({
  state: fc.option(
    fc.record({
      ...{ applicable: fc.boolean(), applicability_reason: fc.constantFrom('', 'because') },
      ...{ design: anyAssessment, operating: anyAssessment },
    }),
  ),
  automated: fc.constantFrom(null, 'pass', 'fail', 'exception', 'not_applicable', 'insufficient_data'),
  excepted: fc.boolean(),
} as const);

/** Written from the words of the rules, as a list of what each status needs, and not in their order of weight. */
function oracle({ state, automated, excepted }: typeof anyFacts extends fc.Arbitrary<infer T> ? T : never): string[] {
  const out = state !== null && !state.applicable && state.applicability_reason !== '';
  const design = state?.design?.state;
  const operating = state?.operating?.state;
  const deviates = automated === 'fail' || design === 'ineffective' || operating === 'ineffective';
  const lacks = automated === 'insufficient_data';
  const partly = automated === 'exception';
  const works = operating === 'effective' || (operating !== 'ineffective' && automated === 'pass');
  const met = design === 'effective' && works && !deviates && !lacks && !partly;
  const open = !out && !deviates && !lacks && !partly && !met;
  const needs: Record<string, boolean> = {
    not_applicable: out,
    not_met: !out && deviates && !excepted,
    insufficient: !out && !deviates && lacks,
    exception: !out && ((deviates && excepted) || (!deviates && !lacks && (partly || (open && excepted)))),
    met: !out && met,
    not_assessed: open && !excepted,
  };
  return Object.keys(needs).filter((status) => needs[status]);
}

describe('properties', () => {
  it('agree with an oracle that holds exactly one status', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(oracle(facts)).toEqual([controlStatus(facts)]);
        expect(statusReason(facts).length).toBeGreaterThan(5);
      }),
      { numRuns: 2_000 },
    );
  });

  it('count every control once, in itself and in everything above it, and never round up', () => {
    const states = fc.array(fc.tuple(fc.nat(12), anyAssessment, anyAssessment, fc.boolean()), { maxLength: 12 });
    const tree = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 13 });
    fc.assert(
      fc.property(tree, states, (shape, told) => {
        const controls: ControlNode[] = shape.map(([above, group], i) => ({
          ...{ id: `x-${i}`, ref: `${i}`, title: `${i}`, obligation: null, citation: null },
          parent: i === 0 || above % (i + 1) === i ? null : `x-${above % (i + 1)}`,
          kind: group ? 'group' : 'control',
        }));
        const records = told.map(([i, design, operating, applicable]) =>
          stateOf(`x-${i}`, { design, operating, applicable, applicability_reason: 'so' }),
        );
        const index = indexRecords({ ...NOTHING, states: records }, DAY);
        const { rows, counts, percentage } = buildChecklist({ controls }, index);
        const below = (id: string): ControlNode[] =>
          controls.flatMap((node) => (node.parent === id ? [node, ...below(node.id)] : []));
        for (const row of rows) {
          const under = below(row.node.id);
          expect(row.rollUp === null).toBe(under.length === 0);
          if (row.rollUp === null) continue;
          for (const status of CONTROL_STATUSES) {
            const expected = [row.node, ...under].filter(
              ({ id, kind }) => kind === 'control' && summaryOf(id, index).status === status,
            );
            expect(row.rollUp.counts[status]).toBe(expected.length);
          }
        }
        const real = controls.filter(({ kind }) => kind === 'control').length;
        expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(real);
        expect(percentage.of + percentage.excluded).toBe(real);
        if (percentage.of === 0) expect(percentage.percent).toBeNull();
        else {
          const tenths = Number(percentage.percent!.replace('.', ''));
          expect(tenths * percentage.of).toBeLessThanOrEqual(percentage.met * 1_000);
          expect((tenths + 1) * percentage.of).toBeGreaterThan(percentage.met * 1_000);
        }
      }),
    );
  });

  it('say 66.6 for two of three, and nothing for none', () => {
    const none = { met: 0, not_met: 0, exception: 0, insufficient: 0, not_assessed: 0, not_applicable: 0 };
    expect(percentageOf({ ...none, met: 2, not_met: 1, not_applicable: 4 })).toEqual({
      ...{ met: 2, of: 3, excluded: 4, percent: '66.6' },
    });
    expect(percentageOf({ ...none, met: 999, not_met: 1 }).percent).toBe('99.9');
    expect(percentageOf({ ...none, not_applicable: 4 }).percent).toBeNull();
  });
});

describe('evidence', () => {
  const via = (evidence: Partial<Evidence>, id: string, checks: string[] = [], own = [] as never[]) =>
    evidenceVia(evidenceOf('v', evidence), id, checks, servedBy(mappingsWith(own)));

  it('serves the control it names, what that is equal to and what that includes, never the whole by its part', () => {
    expect(via({ controls: ['soc2-cc6.1'] }, 'soc2-cc6.1')).toMatchObject({ by: 'control' });
    expect(via({ controls: ['soc2-cc6.1'] }, 'pci-8.4.2')).toEqual({
      ...{ by: 'mapping', id: 'soc2-cc6.1', relation: 'superset-of' },
      reason: 'A second factor is part of logical access security.',
    });
    expect(via({ controls: ['pci-8.4.2'] }, 'soc2-cc6.1')).toBeNull();
    for (const [named, other] of [
      ['pci-8.2.1', 'hipaa-164.312-a-2-i'],
      ['hipaa-164.312-a-2-i', 'pci-8.2.1'],
    ] as const) {
      expect(via({ controls: [named] }, other)).toMatchObject({ relation: 'equivalent-to', id: named });
    }
    expect(via({ controls: ['gdpr-25'] }, 'pci-7.2.2')).toBeNull();
  });

  it('does not pass on over two mappings', () => {
    // gdpr-5-1-e ~ soc2-p4.2 and gdpr-5-1-e ~ ccpa-1798.100-a-3, but nothing between the two.
    expect(via({ controls: ['soc2-p4.2'] }, 'ccpa-1798.100-a-3')).toBeNull();
  });

  it('takes the organization’s own mapping in the place of a built-in one', () => {
    const own = [
      { ...made, id: 'm', source: 'pci-8.4.2', target: 'soc2-cc6.1', relation: 'intersects-with', reason: '' },
    ];
    expect(via({ controls: ['soc2-cc6.1'] }, 'pci-8.4.2', [], own as never)).toBeNull();
  });

  it('is counted once by whatever way, expired apart, withdrawn not at all', () => {
    const evidence = [
      evidenceOf('a', { controls: [LOG_08], checks: ['LOG-08'] }),
      evidenceOf('b', { checks: ['LOG-08'], valid_until: '2026-11-24' }),
      evidenceOf('c', { controls: [LOG_08], withdrawn_at: AT }),
      evidenceOf('d', { controls: ['pci-10.2.2'] }),
    ];
    expect(summary(LOG_08, { evidence }).evidence).toEqual({ valid: 1, expired: 1 });
  });

  it('brings checks to own controls that are equal to built-in ones, and not to those that are part of one', () => {
    const mapping = (relation: 'equal-to' | 'subset-of') =>
      [{ ...made, id: 'm', source: 'own-1', target: LOG_08, relation, reason: '' }] as const;
    expect(summary('own-1', { mappings: mapping('equal-to') }).checks).toEqual([{ id: 'LOG-08', state: null }]);
    expect(summary('own-1', { mappings: mapping('subset-of') }).checks).toEqual([]);
  });
});

describe('buildChecklist', () => {
  it('has every control of every built-in framework, and counts a finding on two of them once', () => {
    for (const framework of BUILT_IN_FRAMEWORKS.values()) {
      const two = framework.controls.filter(({ kind }) => kind === 'control').slice(0, 2);
      const findings = [findingOf('f', { controls: two.map(({ id }) => id) }), findingOf('g', { status: 'closed' })];
      const list = buildChecklist(framework, indexRecords({ ...NOTHING, findings }, DAY));
      expect(list.rows.map(({ node }) => node)).toEqual(framework.controls);
      expect(list.openFindings).toBe(1);
      expect(list.rows.filter(({ control }) => control?.openFindings === 1)).toHaveLength(2);
    }
  });
});
