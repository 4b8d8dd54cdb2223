/** What only the platform decides: changes that the mirror speaks against, and single sign-on, on the real platform and browser host. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SEED_ORG } from '../support/auditSeed.ts';
import { CLINIC, person, REVIEW, seedGovernance } from '../support/governanceScene.ts';
import { type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
const SECRET = 'client secret of the provider';
let console_: TestConsole;
let page: Page;
let faults: string[];

beforeAll(async () => {
  console_ = await startConsole();
  await seedGovernance(console_);
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(hash: string, heading: string, options?: PageOptions): Promise<void> {
  page = await console_.open(`#/o/${orgId}${hash}`, options);
  page.setDefaultTimeout(15_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}

async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}

const entity = async (kind: 'member' | 'workspace', id: string) =>
  (await console_.call('entities.list', { orgId, kind, text: null, offset: 0, limit: 100 })).rows.find(
    (row) => row.id === id,
  )?.data;
const member = (id: string) => entity('member', id);
const workspace = (id: string) => entity('workspace', id);

describe('a mirror that is behind', () => {
  it('foretells a refusal, says what it rests on, and lets the platform decide', async () => {
    // One user less on the platform; the mirror does not know it yet, and counts four.
    await console_.onPlatform('POST', `/members/${person(3)}/suspend`, {});
    await open(`/tenants?ws=${CLINIC}`, 'Tenants');
    await page.getByLabel('Users, at most').fill('3');
    await page.getByRole('status', { name: 'Would be refused' }).waitFor();
    const save = page.getByRole('button', { name: 'Save' });
    expect(await save.isDisabled()).toBe(true);
    await page
      .getByText(/This rests on the mirror as of .* UTC\. What changed since, only the platform knows/)
      .waitFor();
    expect(await violations()).toEqual([]);
    await page.getByLabel('Ask the platform anyway').press('Space');
    await save.press('Enter');
    await page.getByRole('region', { name: 'Notices' }).getByText('Workspace Clinical ops changed').waitFor();
    expect((await workspace(CLINIC))?.max_users).toBe(3);
  });

  it('refuses what the screen offered, and asks the platform when told to', async () => {
    // The screens look at the same mirror: only one that changed between two looks refuses here. The first answer is made such.
    const asked: boolean[] = [];
    await open(`/access?open=${person(2)}&act=suspend`, 'Access');
    await page.route('**/call', async (route) => {
      const { name, input } = JSON.parse(route.request().postData() ?? '{}') as {
        name: string;
        input: { anyway: boolean };
      };
      if (name !== 'outbox.add') return route.fallback();
      asked.push(input.anyway);
      if (input.anyway) return route.fallback();
      const error = { code: 'RIGHT_MISSING', message: 'You do not hold users:manage as of the last sync.' };
      return route.fulfill({ json: { ok: false, error } });
    });
    await page.getByText(/loses \d+ permissions?\./).waitFor();
    await page.getByRole('button', { name: 'Suspend', exact: true }).press('Enter');
    const alert = page.getByRole('alert').filter({ hasText: 'You do not hold users:manage' });
    await alert.getByText(/Nothing was changed\. If the platform refuses it as well/).waitFor();
    expect(await violations()).toEqual([]);
    await alert.getByRole('button', { name: 'Ask the platform anyway' }).press('Enter');
    await expect.poll(async () => (await member(person(2)))?.status, { timeout: 15_000 }).toBe('suspended');
    expect(asked).toEqual([false, true]);
  });
});

describe('the result of an access review', () => {
  it('is verified on screen, with the key it was signed by', async () => {
    await console_.call('outbox.add', { orgId, commands: [{ type: 'access_review.close', id: REVIEW }] });
    await console_.sync();
    const { signedBy } = await console_.call('reviews.result', { orgId, reviewId: REVIEW });
    for (const theme of ['light', 'dark'] as const) {
      if (theme === 'dark') await page.context().close();
      await open(`/access?tab=reviews&open=${REVIEW}`, 'Access', { theme, viewport: { width: 1920, height: 1080 } });
      await page.getByText('signature valid', { exact: true }).waitFor();
      await page.getByText(signedBy!.fingerprint.slice(0, 10)).waitFor();
      await page.getByText('5 hashed, the same digest').waitFor();
      expect(await violations(), theme).toEqual([]);
    }
  });
});

describe('single sign-on', () => {
  it('is turned on, keeps its secret out of sight, is changed and turned off', async () => {
    await open('/tenants', 'Tenants');
    await page.getByRole('button', { name: 'Single sign-on' }).press('Enter');
    await page.getByRole('heading', { name: /Single sign-on\s*off/ }).waitFor();
    await page.getByRole('textbox', { name: 'Provider issuer' }).fill('https://login.northwind.example/');
    await page.getByRole('button', { name: 'Turn on' }).press('Enter');
    await page.getByText('What the provider calls this client.').waitFor();
    await page.getByRole('textbox', { name: 'Client id' }).fill('mission-control');
    await page.getByLabel('New secret').fill(SECRET);
    await page.getByRole('textbox', { name: 'E-mail domains' }).fill('northwind.example');
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Turn on' }).press('Enter');
    await page.getByRole('heading', { name: /Single sign-on\s*on/ }).waitFor();
    await page.getByText('One is set. It is shown to nobody.').waitFor();
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(SECRET);
    const inputs = await page.evaluate(() =>
      [...document.querySelectorAll('input, textarea')].map((one) => (one as HTMLInputElement).value),
    );
    expect(inputs.join()).not.toContain(SECRET);
    await page.getByLabel('The provider asks for a second factor at every sign-in').press('Space');
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    await page.getByRole('region', { name: 'Notices' }).getByText('Single sign-on changed').waitFor();
    expect((await console_.call('sso.settings', { orgId })).settings).toMatchObject({
      hasSecret: true,
      trustMfa: true,
    });
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: 'Turn off' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Turn single sign-on off?' });
    await dialog.getByRole('textbox').fill(SEED_ORG.name);
    await dialog.getByRole('button', { name: 'Turn off' }).press('Enter');
    await page.getByRole('heading', { name: /Single sign-on\s*off/ }).waitFor();
    expect((await console_.call('sso.settings', { orgId })).settings).toBeNull();
  });

  it('does not write over what somebody else set meanwhile', async () => {
    await open('/tenants?edit=sso', 'Tenants');
    await page.getByRole('textbox', { name: 'Provider issuer' }).fill('https://login.northwind.example/');
    await page.getByRole('textbox', { name: 'Client id' }).fill('mine');
    await page.getByLabel('New secret').fill(SECRET);
    await console_.onPlatform('PUT', '/sso', { issuer: 'https://id.northwind.example/', client_id: 'theirs' });
    await page.getByRole('button', { name: 'Turn on' }).press('Enter');
    await page.getByText('Somebody changed single sign-on meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Read the settings again' }).press('Enter');
    await expect.poll(() => page.getByRole('textbox', { name: 'Client id' }).inputValue()).toBe('theirs');
  });
});

describe('a replay', () => {
  it('takes built-in roles, and is worked out as work that can be cancelled', async () => {
    await open('/access?tab=questions&ask=replay&subject=role&role=developer&minus=threads:update', 'Access');
    await page.getByText('Built-in roles never change.').waitFor();
    await page.getByText(/\d+ would be refused/).waitFor();
    const jobs = await console_.call('jobs.list', {});
    expect(jobs.find(({ kind }) => kind === 'replay-access')).toMatchObject({ state: 'done', orgId });
    expect(await violations()).toEqual([]);
  });
});
