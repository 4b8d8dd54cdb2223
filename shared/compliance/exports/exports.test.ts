import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { assessmentOfEverything } from '../../../test/support/assessments.ts';
import { toHex, toUtf8 } from '../../bytes.ts';
import {
  type AssessedCheck,
  type AssessedControl,
  type Assessment,
  assessmentFault,
  assessmentText,
  coverageOf,
  coverageText,
  readAssessment,
} from './assessment.ts';
import { oscalResults } from './oscalResults.ts';
import { checklistCsv, checksCsv, evidenceCsv } from './tables.ts';

const whole = assessmentOfEverything;
const withControl = (at: number, own: Partial<AssessedControl>): Assessment => ({
  ...whole,
  controls: whole.controls.map((one, i) => (i === at ? { ...one, ...own } : one)),
});
const withCheck = (at: number, own: Partial<AssessedCheck>): Assessment => ({
  ...whole,
  checks: whole.checks.map((one, i) => (i === at ? { ...one, ...own } : one)),
});

describe('an assessment', () => {
  it('is read back as it was, and only in its one form', () => {
    const text = assessmentText(whole);
    expect(readAssessment(text)).toEqual(whole);
    expect(assessmentFault(whole)).toBeNull();
    expect(() => readAssessment(`${text} `)).toThrow(/canonical/);
    expect(() => readAssessment(assessmentText({ ...whole, more: 1 } as unknown as Assessment))).toThrow(/format/);
  });

  it.each<[string, Assessment, RegExp]>([
    ['a control met although its check failed', withControl(2, { status: 'met' }), /It is not met/],
    ['a control met by nothing', withControl(1, { checks: [], automated: null }), /It is not assessed/],
    ['a control met without its design', withControl(1, { design: null }), /It is not assessed/],
    [
      'a control met although judged ineffective',
      withControl(5, { operating: { ...whole.controls[5]!.operating!, state: 'ineffective' } }),
      /It is not met/,
    ],
    [
      'a control that does not apply for no reason',
      withControl(4, { not_applicable_because: '' }),
      /It is not assessed/,
    ],
    ['automated results that its checks do not have', withControl(2, { automated: 'pass' }), /come to fail/],
    ['a group with a status', withControl(0, { status: 'met' }), /Only a control/],
    ['evidence that is not there', withControl(1, { evidence: ['e2'] }), /names e2/],
    [
      'an exception that had lapsed',
      { ...whole, exceptions: [{ ...whole.exceptions[0]!, expires_on: '2026-10-30' }] },
      /was not in force on 2026-10-31/,
    ],
    ['a check passed over nothing', withCheck(0, { population: 0 }), /passed/],
    ['a check failed by nothing', withCheck(1, { failing: 0, items: [] }), /nothing failed/],
    ['more items than counted', withCheck(1, { failing: 0 }), /more failing items/],
    ['one id twice', { ...whole, evidence: [...whole.evidence, ...whole.evidence] }, /twice/],
  ])('with %s is refused', (_what, assessment, words) => {
    expect(assessmentFault(assessment)).toMatch(words);
  });
});

describe('coverage', () => {
  it('is counted from the controls that apply, and said in words', () => {
    expect(coverageOf(whole)).toMatchObject({ met: 2, of: 4, excluded: 1, percent: '50.0' });
    expect(coverageText({ percent: '99.9' })).toBe('99.9 %');
    expect(coverageText({ percent: null })).toBe('none applies');
  });
});

describe('tables', () => {
  it('have a line for each control, check, item and piece of evidence, with formulas defused', () => {
    const lines = checklistCsv(whole).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + whole.controls.length);
    expect(lines[5]).toContain("'=No offices");
    expect(checksCsv(whole).trimEnd().split('\r\n')).toHaveLength(1 + 3 + 2);
    expect(checksCsv(whole)).toContain('"Ada, ""the first"""');
    expect(evidenceCsv(whole).split('\r\n')[1]).toContain(`,${whole.evidence[0]!.file!.sha256},12,mfa.png,`);
  });
});

type Named<K extends string> = readonly Readonly<Record<K, string>>[];
interface Finding {
  readonly target: {
    readonly 'target-id': string;
    readonly status: { readonly state: string; readonly reason: string };
  };
  readonly 'related-observations'?: Named<'observation-uuid'>;
  readonly 'related-risks'?: Named<'risk-uuid'>;
}
interface Document {
  readonly 'assessment-results': {
    readonly results: readonly {
      readonly findings: readonly Finding[];
      readonly observations: Named<'uuid'>;
      readonly risks: Named<'uuid'>;
      readonly 'reviewed-controls': {
        readonly 'control-selections': readonly { readonly 'exclude-controls': unknown }[];
      };
    }[];
  };
}

describe('OSCAL', () => {
  const digest = toHex(sha256(toUtf8(assessmentText(whole))));
  const document = oscalResults(whole, digest) as unknown as Document;
  const result = document['assessment-results'].results[0]!;

  it('gives the same document for the same assessment', () => {
    expect(oscalResults(whole, digest)).toEqual(document);
  });

  it('tells of each control that applies, satisfied only where it is met', () => {
    const states = Object.fromEntries(
      result.findings.map(({ target }) => [target['target-id'], [target.status.state, target.status.reason]]),
    );
    expect(states).toEqual({
      'cc6.1': ['satisfied', 'pass'],
      'cc6.2': ['not-satisfied', 'fail'],
      'cc6.3': ['not-satisfied', 'other'],
      'cc6.5': ['satisfied', 'pass'],
    });
    const { 'exclude-controls': left } = result['reviewed-controls']['control-selections'][0]!;
    expect(left).toEqual([{ 'control-id': 'cc6.4' }]);
  });

  it('names only observations, risks and resources that it holds', () => {
    const uuids = new Set([...result.observations, ...result.risks].map(({ uuid }) => uuid));
    for (const finding of result.findings) {
      for (const one of finding['related-observations'] ?? []) expect(uuids).toContain(one['observation-uuid']);
      for (const one of finding['related-risks'] ?? []) expect(uuids).toContain(one['risk-uuid']);
    }
    expect(uuids.size).toBe(result.observations.length + result.risks.length);
  });
});
