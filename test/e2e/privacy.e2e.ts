/** Privacy requests and registers by keyboard, on the real platform, mirror and browser host. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../platform/auth/users.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { SEED_ORG } from '../support/auditSeed.ts';
import { type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
const PERSON = { email: 'gone.person@example.test', name: 'Gone Person', password: 'correct horse battery' };
let console_: TestConsole;
let page: Page;
let faults: string[];
let userId: string;
const REQUEST = '019a0000-0000-7000-8000-000000000001';

beforeAll(async () => {
  console_ = await startConsole();
  await console_.onStore(async (core) => {
    const user = await createUser(core, PERSON);
    userId = user.id;
    const { name, email } = PERSON;
    const draft = { action: 'thread.update', actor: { type: 'user', id: user.id } as const };
    await core.tenant(orgId, (tx) =>
      appendEvents(tx, orgId, [{ ...draft, disclosures: { actor: { name, email }, source: { ip: '192.0.2.1' } } }]),
    );
  });
  await console_.sync();
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(params: string, options?: PageOptions): Promise<void> {
  page = await console_.open(`#/o/${orgId}/governance?${params}`, options);
  page.setDefaultTimeout(15_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: 'Data governance' }).waitFor();
}
const press = async (name: string): Promise<void> => {
  await page.locator('button:not([aria-disabled])', { hasText: name }).first().waitFor();
  await page.getByRole('button', { name }).first().click();
};
async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

describe('privacy requests', () => {
  it('say what would stand here, take a request, and say when it is due', async () => {
    await open('tab=privacy');
    await page.getByText('What people ask about their data stands here').waitFor();
    await press('Enter a request');
    await page.getByLabel('Who asks').fill('Somebody');
    await page.getByLabel('Came by').fill('letter');
    await page.getByLabel('Law').selectOption('ccpa');
    await page.getByText('45 calendar days').waitFor();
    await page.getByLabel('Came by').press('Enter');
    await page.getByText('Request entered').waitFor();
    await page.getByText('45 days left').first().waitFor();
  });

  it('go from identity to erasure, and show that nothing is left', async () => {
    const input = {
      ...({ kind: 'erasure', law: 'gdpr', subject: PERSON.name, user_id: userId, channel: 'mail', note: '' } as const),
      ...{ received_on: '2026-01-02', due_on: '2026-02-02' },
    };
    await console_.call('outbox.add', { orgId, commands: [{ type: 'data_request.create', id: REQUEST, input }] });
    await console_.sync();
    await open(`tab=privacy&open=${REQUEST}`, { theme: 'dark' });
    await page.getByText(/Would be erased/).waitFor();
    expect(await violations()).toEqual([]);
    await press('Mark as verified');
    await page.getByText('Identity verified').waitFor();
    await page.getByLabel('Reason', { exact: true }).fill('Asked for by the person');
    await page.getByRole('button', { name: /^Erase \d+ disclosures$/ }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('erase');
    await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
    await page.getByText(/^0 of \d+ still held$/).waitFor();
    await page.getByText('Person whose data was erased').first().waitFor();
    expect(await console_.call('privacy.proof', { orgId, id: REQUEST })).toMatchObject({ held: 0 });
    expect(await violations()).toEqual([]);
  });
});

describe('registers', () => {
  it('record an incident with its clock of 72 hours', async () => {
    await open('tab=registers');
    await press('Record an incident');
    await page.getByLabel('What happened').fill('Laptop lost');
    await page.getByLabel('Personal data was breached').check();
    await page.getByLabel('Aware since').fill('2026-01-01 10:00');
    expect(await violations()).toEqual([]);
    await page.getByLabel('What happened').press('Enter');
    await page.getByText('Incident recorded').waitFor();
    await page.getByRole('button', { name: 'Close (Esc)' }).click();
    await page.getByRole('grid').getByText('over 72 h').waitFor();
  });

  it('record the review of yesterday, by keyboard from day to day', async () => {
    await open('tab=registers&register=reviews', { viewport: { width: 1920, height: 1080 } });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    await page.getByRole('button', { name: `${yesterday}: not reviewed` }).focus();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('button', { name: 'Record review', exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    await press('Record review of yesterday');
    await page.getByRole('button', { name: `${yesterday}: reviewed` }).waitFor();
    expect(await violations()).toEqual([]);
    await press('Open the log of this day');
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
  });

  it.each(['terminations', 'transfers'])('say what would stand here: %s', async (register) => {
    await open(`tab=registers&register=${register}`);
    await page.getByText(/stands here/).waitFor();
    expect(await violations()).toEqual([]);
  });
});
