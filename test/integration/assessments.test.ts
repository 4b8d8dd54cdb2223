/** Assessments of a real organization: from platform and mirror to OSCAL, tables, reports, and a signed bundle that anyone verifies. */
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { assessmentFault, readAssessment } from '../../shared/compliance/exports/assessment.ts';
import type { VerifyReport } from '../../shared/contract/bundles.ts';
import { endOf, openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import {
  asPerson,
  CheckScene,
  DAY,
  HOUR,
  SCENE_ORG as ORG,
  SCENE_DAYS,
  SCENE_START,
  type SceneClock,
} from '../support/checkScene.ts';
import { KEK, PASSWORD } from '../support/platform.ts';

const ADMIN = 'admin@acme.test';
const PERIOD = { from: SCENE_START, to: SCENE_START + SCENE_DAYS * DAY };
const SCHEMA = new URL(
  '../../../shared/data/compliance-oscal-schemas-1.0.6/oscal_assessment-results_schema.json',
  import.meta.url,
);

describe('assessments', () => {
  const clock: SceneClock = { now: SCENE_START };
  let folder: ReturnType<typeof temporaryFolder>;
  let platform: Platform;
  let console_: TestConsole;

  beforeAll(async () => {
    folder = temporaryFolder();
    platform = await createPlatform({ kek: KEK, checkpointMsMin: 0, now: () => clock.now, checksMs: 1e9 });
    const scene = new CheckScene(platform, clock);
    await scene.found();
    for (let n = 1; n < SCENE_DAYS; n++) await scene.live(n);
    const admin = asPerson(platform, ADMIN);
    const design = { state: 'effective', reason: 'Walked through.' };
    await admin('PATCH', '/control-states/soc2-cc1.1', { design, operating: design });
    await admin('PATCH', '/control-states/soc2-cc1.2', {
      applicable: false,
      applicability_reason: 'There is no board.',
    });
    const link = {
      kind: 'link',
      title: 'Policy',
      url: 'https://policies.example/1',
      evidence_on: '2026-01-05',
      controls: ['soc2-cc1.1'],
    };
    await admin('POST', '/evidence', link);
    await admin('POST', '/findings', {
      title: 'Late',
      controls: ['soc2-cc1.3'],
      severity: 'low',
      condition: 'As found.',
    });
    clock.now = SCENE_START + SCENE_DAYS * DAY + HOUR;
    await platform.app.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${(platform.app.server.address() as AddressInfo).port}`;
    console_ = openConsoleApp(join(folder.path, 'console'), {}, { clock: { now: () => clock.now } });
    await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
    const draft = await console_.call('connections.begin', { url, email: ADMIN, password: PASSWORD, totp: null });
    const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
    await console_.call('connections.confirm', { draftId: draft.draftId, pins });
    await publishCheckpoint(platform.core, ORG);
    await console_.run('sync.start', { orgId: ORG });
  }, 120_000);
  afterAll(async () => {
    await console_?.app.close();
    await platform?.close();
    folder?.remove();
  });

  const exported = async (format: 'oscal' | 'csv' | 'checks' | 'evidence' | 'json' | 'html' | 'pdf') => {
    const path = join(folder.path, `soc2.${format}`);
    const { result } = await console_.run('compliance.export', {
      orgId: ORG,
      framework: 'soc2',
      ...PERIOD,
      format,
      path,
    });
    return {
      result: result as { bytes: number; met: number; of: number; excluded: number; digest: string },
      bytes: readFileSync(path),
    };
  };

  it('says what is met, from assessments and checks of the period, and follows from itself', async () => {
    const { result, bytes } = await exported('json');
    const assessment = readAssessment(bytes.toString('utf8'));
    expect(assessmentFault(assessment)).toBeNull();
    expect(result).toMatchObject({ met: 1, of: 60, excluded: 1 });
    const of = (id: string) => assessment.controls.find((one) => one.id === id)!;
    expect(of('soc2-cc1.1')).toMatchObject({ status: 'met', evidence: [expect.any(String)] });
    expect(of('soc2-cc1.2')).toMatchObject({ status: 'not_applicable', not_applicable_because: 'There is no board.' });
    expect(of('soc2-cc1.3').findings).toHaveLength(1);
    expect(of('soc2-cc6.1').status).toBe('not_met');
    expect(of('soc2-cc6.1').checks).toContain('ACC-01');
    const run = await console_.call('checks.results', { orgId: ORG, ...PERIOD });
    for (const check of assessment.checks) {
      expect(run!.checks.find((one) => one.check === check.id)).toMatchObject({
        state: check.state,
        digest: check.digest,
      });
    }
    expect(assessment.evidence).toMatchObject([{ title: 'Policy', file: null, omitted: null }]);
  });

  it('stops when asked to, and leaves no file', async () => {
    const path = join(folder.path, 'cancelled.json');
    const asked = { orgId: ORG, framework: 'soc2', from: PERIOD.from, to: PERIOD.to - HOUR, path };
    const { jobId } = await console_.call('compliance.export', { ...asked, format: 'json' });
    await console_.call('jobs.cancel', { jobId });
    expect((await endOf(console_.app, jobId)).state).toBe('cancelled');
    expect(existsSync(path)).toBe(false);
  });

  it('is written in every form, and the same each time', async () => {
    expect((await exported('csv')).bytes.toString('utf8')).toContain('soc2-cc1.1,CC1.1');
    expect((await exported('checks')).bytes.toString('utf8')).toContain('ACC-01');
    expect((await exported('evidence')).bytes.toString('utf8')).toContain('https://policies.example/1');
    expect((await exported('html')).bytes.toString('utf8')).toContain('1 of 60 controls');
    expect((await exported('pdf')).bytes.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it.skipIf(!existsSync(SCHEMA))('is OSCAL by the schema (real data)', async () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    const { bytes } = await exported('oscal');
    expect([valid(JSON.parse(bytes.toString('utf8'))), valid.errors]).toEqual([true, null]);
  });

  it('stands in a signed bundle with the events it rests on, and verifies', async () => {
    const path = join(folder.path, 'acme.mcbundle.zip');
    const sections = ['log', 'events', 'compliance', 'report'] as const;
    await console_.run('bundles.export', {
      ...{ orgId: ORG, ...PERIOD, sections: [...sections], withhold: [], path },
      frameworks: ['soc2', 'gdpr'],
    });
    const report = (await console_.run('bundles.verify', { path, trust: [] })).result as VerifyReport;
    expect(report.summary).toMatch(/^Valid/);
    expect(report.checks.find(({ id }) => id === 'compliance')?.detail).toMatch(/^2 assessments agree/);
    const missing = { orgId: ORG, ...PERIOD, sections: [...sections], withhold: [], path: null };
    await expect(console_.call('bundles.export', missing)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const unknown = { ...missing, frameworks: ['nothing'] };
    await expect(console_.run('bundles.export', unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
