/** Evidence by keyboard, pointer and clipboard, and the list of what is to be provided, on the real platform, mirror, outbox and browser host. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SEED_ORG } from '../support/auditSeed.ts';
import { type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
/** One red pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
let console_: TestConsole;
let page: Page;
let faults: string[] = [];

beforeAll(async () => {
  console_ = await startConsole();
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(hash = '', options?: PageOptions): Promise<void> {
  page = await console_.open(`#/o/${orgId}/compliance?tab=evidence${hash}`, options);
  page.setDefaultTimeout(15_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: 'Compliance' }).waitFor();
}
async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}
const list = () => console_.call('evidence.list', { orgId });
const titled = (words: string) => page.getByRole('heading', { level: 2, name: new RegExp(`${words}$`) });
const button = (name: string) => page.getByRole('button', { name, exact: true }).last();
const choose = (content: string, name = 'policy.txt') =>
  page.locator('form input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });

it('adds a file from an empty list, shows it, and says when it is evidence already', async () => {
  await open();
  await page.getByText('Evidence appears here once it is added').waitFor();
  expect(await violations()).toEqual([]);
  await page.keyboard.press('n');
  await page.getByLabel('Title').waitFor();
  await button('Add evidence').click();
  await page.getByText('Choose a file.').waitFor();
  expect(await violations()).toEqual([]);
  await choose('Access is reviewed each quarter.');
  await page.getByLabel('Title').fill('Access policy');
  await page.getByRole('combobox', { name: 'Controls' }).fill('soc2-cc6.2');
  await page.getByRole('button', { name: 'Remove soc2-cc6.2' }).waitFor();
  await button('Add evidence').click();
  await page.getByRole('region', { name: 'Preview of policy.txt' }).getByText('reviewed each quarter').waitFor();
  expect((await list()).evidence).toMatchObject([
    { here: true, pending: null, evidence: { title: 'Access policy', kind: 'file', controls: ['soc2-cc6.2'] } },
  ]);
  expect(await violations()).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.getByLabel('Title').waitFor();
  await choose('Access is reviewed each quarter.', 'again.txt');
  await button('Add evidence').click();
  await page.getByText('The same file is evidence already: "Access policy".').waitFor();
  await button('Add it all the same').click();
  await expect.poll(async () => (await list()).evidence.length).toBe(2);
});

it('takes an image from the clipboard', async () => {
  await open('', { theme: 'dark' } as PageOptions);
  await page.getByRole('grid', { name: 'Evidence' }).waitFor();
  await page.evaluate((data) => {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  }, PNG);
  await page.getByLabel('Title').fill('Screen of the firewall');
  await button('Add evidence').click();
  await page.getByRole('img', { name: /Preview of/ }).waitFor();
  expect((await list()).evidence[0]).toMatchObject({
    evidence: { kind: 'screenshot', file: { media_type: 'image/png' } },
  });
  expect(await violations()).toEqual([]);
});

it('keeps an answer of the mirror and verifies it again; withdraws it with a reason', async () => {
  await open('&act=new');
  await page.getByLabel('Kind').selectOption('query');
  await page.getByLabel('Title').fill('Everybody');
  await page.getByLabel('Question').selectOption('access.holders');
  await button('Add evidence').click();
  await button('Verify again').click();
  await page.getByText('same answer').waitFor();
  await page.getByText('the log has this root').waitFor();
  expect(await violations()).toEqual([]);
  await button('Withdraw').click();
  await page.getByRole('dialog').getByLabel('Reason').fill('Taken too early.');
  await button('Withdraw evidence').click();
  await titled('withdrawn').waitFor();
  expect((await list()).evidence[0]).toMatchObject({
    state: 'withdrawn',
    evidence: { withdrawn_reason: 'Taken too early.' },
  });
});

it('asks for evidence, is given it, returns it with a note, and accepts it', async () => {
  await open('&view=requests');
  await page.getByText('What somebody is asked to provide stands here').waitFor();
  await page.keyboard.press('n');
  await page.getByLabel('Wanted').fill('Minutes of the board');
  await page.getByLabel('Due').fill('2026-01-05');
  await button('Request evidence').click();
  await titled('overdue').waitFor();
  expect(await violations()).toEqual([]);
  await page.getByLabel('Access policy').check();
  await button('Provide').click();
  await titled('provided').waitFor();
  await page.getByLabel('Note').fill('Signature is missing.');
  await button('Return').click();
  await page.getByText('Signature is missing.').first().waitFor();
  await button('Provide').click();
  await titled('provided').waitFor();
  await button('Accept').click();
  await titled('accepted').waitFor();
  expect((await list()).requests).toMatchObject([{ overdue: false, request: { state: 'accepted' } }]);
  expect(await violations()).toEqual([]);
});
