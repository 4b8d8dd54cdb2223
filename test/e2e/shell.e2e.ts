/** The shell and its screens on the real platform, mirror and browser host: overview, integrity, bundles, settings, lock. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SEED_ORG } from '../support/auditSeed.ts';
import { PASSPHRASE, type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

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

async function open(hash: string, heading: string, options?: PageOptions): Promise<void> {
  page = await console_.open(hash, options);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  // A refusal by the content security policy is reported as an error of the console.
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const hash = () => new URL(page.url()).hash;
const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

const SCREENS = [
  ['#/overview', 'Overview'],
  [`#/o/${SEED_ORG.id}/integrity`, 'Integrity'],
  [`#/o/${SEED_ORG.id}/bundles?new=1`, 'Bundles'],
  ['#/bundles?tab=verify', 'Bundles'],
  ['#/settings', 'Settings'],
  ['#/connect', 'Connect a platform'],
] as const;

describe('accessibility', () => {
  const cases = SCREENS.flatMap(([to, title]) =>
    (['light', 'dark'] as const).map((theme) => [to, title, theme] as const),
  );
  it.each(cases)('%s (%s, %s) has no serious finding', async (to, title, theme) => {
    await open(to, title, { theme });
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual(
      [],
    );
  });

  it('fits 640 pixels, which is 200 % zoom of 1280', async () => {
    await open('#/overview', 'Overview', { viewport: { width: 640, height: 400 } });
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
    expect(wider).toBe(false);
  });
});

describe('keyboard', () => {
  it('goes to every screen by G and a letter, and back', async () => {
    await open('#/overview', 'Overview');
    await page.getByRole('link', { name: SEED_ORG.name, exact: true }).waitFor();
    for (const [key, title] of [
      ['i', 'Integrity'],
      ['b', 'Bundles'],
      ['s', 'Settings'],
      ['o', 'Overview'],
      ['a', 'Audit log'],
    ] as const) {
      await press('g', key);
      await heading(title);
    }
    await page.goBack();
    await heading('Overview');
  });

  it('leaves Enter to the button that has the focus', async () => {
    await open('#/overview', 'Overview');
    await page.getByRole('button', { name: 'Connect a platform' }).focus();
    await press('Enter');
    await heading('Connect a platform');
  });

  it('opens an event by its number from the palette', async () => {
    await open('#/overview', 'Overview');
    await page.getByRole('link', { name: SEED_ORG.name, exact: true }).waitFor();
    await press('Control+k');
    await page.keyboard.type('1204');
    await page.getByRole('option', { name: /Open event 1,204/ }).waitFor();
    await press('Enter');
    await heading('Audit log');
    expect(hash()).toBe(`#/o/${SEED_ORG.id}/audit?seq=1204`);
  });
});

it('verifies every event and says what that rests on', async () => {
  await open(`#/o/${SEED_ORG.id}/integrity`, 'Integrity');
  await page.getByText('signature verified').waitFor();
  await press('v');
  await page.getByText('root equals the signed root').waitFor();
  const { checkpoint } = await console_.call('integrity.get', { orgId: SEED_ORG.id });
  const size = checkpoint!.size.toLocaleString('en-US');
  await page.getByText(new RegExp(`^${size} events, [\\d,]+ hashes recomputed in`)).waitFor();
});

it('exports a bundle, counts what is withheld first, and verifies it', async () => {
  await open(`#/o/${SEED_ORG.id}/bundles?new=1`, 'Bundles');
  await page.getByText(/leave, 0 withheld/).waitFor();
  await page.getByLabel('Actor names').check();
  await page.getByText(/leave, [1-9][\d,]* withheld/).waitFor();
  await page.getByRole('button', { name: 'Export and sign' }).click();
  await page.getByText('signed', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Verify', exact: true }).click();
  await page.getByRole('button', { name: 'Verify bundle' }).click();
  await page.getByText('exit code 0').waitFor();
  await page.getByText('The bundle is complete, unaltered, and signed by keys you trust.').waitFor();
});

it('locks, names a wrong passphrase, and opens with the right one', async () => {
  await open('#/overview', 'Overview');
  await press('Control+Shift+L');
  await heading('Unlock the console');
  await page.getByRole('radio', { name: 'Passphrase' }).check();
  await page.getByRole('textbox', { name: 'Passphrase' }).fill('not the passphrase');
  await press('Enter');
  await page.getByRole('alert').getByText('VAULT_WRONG_SECRET').waitFor();
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
  await press('Enter');
  await heading('Overview');
});

it('asks for a new recovery code where the last one was lost by a reload', async () => {
  await open('#/settings', 'Settings');
  await page.getByRole('button', { name: 'New recovery code' }).click();
  await page.getByRole('button', { name: 'Make new code' }).click();
  const lost = await page.getByLabel('Recovery code', { exact: true }).textContent();
  await page.reload();
  await heading('Make a new recovery code');
  await press('Enter');
  await heading('Write down the new recovery code');
  const code = await page.getByLabel('Recovery code', { exact: true }).textContent();
  expect(code).not.toBe(lost);
  await page.getByLabel('Type it back from your copy').fill(code!.toLowerCase().replaceAll('-', ' '));
  await press('Enter');
  await heading('Settings');
  await page.reload();
  await heading('Settings');
  await console_.call('vault.lock', {});
  expect((await console_.call('vault.unlock', { slot: 'recovery', secret: code! })).state).toBe('open');
});
