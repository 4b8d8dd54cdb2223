/** Service levels by keyboard, on the real platform, mirror and browser host. */
import { existsSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SEED_ORG } from '../support/auditSeed.ts';
import { plantServiceLevels } from '../support/slaConsole.ts';
import { type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';
import { type Receiver, startReceiver } from '../support/webhookReceiver.ts';

const orgId = SEED_ORG.id;
let console_: TestConsole;
let receiver: Receiver;
let page: Page;
let faults: string[];

beforeAll(async () => {
  console_ = await startConsole();
  receiver = await startReceiver();
  await console_.onStore((core) => plantServiceLevels(core, orgId));
  await console_.sync();
});
afterAll(async () => {
  await console_?.close();
  await receiver?.close();
});
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(hash: string, options?: PageOptions): Promise<void> {
  page = await console_.open(`#/o/${orgId}/sla${hash}`, options);
  page.setDefaultTimeout(15_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: 'Service levels' }).waitFor();
}
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const params = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
/** Waits until the rights are read and the button may be pressed. */
const may = (name: string) => page.locator('button:not([aria-disabled])', { hasText: name }).first().waitFor();
async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

describe('agreements', () => {
  it('stand as cards, most urgent first, move by keyboard, and as a table', async () => {
    await open('');
    const names = page.locator('article h2');
    await names.first().waitFor();
    expect(await names.allTextContents()).toEqual(['Public API', 'Imports', 'Portal']);
    const api = page.locator('article', { hasText: 'Public API' });
    expect(await api.textContent()).toMatch(/breached.*≥ 99\.9 %.*≤ 1,000 ms.*≤ 0\.1 %/s);
    await press('j');
    expect(params().get('open')).toBe('api');
    await press('j');
    expect(params().get('open')).toBe('imports');
    await press('Escape', 'v');
    await page.getByRole('grid', { name: 'SLAs' }).getByText('Public API').waitFor();
  });

  it('narrow by words and by standing, and say when none is left', async () => {
    await open('');
    await page.locator('article h2').first().waitFor();
    await press('/');
    await page.keyboard.type('portal');
    await page.getByText('1 SLA of 3').waitFor();
    await page.keyboard.type('xyz');
    await page.getByText('No SLA passes these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('3 SLAs').waitFor();
  });
});

describe('one agreement', () => {
  it('reads its charts out by arrow keys, and shows them as tables', async () => {
    await open('?open=api');
    const chart = page.getByRole('slider', { name: 'Availability' });
    await chart.waitFor();
    await chart.focus();
    await press('End');
    const last = await chart.getAttribute('aria-valuetext');
    expect(last).toMatch(/%|no data/);
    await press('ArrowLeft');
    expect(await chart.getAttribute('aria-valuetext')).not.toBe(last);
    await press('Home');
    expect(await chart.getAttribute('aria-valuenow')).toBe('0');
    const budget = page.getByRole('slider', { name: 'Error budget left' });
    await budget.focus();
    await press('Home');
    expect(await budget.getAttribute('aria-valuetext')).toMatch(/100 % left, measured$/);
    await press('h');
    await page.getByRole('region', { name: 'Availability, as a table' }).getByText('100 %').first().waitFor();
    expect(params().get('figures')).toBe('table');
  });

  it('leads from a missed day to what happened on it, and from there to the audit log', async () => {
    await open('?open=api');
    const missed = page.getByRole('button', { name: /: missed/ });
    await missed.first().waitFor();
    await missed.first().click();
    await page.getByRole('heading', { name: /^What happened on / }).waitFor();
    await page.getByRole('button', { name: 'Whole period' }).click();
    await page.getByRole('heading', { name: 'What happened in this period' }).waitFor();
    await page.getByRole('button', { name: '30 d' }).click();
    await page.getByRole('button', { name: 'Audit events of this time' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    expect([params().has('from'), params().has('to')]).toEqual([true, true]);
  });

  it('has a monthly report that can be had signed, with the credit worked out', async () => {
    await open('?open=api');
    const month = page.getByRole('button', { name: /^[A-Z][a-z]{2} \d{4}$/ });
    await month.first().waitFor();
    const shares = await page
      .locator('table:has(th:text-is("Availability (%)")) tbody td:nth-child(3)')
      .allTextContents();
    expect(shares.length).toBeGreaterThan(0);
    for (const share of shares)
      expect([share, /^\d+(\.\d+)?$/.test(share) && Number(share) <= 100]).toEqual([share, true]);
    await month.first().click();
    await page.getByRole('heading', { name: 'Monthly report · Public API' }).waitFor();
    await page.getByText('Requests', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Download Monthly Report' }).click();
    await page.getByText('written', { exact: true }).waitFor({ timeout: 30_000 });
    const job = await console_.call('jobs.get', { jobId: params().get('job')! });
    const { path } = job.result as { path: string };
    expect(existsSync(path)).toBe(true);
  });
});

describe('changes', () => {
  it('define an SLA, with the last months under its terms, and end it', async () => {
    await open('');
    await page.locator('article h2').first().waitFor();
    await may('New SLA');
    await press('n');
    await page.getByRole('heading', { name: 'New SLA' }).waitFor();
    await page.getByRole('button', { name: 'Define SLA' }).click();
    await page.getByText('1 to 120 characters.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Strict API');
    await page.getByLabel('Service', { exact: true }).selectOption('api');
    await page.getByLabel('Availability at least (%)').fill('99.99999');
    await page.getByText('A share from 0 to 100 % with at most four decimals.').waitFor();
    await page.getByLabel('Availability at least (%)').fill('50');
    await page
      .getByText(/could|never|cannot/i)
      .first()
      .waitFor();
    await page.getByLabel('Availability at least (%)').fill('99.99');
    await page.getByText(/of \d+ months? with data would have been kept/).waitFor();
    await page.getByRole('button', { name: 'Define SLA' }).click();
    await page
      .getByRole('heading', { name: /^Strict API/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'End SLA' }).click();
    const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
    await dialog.getByRole('textbox').fill('Strict API');
    await dialog.getByRole('button', { name: 'End SLA' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('article', { hasText: 'Strict API' }).waitFor({ state: 'detached' });
  });

  it('announce maintenance and cancel it', async () => {
    await open('?tab=maintenance');
    await page.getByText('Planned maintenance stands here').waitFor();
    await may('Announce maintenance');
    await press('n');
    await page.getByRole('heading', { name: 'Announce maintenance' }).waitFor();
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await page.keyboard.type(`${day} 22:00`);
    await press('Tab');
    await page.keyboard.type(`${day} 23:30`);
    await press('Tab', 'Tab');
    await page.keyboard.type('Move to new disks');
    await press('Enter');
    const grid = page.getByRole('grid', { name: 'Maintenance windows' });
    await grid.getByText('Move to new disks').click();
    await page.getByRole('button', { name: 'Cancel this window' }).click();
    await page.getByRole('button', { name: 'Cancel window' }).click();
    await page.getByText('Planned maintenance stands here').waitFor();
  });

  it('make a channel whose secret is shown once, test it, and read its delivery log', async () => {
    await open('?tab=channels&act=new');
    await page.getByLabel('Name', { exact: true }).fill('On call');
    await page.getByLabel('Address (https)').fill(receiver.url);
    await page.getByRole('button', { name: 'Add channel' }).click();
    const secret = page.getByLabel('Secret');
    await secret.waitFor();
    expect(await secret.textContent()).toMatch(/^whsec_/);
    await page.getByLabel('I have stored it').check();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await console_.sync();
    await page.getByRole('grid', { name: 'Notification channels' }).getByText('On call').click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('delivered', { exact: true }).first().waitFor();
    expect(receiver.got.length).toBe(1);
    await page
      .getByRole('button', { name: 'Read again' })
      .or(page.getByText('Nothing was sent here yet.'))
      .first()
      .waitFor();
  });
});

const SCREENS = [
  ['', 'Public API'],
  ['?view=table', 'Public API'],
  ['?open=api', 'Closed months'],
  ['?open=api&figures=table', 'Closed months'],
  ['?open=api&act=report', 'What it rests on'],
  ['?act=new', 'Burn-rate alerts'],
  ['?open=api&act=edit', 'Burn-rate alerts'],
  ['?tab=maintenance&act=new', 'Excluded from'],
  ['?tab=channels&act=new', 'Told of'],
] as const;

describe('accessibility', () => {
  it.each(SCREENS)('sla%s passes axe in light and dark', async (hash, text) => {
    for (const theme of ['light', 'dark'] as const) {
      if (theme === 'dark') await page.context().close();
      await open(hash, { theme });
      await page.getByText(text).first().waitFor();
      expect(await violations(), theme).toEqual([]);
    }
  });
});
