import { describe, expect, it } from 'vitest';
import { ControlException, Finding } from '../../../shared/entities/index.ts';
import { changedFields, findingDraft, readExceptionDraft, readFindingDraft } from './drafts.ts';
import { choiceCounts, EXCEPTION_FACETS, FINDING_FACETS, NOBODY, passes, readFilter } from './facets.ts';
import {
  byDecision,
  byGravity,
  daysAfter,
  endOfDay,
  exceptionLines,
  findingLines,
  type KnownDeviations,
} from './lines.ts';

const DAY = '2026-11-24';
const made = { org_id: 'o', version: 1, created_at: '2026-11-01T00:00:00.000Z', created_by: 'u1' };
const record = { ...made, updated_at: made.created_at, updated_by: 'u1' };

const finding = (id: string, change: Partial<Finding> = {}): Finding =>
  Finding.parse({
    ...{ ...record, id, title: `Finding ${id}`, controls: [], checks: [], severity: 'medium', status: 'open' },
    ...{ condition: 'Found.', criteria: '', cause: '', effect: '', recommendation: '', management_response: '' },
    ...{ owner_id: null, due_on: null, closed_at: null, closed_reason: '', ...change },
  });
const exception = (id: string, change: Partial<ControlException> = {}): ControlException =>
  ControlException.parse({
    ...{ ...record, id, title: `Exception ${id}`, controls: [], checks: [], subjects: [], reason: 'So.' },
    ...{ compensating: '', expires_on: '2026-12-31', management_response: '', approved_at: null, approved_by: null },
    ...{ revoked_at: null, revoked_by: null, ...change },
  });

const CC6 = { id: 'soc2-cc6.1', ref: 'CC6.1', title: 'Access', framework: 'soc2' };
function known(findings: readonly Finding[], exceptions: readonly ControlException[] = []): KnownDeviations {
  return {
    basis: {
      ...{ day: DAY, past: false, syncedAt: null, checks: 'latest', pending: 0, fromLog: 0, byDates: 0, unreadable: 0 },
    },
    findings: findings.map((one) => ({ finding: one, pending: null })),
    exceptions: exceptions.map((one) => ({ exception: one, inForce: false, pending: null })),
    controls: [CC6],
  };
}
const nameOf = (id: string): string => `name of ${id}`;

describe('lines of findings', () => {
  it('name the owner and the controls, tell of lost controls, and are overdue only while open', () => {
    const late = { due_on: '2026-11-23' };
    const lines = findingLines(
      known([
        finding('a', { ...late, owner_id: 'u2', controls: ['soc2-cc6.1', 'gone-1'] }),
        finding('b', { ...late, status: 'closed' }),
        finding('c', { due_on: DAY }),
      ]),
      nameOf,
    );
    expect(lines.map(({ owner, overdue, controls, lost }) => ({ owner, overdue, controls, lost }))).toEqual([
      { owner: 'name of u2', overdue: true, controls: [CC6], lost: ['gone-1'] },
      { owner: null, overdue: false, controls: [], lost: [] },
      { owner: null, overdue: false, controls: [], lost: [] },
    ]);
  });

  it('stand open before closed, the gravest first, then by due day with none last', () => {
    const lines = findingLines(
      known([
        finding('closed', { status: 'closed', severity: 'critical' }),
        finding('none', { severity: 'high' }),
        finding('late', { severity: 'high', due_on: '2026-12-02' }),
        finding('early', { severity: 'high', due_on: '2026-12-01' }),
        finding('low', { severity: 'low', due_on: '2020-01-01' }),
        finding('critical', { severity: 'critical' }),
      ]),
      nameOf,
    );
    expect(lines.toSorted(byGravity).map(({ id }) => id)).toEqual([
      ...['critical', 'early', 'late', 'none', 'low', 'closed'],
    ]);
  });

  it('pass filters of the address, and each choice is counted with the others applied', () => {
    const lines = findingLines(
      known([
        finding('a', { severity: 'high', due_on: '2026-11-01', controls: ['soc2-cc6.1'] }),
        finding('b', { severity: 'high', due_on: daysAfter(DAY, 30), owner_id: 'u2' }),
        finding('c', { severity: 'low', due_on: daysAfter(DAY, 31) }),
        finding('d', { severity: 'high', status: 'closed' }),
      ]),
      nameOf,
    );
    const shown = (query: string): readonly string[] => {
      const filter = readFilter(FINDING_FACETS, new URLSearchParams(query));
      return lines.filter((line) => passes(line, FINDING_FACETS, filter, DAY)).map(({ id }) => id);
    };
    expect(shown('')).toEqual(['a', 'b', 'c', 'd']);
    expect(shown('due=overdue')).toEqual(['a']);
    expect(shown('due=soon')).toEqual(['b']);
    expect(shown('due=overdue,none&severity=high')).toEqual(['a', 'd']);
    expect(shown(`owner=${NOBODY}&state=open`)).toEqual(['a', 'c']);
    expect(shown('framework=soc2')).toEqual(['a']);
    const filter = readFilter(FINDING_FACETS, new URLSearchParams('severity=high&state=closed'));
    const severity = FINDING_FACETS.find(({ field }) => field === 'severity')!;
    const state = FINDING_FACETS.find(({ field }) => field === 'state')!;
    expect([...choiceCounts(lines, FINDING_FACETS, severity, filter, DAY)]).toEqual([['high', 1]]);
    expect([...choiceCounts(lines, FINDING_FACETS, state, filter, DAY)]).toEqual([
      ['open', 2],
      ['closed', 1],
    ]);
  });
});

describe('lines of exceptions', () => {
  const approved = { approved_at: '2026-11-02T00:00:00.000Z', approved_by: 'u2' };
  const lines = exceptionLines(
    known(
      [],
      [
        exception('revoked', { ...approved, revoked_at: '2026-11-03T00:00:00.000Z' }),
        exception('expired', { ...approved, expires_on: '2026-11-23' }),
        exception('holds', { ...approved, expires_on: DAY }),
        exception('asked', { expires_on: '2027-05-01' }),
      ],
    ),
    nameOf,
  );

  it('hold through their last day, and wait for a decision first', () => {
    expect(lines.toSorted(byDecision).map(({ id, state }) => [id, state])).toEqual([
      ['asked', 'asked'],
      ['holds', 'in force'],
      ['expired', 'expired'],
      ['revoked', 'revoked'],
    ]);
    expect(new Date(endOfDay('2026-12-31')).toISOString()).toBe('2027-01-01T00:00:00.000Z');
  });

  it('end soon or later only while they live', () => {
    const ends = EXCEPTION_FACETS.find(({ field }) => field === 'ends')!;
    expect(lines.map((line) => ends.valuesOf(line, DAY))).toEqual([[], [], ['soon'], ['later']]);
  });
});

describe('drafts', () => {
  it('of a finding read back as it was, and send only what differs', () => {
    const before = finding('a', { controls: ['x', 'y'], owner_id: 'u2', due_on: DAY });
    const same = readFindingDraft(findingDraft(before), ['y', 'x']);
    expect([same.faults, changedFields(before, same.fields)]).toEqual([{}, {}]);
    const draft = { ...findingDraft(before), owner_id: '', recommendation: 'Mend it.' };
    expect(changedFields(before, readFindingDraft(draft, ['x']).fields)).toEqual({
      ...{ owner_id: null, recommendation: 'Mend it.', controls: ['x'] },
    });
    expect(Object.keys(readFindingDraft(findingDraft(null), []).faults)).toEqual(['title', 'condition']);
  });

  it('of an exception name what is missing', () => {
    const empty = { title: ' ', reason: '', compensating: '', check: '', ends: '2026-11-23' };
    expect(Object.keys(readExceptionDraft(empty, [], DAY).faults)).toEqual(['title', 'reason', 'controls', 'ends']);
    const sound = { ...empty, title: 'T', reason: 'R', check: 'ACC-01', ends: DAY };
    expect(readExceptionDraft(sound, [], DAY)).toEqual({
      ...{ faults: {} },
      input: {
        ...{ title: 'T', reason: 'R', compensating: '', controls: [], checks: ['ACC-01'], subjects: [] },
        expires_on: DAY,
      },
    });
  });
});
