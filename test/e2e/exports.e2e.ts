/** What leaves the console by keyboard: a signed bundle with its compliance section, and an assessment as a file, on the real platform, mirror and browser host. */
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS } from '../../shared/compliance/modes.ts';
import { SEED_ORG } from '../support/auditSeed.ts';
import { startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
let console_: TestConsole;
let page: Page;
let faults: string[];

beforeAll(async () => {
  console_ = await startConsole();
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(hash: string, heading: string): Promise<void> {
  page = await console_.open(`#/o/${orgId}${hash}`);
  page.setDefaultTimeout(20_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}
/** Presses Tab until the named thing has the focus. */
async function tabTo(name: RegExp): Promise<void> {
  for (let i = 0; i < 120; i++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? '';
    });
    if (name.test(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${name}`);
}
/** Turns a compliance mode on as its preset suggests; nobody here has a second factor, and the organization is in no region. */
async function turnOn(id: string): Promise<void> {
  const preset = PRESETS.find(({ framework: one }) => one === id)!.suggested;
  const settings = { ...preset, mfa_required: false, data_residency: null, purpose: 'Audit of access.' };
  await console_.onPlatform('POST', `/compliance-modes/${id}/enable`, { settings });
  await console_.sync();
}
const exported = async () => (await console_.call('bundles.list', {}))[0]!;
async function checksOf(path: string) {
  const { jobId } = await console_.call('bundles.verify', { path, trust: [] });
  for (;;) {
    const job = await console_.call('jobs.get', { jobId });
    if (job.state === 'running') await new Promise((resolve) => setTimeout(resolve, 50));
    else return job.result as { verdict: string; checks: { id: string; verdict: string; detail: string }[] };
  }
}
const section = () => page.getByRole('checkbox', { name: 'Compliance', exact: true });
const framework = (name: RegExp) =>
  page.getByRole('group', { name: 'Frameworks to assess' }).getByRole('checkbox', { name });

describe('a bundle by keyboard', () => {
  it('has no compliance section while no framework is in use, and says why', async () => {
    await open('/bundles', 'Bundles');
    await page.getByRole('button', { name: 'Export bundle' }).first().waitFor();
    await press('e');
    await page.getByText(/^No framework is in use: no compliance mode is on/).waitFor();
    expect([await section().isChecked(), await section().isDisabled()]).toEqual([false, true]);
    expect(await violations()).toEqual([]);
    await tabTo(/^Export and sign$/);
    await press('Enter');
    await page.getByRole('heading', { name: 'Exported', exact: true }).waitFor();
    expect((await exported()).sections).toEqual(['log', 'events', 'access', 'sla', 'report']);
  });

  it('assesses the frameworks chosen, those of the modes at first, and its compliance section verifies', async () => {
    await turnOn('soc2');
    await turnOn('hipaa');
    await open('/bundles', 'Bundles');
    await page.getByRole('button', { name: 'Export bundle' }).first().waitFor();
    await press('e');
    await framework(/SOC 2/).waitFor();
    expect([
      await section().isChecked(),
      await framework(/SOC 2/).isChecked(),
      await framework(/HIPAA/).isChecked(),
    ]).toEqual([true, true, true]);
    expect(await violations()).toEqual([]);
    // Without any framework there is no section; its tick brings those of the modes back.
    await tabTo(/SOC 2/);
    await press('Space');
    await tabTo(/HIPAA/);
    await press('Space');
    expect(await section().isChecked()).toBe(false);
    await section().focus();
    await press('Space');
    expect([await framework(/SOC 2/).isChecked(), await framework(/HIPAA/).isChecked()]).toEqual([true, true]);
    await tabTo(/HIPAA/);
    await press('Space');
    await tabTo(/^Export and sign$/);
    await press('Enter');
    await page.getByRole('heading', { name: 'Exported', exact: true }).waitFor();
    const { path, sections } = await exported();
    expect(sections).toContain('compliance');
    const report = await checksOf(path);
    const { verdict, detail } = report.checks.find(({ id }) => id === 'compliance')!;
    expect([report.verdict, verdict, detail]).toEqual([
      'valid',
      'pass',
      '1 assessments agree with their tables and reports, 0 evidence files with their digests',
    ]);
    // The same by keyboard, from the bundle on: the screen names what it found.
    await tabTo(/^Verify$/);
    await press('Enter');
    await tabTo(/^Verify bundle$/);
    await press('Enter');
    await page.getByText('exit code 0').waitFor();
    await page.getByText(/^1 assessments agree with their tables and reports/).waitFor();
  });
});

describe('an assessment by keyboard', () => {
  const start = async (): Promise<void> => {
    await tabTo(/^Export assessment$/);
    await press('Enter');
  };
  const written = async (): Promise<string> => {
    await page.getByRole('heading', { name: 'Assessment of hipaa' }).waitFor();
    await page.getByText('written', { exact: true }).waitFor();
    return (await page.locator('dd .mono').first().textContent())!;
  };

  it('is written in the format and for the period chosen, and says where', async () => {
    await open('/compliance?framework=hipaa&span=quarter&from=2026-07-01', 'Compliance');
    await page.getByRole('grid', { name: 'Controls' }).waitFor();
    await tabTo(/^Export assessment…$/);
    await press('Enter');
    await page.getByText('Q3 2026').waitFor();
    await page.getByLabel('Format').waitFor();
    expect(await page.evaluate(() => (document.activeElement as HTMLSelectElement).value)).toBe('pdf');
    await start();
    const pdf = await written();
    expect([pdf.endsWith('.pdf'), readFileSync(pdf).subarray(0, 5).toString()]).toEqual([true, '%PDF-']);
    expect(await violations()).toEqual([]);
    await page.getByLabel('Format').focus();
    await page.keyboard.type('Assessment');
    await start();
    await page.getByText(/\.json$/).waitFor();
    const json = await written();
    const assessment = JSON.parse(readFileSync(json, 'utf8'));
    expect([assessment.framework.id, assessment.period.from, assessment.organization.id]).toEqual([
      'hipaa',
      '2026-07-01T00:00:00.000Z',
      orgId,
    ]);
    await page.getByLabel('Format').focus();
    await press('Escape');
    await page.getByRole('heading', { name: 'Export assessment' }).waitFor({ state: 'detached' });
  });

  it('shows how far it is, and is cancelled from there', async () => {
    const progress = { phase: 'Looking', done: 10, total: 40, unit: 'checks', ratePerSecond: null, secondsLeft: null };
    const job = {
      ...{ id: '01920000-0000-7000-8000-000000000000', kind: 'export-assessment', orgId, title: 'Assessment of hipaa' },
      ...{ state: 'running', startedAt: Date.now(), endedAt: null, progress, result: null, error: null },
    };
    await open('/compliance?framework=hipaa&act=export', 'Compliance');
    // An assessment of so small a log is over before anybody could cancel it: this one never ends by itself.
    await page.route('**/call', async (route) => {
      const { name } = route.request().postDataJSON() as { name: string };
      if (name === 'compliance.export') return route.fulfill({ json: { ok: true, value: { jobId: job.id } } });
      if (name === 'jobs.get') return route.fulfill({ json: { ok: true, value: job } });
      if (name !== 'jobs.cancel') return route.fallback();
      job.state = 'cancelled';
      return route.fulfill({ json: { ok: true, value: job } });
    });
    await page.getByRole('heading', { name: 'Export assessment' }).waitFor();
    await start();
    await page.getByTestId('detail').getByRole('progressbar', { name: job.title }).waitFor();
    expect(await page.getByRole('button', { name: 'Export assessment', exact: true }).isDisabled()).toBe(true);
    expect(await violations()).toEqual([]);
    await page
      .getByTestId('detail')
      .getByRole('button', { name: `Cancel: ${job.title}` })
      .press('Enter');
    await page.getByText('The export was cancelled.').waitFor();
    await page.getByText('Nothing was left half written.').waitFor();
  });
});
