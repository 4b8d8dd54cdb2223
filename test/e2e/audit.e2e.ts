/** The audit explorer driven by keyboard alone, on the real platform, mirror and browser host. */
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SEED_EVENTS, SEED_ORG, SEED_SIZE, seedCount } from '../support/auditSeed.ts';
import { type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const AUDIT = `#/o/${SEED_ORG.id}/audit`;
let console_: TestConsole;
let page: Page;
let faults: string[];
/** The platform writes events of its own (sign-in, members): the log is at least as long as what was seeded. */
let size: number;

beforeAll(async () => {
  console_ = await startConsole();
  size = (await console_.call('audit.query', { orgId: SEED_ORG.id, filter: {} })).mirrored;
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(query = '', options?: PageOptions): Promise<void> {
  page = await console_.open(`${AUDIT}${query}`, options);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('grid', { name: 'Audit events' }).waitFor();
  await page.getByText(/of [\d,]+ events/).waitFor();
  await page.keyboard.press('Escape');
}

const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const address = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
const matched = async (expected: number): Promise<void> => {
  const text = `${expected.toLocaleString('en-US')} of ${size.toLocaleString('en-US')} events`;
  await page.getByText(new RegExp(`^${text}`)).waitFor();
};
const activeText = () =>
  page.evaluate(() => {
    const grid = document.querySelector('[role="grid"]');
    return document.getElementById(grid?.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null;
  });
/** Presses Tab until the named thing has the focus. */
async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 80; i++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (name.test(focused)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab never reached ${name}`);
}
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

describe('audit explorer by keyboard', () => {
  it('moves, opens an event, verifies it and closes it again', async () => {
    await open('?action=member.role.update&outcome=success');
    await matched(seedCount((event) => event.action === 'member.role.update' && event.outcome === 'success'));
    await press('j', 'j', 'Enter');
    await page.getByRole('heading', { name: /^Role changed: viewer → admin/ }).waitFor();
    const first = address().get('seq');
    await press('v');
    await page.getByText(/^\d+ hashes recomputed$/).waitFor();
    await press('j');
    await page.waitForFunction((seq) => !location.hash.includes(`seq=${seq}`), first);
    await press('Escape');
    await page.getByRole('heading', { name: /^Role changed/ }).waitFor({ state: 'detached' });
    expect(address().get('seq')).toBeNull();
  });

  it('reaches both ends and tells assistive technology where it is', async () => {
    await open('?sort=seq');
    await press('End');
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(String(size + 1));
    const last = page.locator(`[role="row"][aria-rowindex="${size + 1}"]`);
    await last.waitFor();
    await press('Home', 'PageDown');
    expect(await activeText()).not.toBeNull();
  });

  it('filters by the value of the focused cell, and Back undoes it', async () => {
    await open('?sort=seq&actor=service_account:sa_1');
    await matched(seedCount((event) => event.actor.id === 'sa_1'));
    await press('ArrowRight', 'ArrowRight');
    const action = await activeText();
    await press('f');
    await matched(seedCount((event) => event.actor.id === 'sa_1' && event.action === action));
    expect(address().getAll('action')).toEqual([action]);
    await page.goBack();
    await matched(seedCount((event) => event.actor.id === 'sa_1'));
    await page.goForward();
    await page.reload();
    await matched(seedCount((event) => event.actor.id === 'sa_1' && event.action === action));
  });

  it('searches free text from / and keeps it in the address', async () => {
    await open();
    await press('/');
    await page.keyboard.type('logs.delete');
    await matched(seedCount((event) => event.action === 'logs.delete'));
    expect(address().get('q')).toBe('logs.delete');
    await press('Enter', 'j');
    expect(await activeText()).not.toBeNull();
  });

  it('chooses values with counts in a filter chip', async () => {
    await open();
    await tabTo(/^Outcome/, 'Shift+Tab');
    await press('Enter');
    const option = page.getByRole('option', { name: /denied/ });
    await option.waitFor();
    await page.keyboard.type('denied');
    await page.getByRole('option', { name: /success/ }).waitFor({ state: 'detached' });
    await press('Enter', 'Escape');
    const { matched: denied } = await console_.call('audit.query', {
      orgId: SEED_ORG.id,
      filter: { outcomes: ['denied'] },
    });
    expect(denied).toBeGreaterThanOrEqual(seedCount((event) => event.outcome === 'denied'));
    await matched(denied);
  });

  it('takes a prefix of actions', async () => {
    await open('?actor=user:u_2');
    await tabTo(/^Action/, 'Shift+Tab');
    await press('Enter');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('auth.*');
    await page.getByRole('option', { name: /every action under auth/ }).waitFor();
    await press('Enter', 'Escape');
    await matched(seedCount((event) => event.actor.id === 'u_2' && event.action.startsWith('auth.')));
  });

  it('zooms the histogram by keyboard to exactly the counted stretch', async () => {
    await open('?action=thread.read');
    await tabTo(/Events over time/, 'Shift+Tab');
    await press('Home', 'ArrowRight', 'Shift+ArrowRight', 'Shift+ArrowRight');
    await press('Enter');
    await page.waitForFunction(() => location.hash.includes('from='));
    const from = Date.parse(address().get('from')!);
    const to = Date.parse(address().get('to')!);
    await matched(
      seedCount(({ action, occurredAt }) => {
        const at = Date.parse(occurredAt!);
        return action === 'thread.read' && at >= from && at < to;
      }),
    );
    await press('h');
    await page.getByRole('region', { name: 'Events over time, as a table' }).waitFor();
  });

  it('sorts, widens and moves a column from its head, and remembers', async () => {
    await open('?action=thread.create');
    await press('ArrowUp', 'ArrowRight');
    expect(await activeText()).toBe('Actor');
    await press('Enter');
    await page.locator('[role="columnheader"][aria-sort="ascending"]', { hasText: 'Actor' }).waitFor();
    expect(address().get('sort')).toBe('actor');
    const width = () => page.getByRole('columnheader', { name: 'Actor' }).evaluate((head) => head.clientWidth);
    const before = await width();
    await press('Shift+ArrowRight', 'Shift+ArrowRight');
    expect(await width()).toBe(before + 16);
    await press('Control+ArrowRight');
    await page.reload();
    await page.getByRole('columnheader', { name: 'Actor' }).waitFor();
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Time/)]),
    );
    expect((await page.getByRole('columnheader').allTextContents()).slice(1, 3)).toEqual(['Action', 'Actor']);
    expect(await width()).toBe(before + 16);
  });

  it('copies a cell, and selected rows as a table and as JSON', async () => {
    await open('?action=auth.logout&sort=seq');
    await press('ArrowRight', 'ArrowRight', 'c');
    await page.getByText('Action copied').waitFor();
    expect(await clipboard()).toBe('auth.logout');
    await press('Shift+ArrowDown', 'Shift+j', 'c');
    await page.getByText('3 rows copied').waitFor();
    const lines = (await clipboard()).split('\n');
    expect([lines.length, lines[0]!.split('\t')[0]]).toEqual([4, 'Time']);
    await press('Shift+c');
    // Asked from here: a promise in the page counts as true before it has an answer.
    await expect.poll(clipboard).toMatch(/^\[/);
    expect((JSON.parse(await clipboard()) as { action: string }[]).map((row) => row.action)).toEqual(
      Array(3).fill('auth.logout'),
    );
  });

  it('saves a filter, deletes it and brings it back', async () => {
    await open('?outcome=denied');
    await tabTo(/^Saved filters/, 'Shift+Tab');
    await press('Enter');
    await tabTo(/Name for the present filter/);
    await page.keyboard.type('Refused');
    await press('Enter');
    await page.getByRole('button', { name: 'Delete filter Refused' }).waitFor();
    await tabTo(/Delete filter Refused/);
    await press('Enter');
    await page.getByText('Filter “Refused” deleted').waitFor();
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.getByRole('button', { name: 'Delete filter Refused' }).waitFor();
    const saved = await console_.call('filters.list', { orgId: SEED_ORG.id });
    expect(saved.map(({ name, filter }) => [name, filter.outcomes])).toEqual([['Refused', ['denied']]]);
  });

  it('exports what is filtered', async () => {
    await open('?action=usage.read');
    await tabTo(/Export rows/, 'Shift+Tab');
    await press('Enter');
    await page.getByRole('menuitem', { name: /CSV/ }).waitFor();
    await press('Enter');
    const notice = page.getByText(/rows, .* in /);
    await notice.waitFor();
    const path = /in (\S+\.csv)/.exec((await notice.textContent()) ?? '')![1]!;
    const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/);
    expect(rows).toHaveLength(seedCount((event) => event.action === 'usage.read') + 1);
  });

  it('shows an imported original as it was written, and finds within it', async () => {
    await open('?action=usage.read');
    await press('Enter');
    await tabTo(/Unfold the original/);
    await press('Enter');
    await page.getByText('1.0,').waitFor();
    await tabTo(/Search within the original/);
    await page.keyboard.type('EVENTVERSION');
    await page.getByText('1 of 1 line').waitFor();
  });

  it('falls back from a damaged address and says so', async () => {
    await open('?outcome=perhaps&action=thread.read');
    await page.getByText('The outcome filter is not valid.').waitFor();
    await matched(seedCount((event) => event.action === 'thread.read'));
  });

  it('offers the way out where nothing matches', async () => {
    await open('?q=nosuchword');
    await page.getByText(/None of the [\d,]+ events match these filters/).waitFor();
    await tabTo(/^Clear filters/);
    await press('Enter');
    await matched(size);
    expect(size).toBeGreaterThanOrEqual(SEED_SIZE);
  });

  it('keeps the reader on the same event while events arrive', async () => {
    await open('?sort=-seq&action=thread.create');
    for (let i = 0; i < 3; i++) await press('PageDown');
    const before = await activeText();
    const grid = page.getByRole('grid');
    const rows = Number(await grid.getAttribute('aria-rowcount'));
    const event = SEED_EVENTS.find(({ action }) => action === 'thread.create')!;
    await console_.append([event, event]);
    size = (await console_.call('audit.query', { orgId: SEED_ORG.id, filter: {} })).mirrored;
    await page.locator(`[role="grid"][aria-rowcount="${rows + 2}"]`).waitFor();
    await page.waitForFunction(
      (text) => {
        const id = document.querySelector('[role="grid"]')?.getAttribute('aria-activedescendant') ?? '';
        return document.getElementById(id)?.textContent === text;
      },
      before,
      { timeout: 10_000 },
    );
  });

  it('switches the time zone of every time on screen', async () => {
    await open('?action=thread.read&sort=seq');
    const utc = await activeText();
    await press('t');
    await page.getByRole('columnheader', { name: /Europe\/Berlin/ }).waitFor();
    expect(await activeText()).not.toBe(utc);
  });
});

describe.each(['light', 'dark'] as const)('audit explorer in %s', (theme) => {
  it.each([
    { width: 1280, height: 800 },
    { width: 1024, height: 700 },
  ])('has no serious accessibility finding at $width px', async (viewport) => {
    await open('?action=member.role.update', { theme, viewport });
    await press('Enter', 'v');
    await page.getByText(/hashes recomputed/).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  });
});
