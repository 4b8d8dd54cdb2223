/** The compliance section of a bundle: written with its evidence, verified, and each kind of change found. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundleFile } from '../../main/bundle/read.ts';
import type { BundleSource } from '../../main/bundle/source.ts';
import { writeBundle } from '../../main/bundle/write.ts';
import { sha256 } from '../../main/crypto.ts';
import { reportHazard } from '../../shared/bundle/report.ts';
import { toHex } from '../../shared/bytes.ts';
import { type Assessment, assessmentText } from '../../shared/compliance/exports/assessment.ts';
import { assessmentOfEverything } from '../support/assessments.ts';
import { bundleKey, bundleSource, syntheticLog } from '../support/syntheticLog.ts';

const work = mkdtempSync(join(tmpdir(), 'mc-compliance-'));
const log = syntheticLog(64);
const key = bundleKey();
const trust = [key.publicKeyPem, log.vkey];
const file = Buffer.from('twelve bytes');
const digest = toHex(sha256(file));
const base = bundleSource(log, { begin: 0, end: 64 }, []);
const assessment: Assessment = {
  ...assessmentOfEverything,
  period: { from: new Date(base.period.from).toISOString(), to: new Date(base.period.to).toISOString() },
  evidence: assessmentOfEverything.evidence.map((one) => ({ ...one, file: { ...one.file!, sha256: digest } })),
};
const held = [
  {
    sha256: digest,
    async *content() {
      yield new Uint8Array(file);
    },
  },
];
const source = (own: Partial<BundleSource> = {}): BundleSource => ({
  ...base,
  compliance: { assessments: [assessment], evidence: held },
  ...own,
});
const zip = join(work, 'bundle.zip');
let bag = '';

const write = (path: string, from: BundleSource) =>
  writeBundle({
    ...{ path, source: from, signer: key, now: () => Date.UTC(2026, 5, 1) },
    uuid: () => '018f3f2a-7c11-7abc-8def-0123456789ab',
    generator: { name: 'Console', version: '0.0.0-test' },
  });

beforeAll(async () => {
  await write(zip, source());
  const extracted = join(work, 'extracted');
  execFileSync('unzip', ['-q', zip, '-d', extracted]);
  bag = join(extracted, readdirSync(extracted)[0]!);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What the compliance check alone says of the bag with one payload file changed: whoever holds the signing key could make all the rest fit. */
async function forged(name: string, change: (text: string) => string): Promise<string> {
  const folder = mkdtempSync(join(work, 'forged-'));
  cpSync(bag, folder, { recursive: true });
  const at = join(folder, name);
  writeFileSync(at, change(readFileSync(at, 'utf8')));
  const verdict = await verifyBundleFile(folder, { trust });
  return verdict.checks
    .filter((check) => check.verdict === 'fail' && check.id === 'compliance')
    .map(({ detail }) => detail)
    .join('\n');
}

const FOLDER = 'data/compliance/soc2/';

describe('a bundle with assessments', () => {
  it('verifies, counts its evidence, and shows both in its report', async () => {
    const verdict = await verifyBundleFile(zip, { trust });
    expect([verdict.exit, verdict.summary]).toEqual([0, 'Valid: every check passed under keys you pinned.']);
    const { detail } = verdict.checks.find(({ id }) => id === 'compliance')!;
    expect(detail).toBe('1 assessments agree with their tables and reports, 1 evidence files with their digests');
    const statement = JSON.parse(readFileSync(join(bag, 'signatures/statement.json'), 'utf8'));
    expect(statement.predicate).toMatchObject({
      framework: 'soc2',
      sections: { compliance: { included: 1 }, evidence: { expected: 1, included: 1 } },
    });
    expect(readFileSync(join(bag, 'data/report.html'), 'utf8')).toContain('2 of 4');
    expect(
      createHash('sha256')
        .update(readFileSync(join(bag, `data/evidence/${digest}`)))
        .digest('hex'),
    ).toBe(digest);
  });

  it('has a report that loads nothing and runs nothing', () => {
    expect(reportHazard(readFileSync(join(bag, `${FOLDER}report.html`), 'utf8'))).toBeNull();
  });

  it.each<[string, string, (text: string) => string, RegExp]>([
    [
      'a control turned',
      `${FOLDER}assessment.json`,
      (text) => text.replace('"status":"not_met"', '"status":"met"'),
      /It is not met by its/,
    ],
    [
      'a figure of a check',
      `${FOLDER}assessment.json`,
      (text) => text.replace('"population":3', '"population":4'),
      /does not say what/,
    ],
    [
      'a line of the checklist',
      `${FOLDER}checklist.csv`,
      (text) => text.replace('not_met', 'met'),
      /checklist\.csv does not say/,
    ],
    [
      'the OSCAL document',
      `${FOLDER}assessment-results.json`,
      (text) => text.replace('not-satisfied', 'satisfied'),
      /assessment-results\.json does not say/,
    ],
    ['the page', `${FOLDER}report.html`, (text) => text.replace('not met', 'met'), /report\.html does not say/],
    [
      'the paper',
      `${FOLDER}report.pdf`,
      (text) => text.replace('compliance-assessment-sha256', 'x'),
      /another assessment/,
    ],
    ['the evidence', `data/evidence/${digest}`, () => 'other bytes!', /not the file that was kept/],
  ])('finds %s changed by its contents alone', async (_what, name, change, words) => {
    expect(await forged(name, change)).toMatch(words);
  });

  it('lists evidence that is left out, and refuses evidence that is missing without being listed', async () => {
    const omitted = {
      ...assessment,
      evidence: assessment.evidence.map((one) => ({ ...one, omitted: 'Not in this mirror.' })),
    };
    const path = join(work, 'omitted.zip');
    await write(path, source({ compliance: { assessments: [omitted], evidence: [] } }));
    const verdict = await verifyBundleFile(path, { trust });
    expect(verdict.exit).toBe(0);
    await expect(
      write(join(work, 'missing.zip'), source({ compliance: { assessments: [assessment], evidence: [] } })),
    ).rejects.toThrow(/neither there nor listed/);
  });

  it('is not written from an assessment that contradicts itself', async () => {
    const wrong = { ...assessment, checks: assessment.checks.map((one) => ({ ...one, state: 'pass' as const })) };
    await expect(
      write(join(work, 'wrong.zip'), source({ compliance: { assessments: [wrong], evidence: held } })),
    ).rejects.toThrow(/does not hold/);
    expect(assessmentText(wrong)).not.toBe(assessmentText(assessment));
  });
});
