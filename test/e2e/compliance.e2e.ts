/** The Controls tab by keyboard, on the real platform, mirror and browser host. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

async function open(query: string, options: Parameters<TestConsole['open']>[1] = {}): Promise<void> {
  page = await console_.open(`#/o/${orgId}/compliance?tab=controls&framework=soc2${query}`, options);
  page.setDefaultTimeout(8_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await section().waitFor();
}
const params = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
const section = () => page.getByRole('button', { name: 'Coverage', exact: true });
const bars = () => page.getByRole('list', { name: 'Coverage by group' }).getByRole('button');
/** Text of the row that the grid's cursor is on. */
const active = (): Promise<string> =>
  page.evaluate(() => {
    const id = document.querySelector('[role="grid"]')?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.closest('[role="row"]')?.textContent ?? '';
  });

async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

describe('coverage by keyboard', () => {
  it('is closed in a narrow window, opens with V as the address then says, and turns into a table with H', async () => {
    await open('', { viewport: { width: 1_100, height: 800 } });
    expect(await section().getAttribute('aria-expanded')).toBe('false');
    expect(await bars().count()).toBe(0);
    await page.keyboard.press('v');
    await bars().first().waitFor();
    expect([await section().getAttribute('aria-expanded'), params().get('coverage')]).toEqual(['true', '1']);
    expect(await bars().count()).toBe(20);
    const { rows } = await console_.call('compliance.checklist', { orgId, at: null, framework: 'soc2' });
    const { counts } = rows.find(({ node }) => node.ref === 'CC6')!.rollUp!;
    const label = (await bars().nth(5).textContent())!;
    expect(label).toMatch(/^CC6/);
    expect(label.includes(`${counts.not_assessed} not assessed`)).toBe(counts.not_assessed > 0);
    await page.keyboard.press('h');
    const table = page.getByRole('region', { name: 'Coverage by group, as a table' });
    expect(await table.getByRole('row').filter({ hasText: 'All' }).last().getByRole('cell').last().textContent()).toBe(
      '61',
    );
    expect(await violations()).toEqual([]);
    await page.keyboard.press('v');
    await table.waitFor({ state: 'detached' });
    expect(params().get('coverage')).toBe('0');
  });

  it.each(['light', 'dark'] as const)('leads from a bar to its group in the tree, in %s', async (theme) => {
    await open('&status=met', { theme, viewport: { width: 1_280, height: 800 } });
    await bars().first().waitFor();
    expect(await section().getAttribute('aria-expanded')).toBe('true');
    expect(await violations()).toEqual([]);
    await bars().nth(8).press('Enter');
    await expect.poll(active, { timeout: 8_000 }).toMatch(/^CC9/);
    // The filter hid the group.
    expect(params().get('status')).toBe(null);
    const chosen = page.getByRole('row', { selected: true });
    await expect.poll(() => chosen.count()).toBe(1);
    expect(await chosen.textContent()).toMatch(/^CC9/);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    await page.keyboard.press('j');
    await expect.poll(active).toMatch(/^CC9\.1/);
  });

  it('leaves the bar above on one line with a panel beside the list', async () => {
    await open('&control=soc2-cc6.1', { viewport: { width: 1_280, height: 800 } });
    const tops = await Promise.all(
      [/^Framework: /, 'Owner, due', /^Export assessment/].map(async (name) => {
        const box = await page.getByRole('button', { name }).first().boundingBox();
        return Math.round(box!.y + box!.height / 2);
      }),
    );
    expect(new Set(tops).size).toBe(1);
  });
});
