/** Service accounts, questions, access reviews and changes by keyboard, on the real platform, mirror, outbox and browser host. */
import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../shared/commands/index.ts';
import { SEED_ORG } from '../support/auditSeed.ts';
import { ACCOUNT, CLINIC, LEAD, person, REVIEW, seedGovernance } from '../support/governanceScene.ts';
import { startSsoPlatform } from '../support/ssoPlatform.ts';
import { OWNER, type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
let console_: TestConsole;
let page: Page;
let faults: string[];

const ask = (...commands: Command[]) => console_.call('outbox.add', { orgId, commands });
const items = async () =>
  (
    await console_.call('entities.list', {
      ...{ orgId, kind: 'access_review_item', text: null, offset: 0, limit: 500 },
      where: { field: 'review_id', value: REVIEW },
    })
  ).rows.map(({ data }) => data as { holder: { id: string }; source: string; decision: string | null; reason: string });

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
/** What axe finds on the page as it is. */
async function violations(): Promise<unknown[]> {
  // What comes in fades in: colours are measured when it has.
  await page.waitForTimeout(300);
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const params = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
/** Waits until what a question gives is so. */
async function becomes<T>(what: () => Promise<T>, wanted: T): Promise<void> {
  await expect.poll(what, { timeout: 15_000 }).toEqual(wanted);
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

describe('service accounts by keyboard', () => {
  it('issues a key, shows its secret once, and keeps it from a stray press, Escape and Back', async () => {
    await open('/accounts', 'Service accounts');
    await page.getByRole('grid', { name: 'Service accounts' }).getByText('ci-deploy').waitFor();
    await press('Enter');
    await page.getByRole('heading', { name: /ci-deploy/ }).waitFor();
    await press('i');
    await page.getByRole('heading', { name: 'Issue a key of ci-deploy' }).waitFor();
    await tabTo(/^Issue key$/);
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Key of ci-deploy' });
    const secret = (await dialog.getByLabel('Secret').textContent()) ?? '';
    expect(secret).toMatch(/^mc_/);
    await press('Enter');
    await dialog.getByText(/In the clipboard for \d+ s more/).waitFor();
    expect(await clipboard()).toBe(secret);
    expect(await violations()).toEqual([]);
    await press('Escape');
    await page.mouse.click(5, 5);
    await page.evaluate(() => history.back());
    await page.waitForTimeout(300);
    expect(await dialog.getByLabel('Secret').textContent()).toBe(secret);
    expect(await dialog.getByRole('button', { name: 'Close' }).isDisabled()).toBe(true);
    await tabTo(/^I have stored it$/);
    await press('Space');
    await tabTo(/^Close$/);
    await press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const left = await page.evaluate(() => [
      document.documentElement.outerHTML,
      location.href,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    ]);
    for (const place of left) expect(place).not.toContain(secret);
    await page.getByText('1 key in force').waitFor();
  });

  it('counts what a revocation stops and takes the typed name', async () => {
    await open(`/accounts?open=${ACCOUNT}`, 'Service accounts');
    await page.getByText('1 key in force').waitFor();
    await tabTo(/^Revoke key /);
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: /^Revoke key .* of ci-deploy\?$/ });
    await dialog.getByText('1 key stops working, none used in the last 24 hours').waitFor();
    await page.keyboard.type('ci-deplo');
    expect(await dialog.getByRole('button', { name: 'Revoke key' }).isDisabled()).toBe(true);
    await page.keyboard.type('y');
    await tabTo(/^Revoke key$/);
    await press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('0 keys in force').waitFor();
  });
});

describe('questions by keyboard', () => {
  it('answers who can, holds the question in the address, and exports the answer', async () => {
    await open('/access?tab=questions', 'Access');
    await page.getByRole('combobox', { name: 'Permission' }).waitFor();
    await tabTo(/^Permission$/);
    await page.keyboard.type('threads del');
    await page.getByRole('option', { name: 'threads:delete' }).waitFor();
    await press('Enter');
    await page.getByText(/^2 holders have threads:delete now\.$/).waitFor();
    expect(params().get('permission')).toBe('threads:delete');
    await page
      .getByText(/From the mirror/)
      .first()
      .waitFor();
    await tabTo(/^Export answer as CSV$/);
    await press('Enter');
    const notice = page.getByText(/^\d+ rows? in /);
    await notice.waitFor();
    const path = /in (\S+\.csv)/.exec((await notice.textContent()) ?? '')![1]!;
    const lines = readFileSync(path, 'utf8').trimEnd().split('\r\n');
    expect(lines.filter((line) => line.includes('threads:*'))).toHaveLength(1);
    expect(lines.some((line) => line.includes('Maria Lopez'))).toBe(true);
  });

  it('answers for a past day, for a period, and for a role that had been another', async () => {
    await open(`/access?tab=questions&ask=holder&holder=m:${person(1)}&day=2020-01-01`, 'Access');
    await page
      .getByRole('status')
      .getByText(/Person 1 held 0 permissions at the end of 1 Jan 2020 UTC/)
      .waitFor();
    await page.evaluate((at) => {
      location.hash = `${at}?tab=questions&ask=diff`;
    }, `#/o/${orgId}/access`);
    await page.getByText(/permissions gained, 0 lost/).waitFor();
    await page.evaluate((at) => {
      location.hash = `${at}?tab=questions&ask=replay`;
    }, `#/o/${orgId}/access`);
    await tabTo(/^Member or service account$/);
    await page.keyboard.type('Maria');
    await press('Enter');
    await tabTo(/^Had held the role$/);
    await page.keyboard.type('viewer');
    await page.getByText(/[1-9]\d* would be refused/).waitFor();
    expect(params().get('role')).toBe('viewer');
    await page.evaluate((to) => {
      location.hash = to;
    }, `#/o/${orgId}/access?tab=questions&ask=replay&subject=role&role=${LEAD}&minus=logs:read`);
    await page.getByText('0 would be refused').waitFor();
    await page.getByRole('button', { name: 'Give logs:read back' }).press('Enter');
    await page.getByText('Take a grant from the role or give it one.').waitFor();
    await page.evaluate((at) => {
      location.hash = `${at}?tab=questions&ask=unused`;
    }, `#/o/${orgId}/access`);
    await page.getByText(/permissions not used in the period/).waitFor();
  });
});

describe('access reviews by keyboard', () => {
  it('confirms, revokes with a reason, takes back, and offers nobody their own access', async () => {
    await open('/access?tab=reviews', 'Access');
    await page.getByRole('grid', { name: 'Access reviews' }).getByText('Autumn').waitFor();
    await press('Enter');
    await page.getByRole('heading', { name: /^Autumn/, level: 2 }).waitFor();
    await press('w');
    await page.getByRole('listbox', { name: 'Items of the review' }).waitFor();
    // Maria's own role and the account she owns are in the list, and not hers to decide.
    expect(await page.getByText('not yours to decide').count()).toBe(2);
    await page.getByRole('heading', { name: 'Role developer' }).waitFor();
    await press('c');
    await page.getByRole('heading', { name: 'Role viewer' }).waitFor();
    // What was decided last comes back, though it has left the list.
    await press('u');
    await page.getByRole('heading', { name: 'Role developer' }).waitFor();
    await page.getByText('0 of 5 decided').waitFor();
    await press('c');
    await page.getByRole('heading', { name: 'Role viewer' }).waitFor();
    await press('r');
    await page.getByLabel('Reason for revoking').waitFor();
    await press('Enter');
    await page.getByText('Say why').waitFor();
    await page.keyboard.type('Left the project');
    await press('Enter');
    await page.getByRole('heading', { name: 'Role manager' }).waitFor();
    const decided = async () =>
      (await items())
        .filter(({ holder }) => holder.id.startsWith('b000'))
        .map(({ holder, decision, reason }) => [holder.id, decision, reason]);
    await becomes(
      async () => (await decided()).toSorted(),
      [
        [person(1), 'confirm', ''],
        [person(2), 'revoke', 'Left the project'],
        [person(3), null, ''],
      ],
    );
    await tabTo(/^Revoked$/);
    await press('Enter');
    await page.getByRole('heading', { name: 'Role viewer' }).waitFor();
    await press('u');
    await becomes(async () => (await decided()).filter(([, decision]) => decision !== null).length, 1);
    await becomes(() => console_.call('outbox.list', { orgId }), []);
  });

  it('closes with the effect counted and shows the signed result', async () => {
    await console_.sync();
    await open(`/access?tab=reviews&open=${REVIEW}`, 'Access');
    await page.getByText('1 confirmed, 0 revoked, 4 undecided.').waitFor();
    await tabTo(/^Close review$/);
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Close Autumn?' });
    await dialog.getByText('Nothing is revoked. 4 undecided items change nothing.').waitFor();
    await page.keyboard.type('Autumn');
    await tabTo(/^Close review$/);
    await press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await console_.sync();
    await page.getByText('5 hashed, the same digest').waitFor();
  });
});

describe('changes by keyboard', () => {
  it('decides a conflict field by field', async () => {
    await console_.onPlatform('PATCH', `/workspaces/${CLINIC}`, { name: 'Clinic by them', description: 'theirs' });
    await ask({ type: 'workspace.update', id: CLINIC, patch: { name: 'Clinic by me', max_users: 30 } });
    await console_.sync();
    await open('/overview', 'Overview');
    await press('g', 'c');
    await page.getByRole('grid', { name: 'Changes' }).getByText('Change workspace Clinical ops').waitFor();
    await press('Enter');
    await page.getByText(/1 clash in 3 fields/).waitFor();
    await page.getByText('Choose a side for the clash.').waitFor();
    expect(await violations()).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations()).toEqual([]);
    await tabTo(/^Mine for Name$/);
    await press('ArrowRight');
    expect(await page.getByRole('radio', { name: 'Theirs for Name' }).isChecked()).toBe(true);
    await tabTo(/^Send 1 field of mine$/);
    await press('Enter');
    await page.getByText('Every change asked for was carried out.').waitFor();
    const { rows } = await console_.call('entities.list', {
      ...{ orgId, kind: 'workspace', text: null, offset: 0, limit: 10 },
    });
    expect(rows.find(({ id }) => id === CLINIC)?.data).toMatchObject({
      ...{ name: 'Clinic by them', description: 'theirs', max_users: 30 },
    });
  });

  it('says what a refused change would do, and takes it back', async () => {
    await ask({ type: 'workspace.update', id: CLINIC, patch: { max_users: 1 } });
    await open('/changes', 'Changes');
    await page.getByRole('grid', { name: 'Changes' }).getByText('refused').waitFor();
    await press('Enter');
    await page.getByRole('term').getByText('Max users').waitFor();
    await tabTo(/^Revoke change$/);
    await press('Enter');
    await page.getByText('Every change asked for was carried out.').waitFor();
  });
});

/** Answers one procedure in the place of the console, from the next call on. */
async function instead(procedure: string, result: unknown): Promise<void> {
  await page.route('**/call', async (route) => {
    const { name } = route.request().postDataJSON() as { name: string };
    return name === procedure ? route.fulfill({ json: result }) : route.continue();
  });
}

describe('what cannot be done', () => {
  it('is not offered to who holds no right, and says why; a key is not issued without the platform', async () => {
    await open('/overview', 'Overview');
    const value = { memberId: person(2), role: 'viewer', permissions: ['logs:read'], online: true };
    await instead('access.me', { ok: true, value });
    await press('g', 'k');
    const create = page.getByRole('button', { name: 'New service account' });
    await page.getByRole('grid', { name: 'Service accounts' }).getByText('ci-deploy').waitFor();
    await expect.poll(() => create.getAttribute('aria-description')).toMatch(/^Needs accounts:manage/);
    await press('n');
    expect(params().get('act')).toBeNull();
    await press('Enter');
    for (const name of ['Issue key', 'Edit', 'Revoke account']) {
      expect(await page.getByRole('button', { name, exact: true }).getAttribute('aria-disabled')).toBe('true');
    }
    const all = ['accounts:manage', 'threads:read'];
    await instead('access.me', { ok: true, value: { ...value, permissions: all, online: false } });
    await page.reload();
    await page.getByRole('heading', { name: /ci-deploy/ }).waitFor();
    await press('i');
    await page.getByText('Issuing a key needs the platform, which cannot be reached now.').waitFor();
    expect(await page.getByRole('button', { name: 'Issue key' }).getAttribute('aria-disabled')).toBe('true');
  });

  it('says what failed, what was kept, and asks again', async () => {
    await open('/overview', 'Overview');
    await instead('access.who', { ok: false, error: { code: 'INTERNAL', message: 'The question failed.' } });
    await page.evaluate((to) => {
      location.hash = to;
    }, `#/o/${orgId}/access?tab=questions&ask=who&permission=threads:delete`);
    await page.getByRole('alert').getByText('The question failed.').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Try again' }).press('Enter');
    await page.getByText(/holders have threads:delete now/).waitFor();
  });
});

describe('sign-in with the organization', () => {
  it('waits for the browser, can be given up, says what failed, and leads to the pins', async () => {
    const sso = await startSsoPlatform(console_.platformUrl, { email: OWNER.email, password: OWNER.password });
    try {
      await open('/overview', 'Overview');
      await page.evaluate(() => {
        location.hash = '#/connect';
      });
      await page.getByRole('heading', { level: 1, name: 'Connect a platform' }).waitFor();
      await tabTo(/^Sign in with your organization$/);
      await press('Enter');
      await tabTo(/^Platform address$/);
      await page.keyboard.type(sso.url);
      await tabTo(/^Organization id$/);
      await page.keyboard.type(orgId);
      await press('Enter');
      await page.getByText('Finish signing in in your browser.').waitFor();
      await tabTo(/^Cancel$/);
      await press('Enter');
      await page.getByText('The sign-in was cancelled. Nothing was stored.').waitFor();
      sso.refusal = { error: 'access_denied', error_description: 'Not assigned.' };
      const signIn = async (): Promise<void> => {
        const begun = sso.started.length;
        await tabTo(/^Open browser and sign in$/);
        await press('Enter');
        await page.getByText('Finish signing in in your browser.').waitFor();
        await fetch(`${sso.url}/authorize?at=${begun}`);
      };
      await signIn();
      await page
        .getByRole('alert')
        .getByText(/Not assigned/)
        .waitFor();
      sso.refusal = null;
      await signIn();
      await page.getByText(/Signed in as Maria Lopez/).waitFor();
    } finally {
      await sso.close();
    }
  });
});

const SCREENS = [
  [`/accounts?open=${ACCOUNT}`, 'Service accounts', 'Keys ·'],
  [`/accounts?open=${ACCOUNT}&act=edit`, 'Service accounts', 'Edit ci-deploy'],
  ['/access?tab=questions&ask=who&permission=threads:delete', 'Access', 'holders have'],
  ['/access?tab=questions&ask=diff', 'Access', 'gained'],
  ['/access?tab=questions&ask=unused', 'Access', 'not used in the period'],
  [`/access?tab=reviews&open=${REVIEW}`, 'Access', 'Signed result'],
  [`/access?tab=reviews&open=${REVIEW}&work=1`, 'Access', 'Instructions'],
  [`/access?tab=questions&ask=replay&holder=m:${person(1)}&role=viewer`, 'Access', 'would be refused'],
  ['/access?tab=reviews&act=new', 'Access', 'New access review'],
  [`/accounts?open=${ACCOUNT}&act=issue`, 'Service accounts', 'Issue a key of'],
  ['/changes', 'Changes', 'refused'],
] as const;

describe('accessibility', () => {
  it.each(SCREENS)('%s passes axe in light and dark', async (hash, heading, text) => {
    if (hash === '/changes') await ask({ type: 'workspace.update', id: CLINIC, patch: { max_users: 1 } });
    for (const theme of ['light', 'dark'] as const) {
      if (theme === 'dark') await page.context().close();
      await open(hash, heading, { theme });
      await page.getByText(text).first().waitFor();
      expect(await violations(), theme).toEqual([]);
    }
  });
});
