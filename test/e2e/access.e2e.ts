/** Tenants and access by keyboard alone, on the real platform, mirror, outbox and browser host. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../shared/commands/index.ts';
import { BUILT_IN } from '../../shared/rbac/index.ts';
import { SEED_ORG } from '../support/auditSeed.ts';
import { type PageOptions, startConsole, type TestConsole } from '../support/startConsole.ts';

const orgId = SEED_ORG.id;
const AT = `#/o/${orgId}`;
const CLINIC = 'a0000000-0000-4000-8000-000000000001';
const LEAD = 'a0000000-0000-4000-8000-000000000002';
const person = (n: number): string => `b0000000-0000-4000-8000-00000000000${n}`;

let console_: TestConsole;
let page: Page;
let faults: string[];

const ask = (...commands: Command[]) => console_.call('outbox.add', { orgId, commands });
const list = async (kind: 'member' | 'workspace') =>
  (await console_.call('entities.list', { orgId, kind, text: null, offset: 0, limit: 500 })).rows;
const member = async (id: string) => (await list('member')).find((row) => row.id === id)?.data;

beforeAll(async () => {
  console_ = await startConsole();
  await ask({
    type: 'workspace.create',
    id: CLINIC,
    input: { name: 'Clinical ops', description: '', max_threads: 10, max_users: 12, max_log_retention_days: 365 },
  });
  await ask({
    type: 'role.create',
    id: LEAD,
    input: { name: 'Incident lead', description: '', inherits: 'viewer', permissions: ['threads:update', 'logs:*'] },
  });
  for (const [i, role] of ['developer', 'developer', 'viewer', LEAD].entries()) {
    const input = {
      email: `p${i + 1}@northwind.example`,
      name: `Person ${i + 1}`,
      role,
      permissions: [],
      workspaces: null,
    };
    await ask({ type: 'member.create', id: person(i + 1), input });
  }
  expect(await console_.call('outbox.list', { orgId })).toEqual([]);
});
afterAll(() => console_?.close());
afterEach(async () => {
  expect(faults).toEqual([]);
  await page.context().close();
});

async function open(hash: string, heading: string, options?: PageOptions): Promise<void> {
  page = await console_.open(`${AT}${hash}`, options);
  page.setDefaultTimeout(15_000);
  faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
}
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const params = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '');
const said = (text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text).waitFor();

/** Presses Tab until the named thing has the focus. */
async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 90; i++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? '';
    });
    if (name.test(focused)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Tab never reached ${name}`);
}
const membersShown = () => page.getByRole('grid', { name: 'Members' }).getByText('Person 1').waitFor();
const matrixShown = () => page.getByRole('grid', { name: 'Roles and permissions' }).waitFor();

describe('members by keyboard', () => {
  it('invites a member and says beforehand what that gives', async () => {
    await open('/access', 'Access');
    await membersShown();
    await press('i');
    await page.getByRole('heading', { name: 'Invite a member' }).waitFor();
    await page.keyboard.type('kofi@northwind.example');
    await page.getByText('kofi@northwind.example gains 2 permissions').waitFor();
    await press('Enter');
    await said('kofi@northwind.example invited');
    const kofi = (await list('member')).find(({ data }) => data.email === 'kofi@northwind.example');
    expect(kofi?.data).toMatchObject({ role: 'viewer', status: 'invited' });
    expect(params().get('open')).toBe(kofi!.id);
    await page
      .getByRole('region', { name: 'Effective permissions' })
      .or(page.getByText('role viewer · logs:read'))
      .first()
      .waitFor();
  });

  it('changes the role of several at once, with the effect for each first, and undoes it', async () => {
    await open('/access?q=person&sort=name', 'Access');
    await membersShown();
    await press('j', 'k', 'Shift+j');
    await page.getByText('2 members selected').waitFor();
    await press('r');
    await page.getByRole('heading', { name: 'Change role: 2 members' }).waitFor();
    await page.keyboard.type('gue');
    await page.getByText(/holders lose \d+ permissions/).waitFor();
    await tabTo(/^Change role of 2 members$/);
    await press('Enter');
    await said('Role of 2 members changed to guest');
    expect([(await member(person(1)))?.role, (await member(person(2)))?.role]).toEqual(['guest', 'guest']);
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await said('Undone');
    expect([(await member(person(1)))?.role, (await member(person(2)))?.role]).toEqual(['developer', 'developer']);
  });

  it('adds an extra grant from the catalog, refuses one it does not have, and shows through what it is held', async () => {
    await open(`/access?open=${person(3)}`, 'Access');
    await page.getByRole('heading', { name: /^Person 3/ }).waitFor();
    await tabTo(/^Extra grants/);
    await page.keyboard.type('threads:fly');
    await press('Enter');
    await page.getByRole('alert').getByText('“threads” has no action “fly”.').waitFor();
    await page.getByRole('combobox', { name: 'Extra grants' }).fill('');
    await page.keyboard.type('settings');
    await page.getByRole('option', { name: /settings:\*/ }).waitFor();
    await press('ArrowDown', 'Enter');
    await page.getByText('Person 3 gains 1 permission').waitFor();
    await tabTo(/^Save access$/);
    await press('Enter');
    await said('Access of Person 3 changed');
    await page.getByText('extra · settings:*').waitFor();
    expect((await member(person(3)))?.permissions).toEqual(['settings:*']);
  });

  it('suspends with the loss counted, and keeps filters in the address', async () => {
    await open(`/access?open=${person(2)}`, 'Access');
    await page.getByRole('heading', { name: /^Person 2/ }).waitFor();
    await tabTo(/^Suspend$/);
    await press('Enter');
    await page.getByText(/Person 2 loses \d+ permissions/).waitFor();
    await tabTo(/^Suspend$/);
    await press('Enter');
    await said('Person 2 suspended');
    await tabTo(/^Status/);
    await press('Enter');
    await page.keyboard.type('suspended');
    await press('Enter', 'Escape');
    await page.getByText(/^1 of 1 member/).waitFor();
    expect(params().get('status')).toBe('suspended');
    await page.goBack();
    await page
      .getByText(/^6 of 6 members/)
      .or(page.getByText(/^[5-9] of [5-9] members/))
      .first()
      .waitFor();
  });

  it('offers nobody their own access, and says why', async () => {
    const me = await console_.call('access.me', { orgId });
    await open(`/access?open=${me.memberId}`, 'Access');
    await page.getByRole('heading', { name: /^Maria Lopez/ }).waitFor();
    await page.getByText('Nobody changes their own access.').first().waitFor();
    expect(await page.getByLabel('Role', { exact: true }).isDisabled()).toBe(true);
    await tabTo(/^Remove$/);
    await page.getByRole('tooltip').getByText('Nobody changes their own access.').first().waitFor();
    await press('Enter');
    expect(params().get('act')).toBeNull();
  });
});

describe('roles by keyboard', () => {
  it('explains the cell that the arrows go to', async () => {
    await open('/access?tab=roles', 'Access');
    await matrixShown();
    await press('Home', 'Control+Home');
    for (let i = 0; i < 90; i++) {
      if (await page.getByText(/^logs, in the catalog|^guest holds 1 of 2 permissions of logs/).isVisible()) break;
      await press('ArrowDown');
      if (i === 0) await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight');
    }
    await press('ArrowDown', 'ArrowDown');
    await page.getByText('guest holds logs:read, only what is shared').waitFor();
    await press('ArrowRight');
    await page.getByText('Incident lead holds logs:read').waitFor();
    await page.getByText('wildcard: role Incident lead · logs:*; role Incident lead > viewer · logs:read').waitFor();
    const active = await page.evaluate(() => {
      const id = document.querySelector('[role="grid"]')?.getAttribute('aria-activedescendant');
      return document.getElementById(id ?? '')?.getAttribute('aria-label');
    });
    expect(active).toBe('wildcard');
    await press('Enter');
    await page.getByRole('heading', { name: /^Incident lead/ }).waitFor();
    expect(params().get('open')).toBe(LEAD);
    await press('Escape');
    await page.getByRole('heading', { name: /^Incident lead/ }).waitFor({ state: 'detached' });
  });

  it('shows only what differs between the roles named', async () => {
    await open('/access?tab=roles&roles=viewer,guest', 'Access');
    await matrixShown();
    await press('d');
    await page.getByText(`2 of ${BUILT_IN.entries.size} permissions × 2 of 6 roles`).waitFor();
    expect(params().get('differing')).toBe('1');
    await page.goBack();
    await page.getByText(`${BUILT_IN.entries.size} of ${BUILT_IN.entries.size} permissions × 2 of 6 roles`).waitFor();
  });

  it('creates a custom role, sees live what it reaches, and finds it in the matrix', async () => {
    await open('/access?tab=roles', 'Access');
    await matrixShown();
    await press('n');
    await page.getByRole('heading', { level: 1, name: 'New role' }).waitFor();
    await page.keyboard.type('Thread editor');
    await press('Tab');
    await page.keyboard.type('viewer');
    await page.getByText('Whoever gets this role holds 2 permissions').waitFor();
    await tabTo(/^Filter permissions/);
    await page.keyboard.type('threads upd');
    await page.getByRole('treeitem', { name: /^threads:update/ }).waitFor();
    await press('Enter', 'ArrowDown', ' ', 's');
    await page.getByRole('treeitem', { name: 'threads:update: granted, only own' }).waitFor();
    await page.getByText('Whoever gets this role holds 3 permissions').waitFor();
    await page.getByText('Nobody gains or loses a permission').waitFor();
    await press('Control+Enter');
    await said('Role Thread editor created');
    await page.getByRole('heading', { name: /^Thread editor/ }).waitFor();
    const { roles } = await console_.call('access.catalog', { orgId });
    expect(roles.find(({ name }) => name === 'Thread editor')).toMatchObject({
      ...{ inherits: 'viewer', grants: ['threads:update:own'], reaches: 3, holders: 0 },
    });
  });

  it('previews for whom a change of a held role is a loss, and keeps the draft on the way', async () => {
    await open(`/access?tab=roles&edit=${LEAD}`, 'Incident lead');
    await page.getByText('Nothing is changed yet.').waitFor();
    await tabTo(/^Filter permissions/);
    await page.keyboard.type('logs');
    await page
      .getByRole('treeitem', { name: /^logs:/ })
      .first()
      .waitFor();
    await press('Enter', 'Home', ' ');
    await page.getByText('Person 4 loses 1 permission').waitFor();
    await press('Escape');
    await matrixShown();
    await page.goBack();
    await page.getByText('Person 4 loses 1 permission').waitFor();
    await tabTo(/^Discard draft$/);
    await press('Enter');
    await page.getByText('Nothing is changed yet.').waitFor();
    const { roles } = await console_.call('access.catalog', { orgId });
    expect(roles.find(({ id }) => id === LEAD)?.grants).toEqual(['logs:*', 'threads:update']);
  });

  it('does not delete a role that is held, and says why', async () => {
    await open(`/access?tab=roles&open=${LEAD}`, 'Access');
    await page.getByRole('heading', { name: /^Incident lead/ }).waitFor();
    await tabTo(/^Delete$/);
    await press('Enter');
    await page.getByText(/1 member holds it/).waitFor();
    await page.getByRole('status', { name: 'Would be refused' }).waitFor();
    await page.keyboard.type('Incident lead');
    expect(await page.getByRole('button', { name: 'Delete role' }).isDisabled()).toBe(true);
    await press('Escape');
  });
});

describe('tenants by keyboard', () => {
  it('makes a workspace, changes a limit, and deletes it by its name', async () => {
    await open('/tenants', 'Tenants');
    await page.getByRole('grid', { name: 'Workspaces' }).getByText('Clinical ops').waitFor();
    await press('n');
    await page.getByRole('heading', { name: 'New workspace' }).waitFor();
    await page.keyboard.type('Billing');
    await press('Enter');
    await said('Workspace Billing created');
    await page.getByRole('heading', { name: 'Billing' }).waitFor();
    await tabTo(/^Users, at most/);
    await press('Control+a');
    await page.keyboard.type('0');
    await page.getByRole('alert').getByText('At least 1.').waitFor();
    await press('Control+a');
    await page.keyboard.type('30');
    await press('Enter');
    await said('Workspace Billing changed');
    await tabTo(/^Delete workspace$/);
    await press('Enter');
    await page.getByText(/0 threads, \d+ members use it/).waitFor();
    await page.keyboard.type('Billing');
    await tabTo(/^Delete workspace$/);
    await press('Enter');
    await said('Workspace Billing deleted');
    expect((await list('workspace')).map(({ data }) => data.name)).toEqual(['Clinical ops']);
  });

  it('goes to both screens by G and a letter', async () => {
    await open('/tenants', 'Tenants');
    await press('g', 'e');
    await page.getByRole('heading', { level: 1, name: 'Access' }).waitFor();
    await press('g', 't');
    await page.getByRole('heading', { level: 1, name: 'Tenants' }).waitFor();
  });
});

const SCREENS = [
  [`/tenants?ws=${CLINIC}`, 'Tenants'],
  ['/tenants?tab=all', 'Tenants'],
  ['/tenants?edit=organization', 'Tenants'],
  [`/access?open=${person(4)}`, 'Access'],
  ['/access?invite=1', 'Access'],
  [`/access?tab=roles&open=${LEAD}`, 'Access'],
  ['/access?tab=roles&import=1', 'Access'],
  [`/access?tab=roles&edit=${LEAD}`, 'Incident lead'],
] as const;

describe.each(['light', 'dark'] as const)('accessibility in %s', (theme) => {
  it.each(SCREENS)('%s has no serious finding', async (hash, heading) => {
    await open(hash, heading, { theme });
    await page.locator('[role="grid"] [role="row"] >> nth=1').or(page.getByRole('treeitem').nth(1)).first().waitFor();
    await page.waitForTimeout(300);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  });
});

it('marks what waits while signed out, and takes it back', async () => {
  const [connection] = await console_.call('connections.list', {});
  await console_.call('connections.signOut', { id: connection!.id });
  await open(`/tenants?ws=${CLINIC}`, 'Tenants');
  await page.getByRole('heading', { name: 'Clinical ops' }).waitFor();
  await tabTo(/^Threads, at most/);
  await press('Control+a');
  await page.keyboard.type('25');
  await press('Enter');
  await said(/Workspace Clinical ops changed\. Waits until the platform is reachable\./);
  await page.getByText('waits to be sent').waitFor();
  expect(await page.locator('.dt-pending').count()).toBe(1);
  await tabTo(/^Revoke change$/);
  await press('Enter');
  await said('Change of Clinical ops revoked');
  await page.getByText('waits to be sent').waitFor({ state: 'detached' });
  expect(await console_.call('outbox.list', { orgId })).toEqual([]);
  expect((await list('workspace'))[0]?.data.max_threads).toBe(10);
});
