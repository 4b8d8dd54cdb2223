/** Retention and holds by keyboard, on the real platform, mirror and browser host. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SEED_ORG } from '../support/auditSeed.ts';
import { type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
let console_: TestConsole;
let page: Page;
let faults: string[];

beforeAll(async () => {
  console_ = await startConsole();
  await console_.sync();
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(options?: PageOptions): Promise<void> {
  page = await console_.open(`#/o/${orgId}/governance`, options);
  page.setDefaultTimeout(15_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.getByRole('heading', { level: 1, name: 'Data governance' }).waitFor();
  await page.getByRole('heading', { level: 2, name: 'Prunings' }).waitFor();
}
const press = (name: string) => page.locator('button:not([aria-disabled])', { hasText: name }).first().press('Enter');
async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

it('says that nothing is pruned without a policy, takes one, and names its faults', async () => {
  await open();
  await page.getByText('Without a policy the audit log is kept for ever').waitFor();
  await press('New policy');
  await press('Save policy');
  await page.getByRole('alert').first().waitFor();
  await page.getByLabel('Name').fill('Everything');
  await page.getByLabel('Keep at least').fill('P6Y');
  await page.getByText('6 years (P6Y)').waitFor();
  await page.getByLabel('Purpose').fill('Operations');
  expect(await violations()).toEqual([]);
  await page.getByLabel('Purpose').press('Enter');
  await page.getByRole('rowheader', { name: 'Everything' }).waitFor();
  expect(await page.getByRole('row', { name: /Outside of any/ }).textContent()).toContain('P6Y');
});

it('places a hold, shows it above everything, and releases it with a reason', async () => {
  await open({ theme: 'dark', viewport: { width: 1920, height: 1080 } });
  await press('Place hold');
  await page.getByLabel('Name').fill('Litigation');
  await page.getByLabel('Matter').fill('Doe v. Acme');
  await page.getByLabel('Reason').fill('Court order');
  await press('Place hold');
  await page.getByLabel('Reason').press('Enter');
  await page.getByText('1 legal hold in force').waitFor();
  expect(await violations()).toEqual([]);
  await press('Release');
  await page.getByLabel('Reason').fill('Settled');
  await page.keyboard.press('Enter');
  await page.getByText(/released .*Settled/).waitFor();
});

it('asks the platform what would go, and closes a form with Escape', async () => {
  await open();
  await press('Dry run');
  await page.getByRole('heading', { name: 'What would go, as the platform says' }).waitFor();
  await page.getByText('Nothing that may go has expired.').waitFor();
  await press('New policy');
  await page.getByRole('heading', { name: 'New retention policy' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'New retention policy' }).waitFor({ state: 'detached' });
});
