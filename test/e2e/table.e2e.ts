/** The table primitive by keyboard alone, on the overview: real host and browser, 10,000 organizations put in the place of the one mirrored. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { startConsole, type TestConsole } from '../support/startConsole.ts';

const ROWS = 10_000;
let console_: TestConsole;
let page: Page;
let faults: string[];
let orgs: OrgSummary[];

beforeAll(async () => {
  console_ = await startConsole();
  const [real] = await console_.call('orgs.list', {});
  orgs = Array.from({ length: ROWS }, (_, i) => ({
    ...real!,
    orgId: `org-${i}`,
    name: i === 3 ? '=1+1' : `Clinic ${i}`,
    // Every ninth was never synced: its figures are missing, not 0.
    lastSyncAt: i % 9 === 0 ? null : 1_750_000_000_000 + i * 1000,
    counts: { ...real!.counts, events: (i * 7919) % 10_007, members: i },
  }));
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(hash = '#/overview'): Promise<void> {
  page = await console_.open('#/settings');
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.route('**/call', async (route) => {
    const { name } = route.request().postDataJSON() as { name: string };
    if (name !== 'orgs.list') return route.continue();
    return route.fulfill({ json: { ok: true, value: orgs } });
  });
  await page.reload();
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.locator('[role="grid"][aria-label="Organizations"][aria-busy="false"]').waitFor();
}
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const shown = (found: number) =>
  page.getByText(`${found.toLocaleString('en-US')} of ${ROWS.toLocaleString('en-US')} organizations`).waitFor();
const active = () =>
  page.evaluate(() => {
    const id = document.querySelector('[role="grid"]')?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.textContent ?? null;
  });
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

describe('table by keyboard', () => {
  it('draws only the rows in sight and reaches both ends of 10,000', async () => {
    await open();
    await shown(ROWS);
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    await press('End');
    await page.waitForFunction(() => document.querySelector('[aria-rowindex="10001"]') !== null);
    expect(await active()).toBe('Clinic 9999');
    await press('Home', 'j', 'j');
    expect(await active()).toBe('Clinic 1');
  });

  it('filters, keeps the text in the address, and offers the way back', async () => {
    await open();
    await press('/');
    await page.keyboard.type('clinic 999');
    const found = orgs.filter(({ name }) => name.includes('999')).length;
    await shown(found);
    expect(page.url()).toContain('q=clinic+999');
    await press('Escape');
    await shown(ROWS);
    await page.keyboard.type('no such clinic');
    await page.getByRole('button', { name: 'Show all organizations' }).press('Enter');
    await shown(ROWS);
  });

  it('sorts numbers from the largest, missing ones last, and Enter opens the row', async () => {
    await open();
    await press('ArrowUp', 'ArrowRight', 'ArrowRight', 'Enter');
    await page.locator('[role="columnheader"][aria-sort="descending"]', { hasText: 'Events' }).waitFor();
    await press('ArrowDown');
    const known = orgs.filter(({ lastSyncAt }) => lastSyncAt !== null);
    const most = Math.max(...known.map(({ counts }) => counts.events));
    expect(await active()).toBe(most.toLocaleString('en-US'));
    await press('End');
    expect(await active()).toBe('—');
    await press('Home', 'Enter');
    const first = known.find(({ counts }) => counts.events === most)!;
    await page.waitForFunction((id) => location.hash.includes(`/o/${id}/audit`), first.orgId);
  });

  it('selects with Space and Shift, copies exact values, and lets go with Escape', async () => {
    await open('#/overview?sort=members');
    await page.locator('[role="columnheader"][aria-sort="ascending"]', { hasText: 'Members' }).waitFor();
    await press('Home', 'Shift+ArrowDown', 'Shift+j');
    await page.getByText('3 selected').waitFor();
    await press('ArrowDown', 'ArrowDown', ' ');
    await page.getByText('1 selected').waitFor();
    await press('Shift+ArrowUp', 'c');
    await page.getByText('2 rows copied').waitFor();
    const lines = (await clipboard()).split('\n').map((line) => line.split('\t'));
    expect(lines.map(([name]) => name)).toEqual(['Organization', 'Clinic 4', 'Clinic 5']);
    expect(lines[1]!.at(-1)).toBe(new Date(orgs[4]!.lastSyncAt!).toISOString());
    await press('Escape');
    await page.getByText('selected ·').waitFor({ state: 'detached' });
  });

  it('follows the pointer: a dragged edge widens by what it was dragged, a dragged head changes place', async () => {
    await open();
    const head = (name: string) => page.getByRole('columnheader', { name });
    // This column takes up spare width, so it is wider than its first size.
    const before = (await head('Organization').boundingBox())!;
    await page.mouse.move(before.x + before.width, before.y + 16);
    await page.mouse.down();
    await page.mouse.move(before.x + before.width + 70, before.y + 16, { steps: 5 });
    await page.mouse.up();
    const after = (await head('Organization').boundingBox())!;
    expect(Math.abs(after.width - before.width - 70)).toBeLessThanOrEqual(1);
    await head('Tier').dragTo(head('Log'));
    const heads = await page.getByRole('columnheader').allTextContents();
    expect(heads.slice(0, 3)).toEqual(['Organization', 'Tier', 'Log']);
    expect(await page.locator('[aria-sort="ascending"], [aria-sort="descending"]').allTextContents()).toEqual([
      'Organization',
    ]);
  });

  it('presses the control of a cell, and goes on from there', async () => {
    await open();
    await press('Control+End', 'Enter');
    await page.getByText(/^Clinic 9999: /).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Sync Clinic 9999');
    await press('ArrowUp', 'Control+Home');
    expect(await active()).toBe('=1+1');
  });

  it('hides, widens and moves columns, and remembers', async () => {
    await open();
    const heads = () => page.getByRole('columnheader').allTextContents();
    const before = await heads();
    await page.getByRole('button', { name: 'Columns' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Tier' }).press('Enter');
    await page.getByRole('columnheader', { name: 'Tier' }).waitFor({ state: 'detached' });
    await page.getByRole('grid').focus();
    await press('ArrowUp', 'ArrowRight', 'Control+ArrowRight', 'Shift+ArrowRight');
    const width = () => page.getByRole('columnheader', { name: 'Log' }).evaluate((head) => head.clientWidth);
    const wide = await width();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Log' }).waitFor();
    const without = before.filter((head) => head !== 'Tier');
    expect((await heads()).slice(0, 3)).toEqual([without[0], without[2], without[1]]);
    expect(await heads()).toHaveLength(without.length);
    expect(await width()).toBe(wide);
  });

  it('exports every filtered row, exact and with formulas disarmed', async () => {
    await open('#/overview?sort=members');
    await page.getByRole('button', { name: 'Export 10,000 organizations as CSV' }).press('Enter');
    const notice = page.getByText(/^10,000 rows, .* in /);
    await notice.waitFor();
    const path = /in (\S+\.csv)/.exec((await notice.textContent()) ?? '')![1]!;
    const lines = readFileSync(path, 'utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(ROWS + 1);
    expect(lines[0]).toContain('Organization,Id,Log,Events,Members');
    // Member counts rise with the row; the never synced ones have none and come last.
    const known = orgs.filter(({ lastSyncAt }) => lastSyncAt !== null);
    expect(lines[1]).toContain(`${known[0]!.name},${known[0]!.orgId},`);
    expect(lines.some((line) => line.startsWith("'=1+1,org-3,"))).toBe(true);
    expect(lines.at(-1)).toContain(',org-9999,');
  });
});
