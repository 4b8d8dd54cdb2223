/** Findings and exceptions by keyboard, on the real platform, mirror, outbox and browser host. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keepRecord } from '../../platform/compliance/records.ts';
import { lockOrg } from '../../platform/log/append.ts';
import { SEED_ORG } from '../support/auditSeed.ts';
import { startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
const DAY = 86_400_000;
const OTHERS = 'c0000000-0003-4000-8000-000000000001';
const day = (ahead: number): string => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
const OWN_WORDS = 'Somebody else than who asked for it approves an exception.';
let console_: TestConsole;
let page: Page;
let faults: string[];

/** An exception that somebody else asked for. */
async function plantOthers(): Promise<void> {
  await console_.onStore(async (core) => {
    const at = new Date(core.now()).toISOString();
    await core.tenant(orgId, async (tx) => {
      await lockOrg(tx);
      await keepRecord(tx, 'control_exception', {
        ...{ id: OTHERS, org_id: orgId, created_at: at, created_by: 'u_other', updated_at: at, updated_by: 'u_other' },
        ...{ title: 'Keys of the robots', controls: ['soc2-cc6.1'], checks: ['SVC-01'], subjects: [] },
        ...{ reason: 'Firmware.', compensating: 'Watched daily.', expires_on: day(20), management_response: '' },
        ...{ approved_at: null, approved_by: null, revoked_at: null, revoked_by: null },
      });
    });
  });
  await console_.sync();
}

beforeAll(async () => {
  console_ = await startConsole();
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(query: string, theme: 'light' | 'dark' = 'light'): Promise<void> {
  page = await console_.open(`#/o/${orgId}/compliance?tab=findings${query}`, { theme });
  page.setDefaultTimeout(8_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: 'Compliance' }).waitFor();
  // Until the rights of who is signed in are read, nothing is offered.
  await page
    .locator('button:not([aria-disabled])')
    .filter({ hasText: /^(Record finding|Ask for exception)$/ })
    .first()
    .waitFor();
}
const known = () => console_.call('compliance.deviations', { orgId });
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const params = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
const row = (text: string) => page.getByRole('row').filter({ hasText: text });
async function becomes<T>(what: () => Promise<T> | T, wanted: T): Promise<void> {
  await expect.poll(what, { timeout: 15_000 }).toEqual(wanted);
}

async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

/** Presses Tab until the named thing has the focus. */
async function tabTo(name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? '';
    });
    if (name.test(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${name}`);
}

describe('findings by keyboard', () => {
  it('are none at first, and one is recorded with its control, owner and due day', async () => {
    await open('');
    await page.getByText('No finding was recorded.').waitFor();
    await press('n');
    await page.getByRole('heading', { name: 'Record finding' }).waitFor();
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await page.keyboard.type('Clocks drift');
    await tabTo(/^Record finding$/);
    await press('Enter');
    await page.getByText('Say what was found.').waitFor();
    await page.getByRole('textbox', { name: 'Title' }).focus();
    await tabTo(/^Severity$/);
    await page.keyboard.type('high');
    await tabTo(/^Owner$/);
    await page.keyboard.type('Maria');
    await tabTo(/^Due \(UTC\)$/);
    await page.keyboard.type(day(-1));
    await tabTo(/^Add control$/);
    await press('Enter');
    await page.getByRole('option', { name: /CC6\.1/ }).waitFor();
    await page.keyboard.type('CC6.1');
    await press('Enter', 'Escape');
    await page.getByRole('button', { name: 'Remove CC6.1' }).waitFor();
    await tabTo(/^Condition$/);
    await page.keyboard.type('Two hosts are off by 4 s.');
    await tabTo(/^Record finding$/);
    await press('Enter');
    await row('Clocks drift').getByText('overdue').waitFor();
    const { findings } = await known();
    expect(
      findings.map(({ finding: { title, severity, controls, due_on } }) => [title, severity, controls, due_on]),
    ).toEqual([['Clocks drift', 'high', ['soc2-cc6.1'], day(-1)]]);
    expect(findings[0]!.finding.owner_id).not.toBe(null);
  });

  it('are narrowed by filters and text that the address holds', async () => {
    const input = { title: 'Old papers', severity: 'low' as const, condition: 'Found in a cupboard.' };
    await console_.call('outbox.add', {
      ...{ orgId, commands: [{ type: 'finding.create', id: crypto.randomUUID(), input }] },
    });
    await open('&due=overdue');
    await row('Clocks drift').waitFor();
    expect(await row('Old papers').count()).toBe(0);
    await page.getByRole('button', { name: 'Remove filter Due overdue' }).press('Enter');
    await row('Old papers').waitFor();
    expect(params().get('due')).toBe(null);
    await page.getByRole('grid', { name: 'Findings' }).focus();
    await press('/');
    await page.keyboard.type('cupboard');
    await row('Clocks drift').waitFor({ state: 'detached' });
    await becomes(() => params().get('q'), 'cupboard');
  });

  it('are changed, closed with what shows it, and opened again', async () => {
    await open('');
    await row('Clocks drift').waitFor();
    // The gravest that is open stands first; J and K move, and the open panel follows.
    await press('Enter');
    await page.getByRole('heading', { name: /Clocks drift/ }).waitFor();
    await press('j');
    await page.getByRole('heading', { name: /Old papers/ }).waitFor();
    await press('k');
    await page.getByRole('heading', { name: /Clocks drift/ }).waitFor();
    await press('e');
    await page.getByRole('heading', { name: 'Change finding' }).waitFor();
    await tabTo(/^Recommendation$/);
    await page.keyboard.type('Point both at the same source.');
    await tabTo(/^Save$/);
    await press('Enter');
    await page.getByRole('heading', { name: 'Change finding' }).waitFor({ state: 'detached' });
    await page.getByText('Point both at the same source.').waitFor();
    await page.getByRole('grid', { name: 'Findings' }).focus();
    await press('r');
    await page.getByRole('textbox', { name: 'Resolution' }).waitFor();
    await tabTo(/^Close finding$/);
    await press('Enter');
    await page.getByText('Say what shows that it is mended.').waitFor();
    await page.getByRole('textbox', { name: 'Resolution' }).focus();
    await page.keyboard.type('Both within 3 ms for a week.');
    await tabTo(/^Close finding$/);
    await press('Enter');
    await page.getByRole('button', { name: 'Open again' }).waitFor();
    await page.getByText('Both within 3 ms for a week.').waitFor();
    const state = async () => {
      const { finding } = (await known()).findings.find((one) => one.finding.title === 'Clocks drift')!;
      return [finding.status, finding.closed_reason, finding.recommendation];
    };
    await becomes(state, ['closed', 'Both within 3 ms for a week.', 'Point both at the same source.']);
    await tabTo(/^Open again$/);
    await press('Enter');
    await page.getByRole('button', { name: 'Close finding' }).waitFor();
    await becomes(async () => (await state())[0], 'open');
  });
});

describe('exceptions by keyboard', () => {
  it('are asked for, and whoever asked is refused their own approval in words', async () => {
    await open('');
    await row('Clocks drift').waitFor();
    await press('s');
    await page.getByText('No exception was asked for.').waitFor();
    expect(params().get('list')).toBe('exceptions');
    await press('n');
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await page.keyboard.type('Second factor of field staff');
    await tabTo(/^Check it covers$/);
    await page.keyboard.type('ACC-01');
    await tabTo(/^Reason$/);
    await page.keyboard.type('Keys arrive in a month.');
    await tabTo(/^Ask for exception$/);
    await press('Enter');
    await row('Second factor of field staff').getByText('asked').waitFor();
    await page.getByRole('grid', { name: 'Exceptions' }).focus();
    await press('a');
    await page.getByText(`Not approved: ${OWN_WORDS}`).waitFor();
    await press('Enter');
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.waitFor();
    expect(await approve.getAttribute('aria-disabled')).toBe('true');
    expect(await approve.getAttribute('aria-description')).toBe(OWN_WORDS);
    await approve.press('Enter');
    expect(params().get('act')).toBe(null);
    const end = new Intl.DateTimeFormat('en-GB', {
      ...{ day: 'numeric', month: 'short', year: 'numeric' },
      timeZone: 'UTC',
    });
    await page.getByText(`To the end of ${end.format(Date.parse(day(90)))} UTC`).waitFor();
    // The platform says the same, whatever a console offers.
    const { exception } = (await known()).exceptions[0]!;
    const input = { management_response: 'Mine.' };
    const commands = [{ type: 'control_exception.approve' as const, id: exception.id, input }];
    const { entries } = await console_.call('outbox.add', { orgId, commands });
    expect(entries.map(({ state }) => state)).toEqual(['refused']);
    expect(entries[0]!.error?.message).toContain(OWN_WORDS);
    await console_.call('outbox.revoke', { orgId, id: entries[0]!.id });
    expect((await known()).exceptions.map((one) => one.exception.approved_at)).toEqual([null]);
  });

  it('of somebody else are approved, and revoked after it is said what that does', async () => {
    await plantOthers();
    await open(`&list=exceptions&open=${OTHERS}`);
    await page.getByRole('heading', { name: /Keys of the robots/ }).waitFor();
    await tabTo(/^Approve$/);
    await press('Enter');
    await page.getByRole('textbox', { name: 'Management response' }).waitFor();
    await page.keyboard.type('Until the new firmware.');
    await tabTo(/^Approve$/);
    await press('Enter');
    await row('Keys of the robots').getByText('in force').waitFor();
    const stands = async () => {
      const { exception, inForce } = (await known()).exceptions.find((one) => one.exception.id === OTHERS)!;
      return [inForce, exception.management_response, exception.revoked_at !== null];
    };
    await becomes(stands, [true, 'Until the new firmware.', false]);
    await tabTo(/^Revoke$/);
    await press('Enter');
    await page.getByText('A revocation is not taken back').waitFor();
    await tabTo(/^Revoke exception$/);
    await press('Enter');
    await row('Keys of the robots').getByText('revoked').waitFor();
    await becomes(stands, [false, 'Until the new firmware.', true]);
  });
});

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  it('the lists, their panels and their forms have no accessibility fault', async () => {
    await open('', theme);
    await row('Clocks drift').waitFor();
    await press('Enter');
    await page.getByRole('heading', { name: /Clocks drift/ }).waitFor();
    expect(await violations()).toEqual([]);
    await press('e');
    await page.getByRole('heading', { name: 'Change finding' }).waitFor();
    expect(await violations()).toEqual([]);
    await press('Escape');
    await page.getByRole('heading', { name: 'Change finding' }).waitFor({ state: 'detached' });
    await press('s');
    await row('Keys of the robots').waitFor();
    await press('Enter');
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await violations()).toEqual([]);
    await press('n');
    await page.getByRole('heading', { name: 'Ask for an exception' }).waitFor();
    expect(await violations()).toEqual([]);
  });
});
