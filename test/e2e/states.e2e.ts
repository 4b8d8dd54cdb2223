/** Every state of every screen under axe in both themes; narrow windows, reduced motion. States that a healthy console never shows are put in place of answers. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProcedureName } from '../../shared/contract/index.ts';
import { SEED_ORG } from '../support/auditSeed.ts';
import { PASSPHRASE, type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const AT = `#/o/${SEED_ORG.id}`;
const FAULT = { code: 'MIRROR_DAMAGED', message: 'The mirror cannot be read.' };
let console_: TestConsole;
let page: Page;

beforeAll(async () => {
  console_ = await startConsole();
  const day = 86_400_000;
  const { jobId } = await console_.call('bundles.export', {
    orgId: SEED_ORG.id,
    from: Date.now() - 400 * day,
    to: Date.now(),
    sections: ['log', 'events', 'access', 'report'],
    withhold: [],
    path: null,
  });
  while ((await console_.call('jobs.get', { jobId })).state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
afterAll(() => console_?.close());
afterEach(() => page.context().close());

async function open(hash: string, options?: PageOptions): Promise<void> {
  page = await console_.open(hash, options);
  await page.getByRole('heading', { level: 1 }).waitFor();
}
const go = async (hash: string, heading: string): Promise<void> => {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
};
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
/** Answers a procedure with a result of ours, or never. */
async function answer(name: ProcedureName, result: unknown): Promise<void> {
  await page.route('**/call', async (route) => {
    const asked = route.request().postDataJSON() as { name: string };
    if (asked.name !== name) return route.fallback();
    if (result === 'never') return undefined;
    return route.fulfill({ json: result });
  });
}
async function clean(state: string): Promise<void> {
  // Overlays fade in over 120 ms, and half a fade has half the contrast.
  await page.waitForFunction(() => document.getAnimations().every((one) => one.effect?.getTiming().iterations !== 1));
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).analyze();
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  expect({ state, serious }).toEqual({ state, serious: [] });
}

describe.each(['light', 'dark'] as const)('no serious finding in %s', (theme) => {
  it('over the overview: selection, columns, palette, keys, switcher, work', async () => {
    await open('#/overview', { theme });
    await page.getByRole('gridcell', { name: SEED_ORG.name, exact: true }).waitFor();
    await press('x');
    await page.getByText('1 selected').waitFor();
    await clean('selected row');
    await page.getByRole('button', { name: 'Columns' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Reset columns' }).waitFor();
    await clean('columns menu');
    await press('Escape', 'Control+k');
    await page.getByRole('option', { name: 'Settings' }).waitFor();
    await clean('palette');
    await page.keyboard.type('zzz');
    await page.getByText('Nothing of that name').waitFor();
    await clean('palette without a match');
    await press('Escape', '?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.getByText('On a head: sort').waitFor();
    await clean('keys');
    await press('Escape');
    await page.getByRole('button', { name: SEED_ORG.name }).first().press('Enter');
    await clean('organization switcher');
    await press('Escape');
    await console_.call('sync.start', { orgId: SEED_ORG.id });
    await page.getByRole('button', { name: /^Recent work|running$/ }).press('Enter');
    await page.getByRole('dialog', { name: 'Work' }).getByText(`Sync ${SEED_ORG.name}`).first().waitFor();
    await clean('work');
  });

  it('in the explorer: chips, menus, table of the histogram, selection, nothing found', async () => {
    await open(`${AT}/audit?outcome=denied`, { theme, viewport: { width: 1280, height: 480 } });
    await page.getByText(/of [\d,]+ events/).waitFor();
    await press('Shift+j', 'Shift+j');
    await page.getByText('3 selected').waitFor();
    await clean('selected rows');
    for (const [name, ready] of [
      [/^Actor/, page.getByRole('option').first()],
      [/^Time/, page.getByText('Time of recording')],
      [/^Saved filters/, page.getByText('A filter saved under a name appears here.')],
      [/^Export rows/, page.getByRole('menuitem').first()],
    ] as const) {
      await page.getByRole('button', { name }).first().press('Enter');
      await ready.waitFor();
      await clean(String(name));
      await press('Escape');
    }
    await page.getByRole('grid').focus();
    await press('h');
    await page.getByRole('region', { name: 'Events over time, as a table' }).waitFor();
    await clean('histogram as a table');
    await go(`${AT}/audit?q=nosuchword`, 'Audit log');
    await page.getByText(/None of the [\d,]+ events/).waitFor();
    await clean('nothing found');
  });

  it('in bundles: list and detail, an untrusted and an unreadable bundle', async () => {
    await open(`${AT}/bundles`, { theme });
    await page.getByRole('grid', { name: 'Exported bundles' }).waitFor();
    await page.getByText('1 of 1 bundle').waitFor();
    await press('Enter');
    await page.getByRole('button', { name: 'Copy path' }).waitFor();
    await clean('bundle');
    await go('#/bundles?tab=verify', 'Bundles');
    await page.getByLabel('Bundle file').fill('/nowhere.mcbundle.zip');
    await press('Enter');
    await page.getByText('exit code 2').waitFor();
    await clean('unreadable');
  });

  it('with an alarm and its evidence, on every screen that shows it', async () => {
    await open('#/settings', { theme });
    const view = await console_.call('integrity.get', { orgId: SEED_ORG.id });
    const orgs = await console_.call('orgs.list', {});
    const alarm = {
      id: '0192f3a4-0000-7000-8000-000000000001',
      kind: 'LOG_FORK',
      raisedAt: Date.now(),
      message: 'Two signed checkpoints of one size disagree.',
      evidence: [{ name: 'verified checkpoint', text: `log.example/orgs/northwind\n1205\n${'A'.repeat(44)}\n` }],
      acknowledged: null,
    };
    await answer('integrity.get', { ok: true, value: { ...view, state: 'alarm', alarms: [alarm] } });
    const integrity = { ...orgs[0]!.integrity, state: 'alarm', openAlarms: 1 };
    await answer('orgs.list', { ok: true, value: [{ ...orgs[0], integrity }] });
    await page.reload();
    await go('#/overview', 'Overview');
    await page.getByText('1 open alarm', { exact: true }).waitFor();
    await clean('overview');
    await go(`${AT}/audit`, 'Audit log');
    await page.getByText(/1 alarm stands against this log/).waitFor();
    await clean('explorer');
    await go(`${AT}/integrity`, 'Integrity');
    await page.getByRole('list', { name: 'Alarms' }).getByRole('button').press('Enter');
    await page.getByRole('heading', { name: 'Evidence' }).waitFor();
    await clean('evidence');
  });

  it('while loading, and where reading failed', async () => {
    for (const [name, hash, heading] of [
      ['orgs.list', '#/overview', 'Overview'],
      ['audit.query', `${AT}/audit`, 'Audit log'],
      ['integrity.get', `${AT}/integrity`, 'Integrity'],
      ['bundles.list', '#/bundles', 'Bundles'],
    ] as const) {
      await open('#/settings', { theme });
      await answer(name, 'never');
      await page.reload();
      await go(hash, heading);
      await page.locator('.skeleton, .dt-blank').first().waitFor();
      await clean(`${name} loading`);
      await page.unroute('**/call');
      await answer(name, { ok: false, error: FAULT });
      await page.reload();
      await page.getByText('MIRROR_DAMAGED').first().waitFor();
      await clean(`${name} failed`);
      await page.context().close();
    }
    await open('#/settings', { theme });
  });

  it('before the vault is open, when a code was lost, and when connecting', async () => {
    await open('#/connect', { theme });
    const [connection] = await console_.call('connections.list', {});
    await page.getByLabel('Platform address').fill(connection!.url);
    await page.getByLabel('E-mail').fill(connection!.userEmail);
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong password');
    await press('Enter');
    await page.getByText('LOGIN_FAILED').waitFor();
    await clean('wrong password');
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await press('Enter');
    await page.getByRole('button', { name: /^Pin 1 key/ }).waitFor();
    await clean('pin');
    await console_.call('vault.addSlot', { slot: 'recovery', secret: null, confirm: true });
    await page.getByRole('heading', { name: 'Make a new recovery code' }).waitFor();
    await clean('lost code');
    await press('Enter');
    await page.getByLabel('Type it back from your copy').waitFor();
    await clean('new code');
    await console_.call('vault.confirmRecovery', {});
    await console_.call('vault.lock', {});
    await page.getByRole('heading', { name: 'Unlock the console' }).waitFor();
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('wrong');
    await press('Enter');
    await page.getByText('VAULT_WRONG_SECRET').waitFor();
    await clean('wrong passphrase');
    await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  });
});

describe('the window', () => {
  it.each([
    ['#/overview', 'Overview'],
    [`${AT}/audit?action=member.role.update`, 'Audit log'],
    [`${AT}/integrity`, 'Integrity'],
    [`${AT}/bundles?new=1`, 'Bundles'],
    ['#/bundles?tab=verify', 'Bundles'],
    ['#/settings', 'Settings'],
    ['#/connect', 'Connect a platform'],
  ])(
    '%s (%s) fits 640 pixels, which is 200 percent of 1280: no sideways scroll, every control within',
    async (hash, heading) => {
      await open(hash, { viewport: { width: 640, height: 400 } });
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      const outside = await page.evaluate(() => {
        const wider = document.documentElement.scrollWidth > document.documentElement.clientWidth;
        const lost = [
          ...document.querySelectorAll('header button, header a, header [role="tab"], main form button, main select'),
        ]
          .filter((one) => one.getClientRects().length > 0)
          .filter((one) => {
            const box = one.getBoundingClientRect();
            return box.left < 0 || box.right > innerWidth;
          });
        return { wider, lost: lost.map((one) => one.textContent || one.getAttribute('aria-label')) };
      });
      expect(outside).toEqual({ wider: false, lost: [] });
    },
  );

  it('moves nothing where motion is not wanted', async () => {
    await open('#/settings');
    await answer('integrity.get', 'never');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await go(`${AT}/integrity`, 'Integrity');
    await page.locator('.skeleton').first().waitFor();
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.waitForFunction(() => document.getAnimations().length > 0);
  });
});
