/** Provisioning as a directory does it: the requests that Entra ID and Okta send, and those of RFC 7644's examples. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends, type Call, openWorld, type World } from '../../support/platform.ts';

const SCIM = 'application/scim+json';
const BASE = '/scim/v2/orgs/acme';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

describe.each(backends())('SCIM on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let scim: Call;
  const created: Record<string, string> = {};

  beforeAll(async () => {
    world = await openWorld(await options());
    admin = await world.member('admin@acme.test', 'acme');
    scim = (method, url, body) =>
      admin(method, BASE + url, body === undefined ? undefined : JSON.stringify(body), { 'content-type': SCIM });
  });
  afterAll(() => world?.platform.close());

  const actions = async (): Promise<string[]> => {
    const rows = await world.platform.core.tenant('acme', (tx) =>
      tx.query<{ entry: string }>('SELECT entry FROM audit_events ORDER BY seq'),
    );
    return rows.map(({ entry }) => {
      const { action, outcome } = JSON.parse(entry) as { action: string; outcome: string };
      return outcome === 'success' ? action : `${action} ${outcome}`;
    });
  };
  /** What the work adds to the log. */
  const logged = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = (await actions()).length;
    await work();
    return (await actions()).slice(before);
  };
  const user = (name: string, more: object = {}) => ({
    schemas: [USER],
    userName: `${name}@acme.test`,
    externalId: `ext-${name}`,
    name: { givenName: name, familyName: 'Example' },
    active: true,
    emails: [{ primary: true, type: 'work', value: `${name}@acme.test` }],
    ...more,
  });
  const patch = (...Operations: object[]) => ({ schemas: [PATCH], Operations });
  const memberOf = async (id: string) => (await admin('GET', `/v1/orgs/acme/members/${id}`)).json;

  it('says what it can do', async () => {
    const config = await scim('GET', '/ServiceProviderConfig');
    expect(config.headers['content-type']).toContain(SCIM);
    expect(config.json).toMatchObject({ patch: { supported: true }, filter: { supported: true, maxResults: 200 } });
    expect((await scim('GET', '/ResourceTypes')).json.Resources.map(({ name }: { name: string }) => name)).toEqual([
      'User',
      'Group',
    ]);
    const schemas = (await scim('GET', '/Schemas')).json;
    expect(schemas.Resources.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([USER, GROUP]));
  });

  it('creates a user as an invited guest, with one event, and finds it again', async () => {
    let answer = await scim('GET', '/Users?filter=userName%20eq%20%22ada%40acme.test%22');
    expect(answer.json).toMatchObject({ totalResults: 0, Resources: [] });
    const events = await logged(async () => {
      answer = await scim('POST', '/Users', user('ada'));
    });
    expect([answer.status, events]).toEqual([201, ['member.create']]);
    expect(answer.json).toMatchObject({
      schemas: [USER],
      userName: 'ada@acme.test',
      externalId: 'ext-ada',
      displayName: 'ada Example',
      active: true,
      meta: { resourceType: 'User' },
    });
    created.ada = answer.json.id;
    const location = `https://missioncontrol.localhost${BASE}/Users/${created.ada}`;
    expect([answer.headers.location, answer.json.meta.location]).toEqual([location, location]);
    expect(await memberOf(created.ada!)).toMatchObject({
      role: 'guest',
      status: 'invited',
      external_id: 'ext-ada',
      name: 'ada Example',
    });
    for (const filter of [
      'userName eq "ADA@acme.test"',
      'externalId eq "ext-ada"',
      'userName sw "ada" and active eq true',
    ]) {
      const found = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
      expect([filter, found.json.Resources.map(({ id }: { id: string }) => id)]).toEqual([filter, [created.ada]]);
    }
    expect((await scim('GET', `/Users/${created.ada}?attributes=userName`)).json.displayName).toBe(undefined);
  });

  it('refuses the same user twice, another e-mail for one, and nonsense, each with a SCIM error', async () => {
    const twice = await scim('POST', '/Users', user('ada'));
    expect([twice.status, twice.json]).toEqual([
      409,
      expect.objectContaining({ schemas: [ERROR], scimType: 'uniqueness' }),
    ]);
    const moved = await scim('PUT', `/Users/${created.ada}`, user('eve'));
    expect([moved.status, moved.json.scimType]).toEqual([400, 'mutability']);
    for (const body of [
      {},
      { schemas: [USER] },
      user('x', { userName: 'no e-mail' }),
      user('x', { active: 'perhaps' }),
    ]) {
      const answer = await scim('POST', '/Users', body);
      expect([answer.status, answer.json.schemas, answer.json.status]).toEqual([400, [ERROR], '400']);
    }
    const filter = await scim('GET', '/Users?filter=userName%20zz%20%22x%22');
    expect([filter.status, filter.json.schemas]).toEqual([400, [ERROR]]);
    const missing = await scim('GET', '/Users/0197f3a0-0000-7000-8000-000000000000');
    expect([missing.status, missing.json.schemas]).toEqual([404, [ERROR]]);
  });

  it.each([
    ['Okta', { op: 'replace', value: { active: false } }, { op: 'replace', value: { active: true } }],
    ['Entra ID', { op: 'Replace', path: 'active', value: 'False' }, { op: 'Replace', path: 'active', value: 'True' }],
  ])('suspends and reactivates as %s asks for it', async (_product, off, on) => {
    const path = `/Users/${created.ada}`;
    expect(await logged(() => scim('PATCH', path, patch(off)))).toEqual(['member.suspend']);
    expect(await memberOf(created.ada!)).toMatchObject({ status: 'suspended' });
    // Asked again, nothing is done and nothing is logged.
    expect(await logged(() => scim('PATCH', path, patch(off)))).toEqual([]);
    expect(await logged(() => scim('PATCH', path, patch(on)))).toEqual(['member.reactivate']);
    expect(await memberOf(created.ada!)).toMatchObject({ status: 'invited' });
  });

  it('gives roles by the names of groups, one event for each member, and takes them back', async () => {
    created.bob = (await scim('POST', '/Users', user('bob'))).json.id;
    const members = [{ value: created.ada }, { value: created.bob }];
    let viewers = await scim('POST', '/Groups', { schemas: [GROUP], displayName: 'Viewer', members });
    expect(viewers.status).toBe(201);
    expect(await actions().then((all) => all.slice(-3))).toEqual([
      'group.create',
      'member.role.update',
      'member.role.update',
    ]);
    expect((await memberOf(created.bob!)).role).toBe('viewer');
    const developers = await scim('POST', '/Groups', { schemas: [GROUP], displayName: 'developer' });
    const add = patch({ op: 'add', path: 'members', value: [{ value: created.bob }] });
    expect(await logged(() => scim('PATCH', `/Groups/${developers.json.id}`, add))).toEqual([
      'group.update',
      'member.role.update',
    ]);
    expect((await memberOf(created.bob!)).role).toBe('developer');
    const remove = patch({ op: 'remove', path: `members[value eq "${created.bob}"]` });
    await scim('PATCH', `/Groups/${developers.json.id}`, remove);
    expect((await memberOf(created.bob!)).role).toBe('viewer');
    expect(await logged(() => scim('DELETE', `/Groups/${viewers.json.id}`))).toEqual([
      'group.delete',
      'member.role.update',
      'member.role.update',
    ]);
    expect((await memberOf(created.ada!)).role).toBe('guest');
    viewers = await scim('GET', `/Groups/${viewers.json.id}`);
    expect(viewers.status).toBe(404);
    const unknown = { schemas: [GROUP], displayName: 'Nobody', members: [{ value: 'not-there' }] };
    expect((await scim('POST', '/Groups', unknown)).status).toBe(400);
    expect((await scim('POST', '/Groups', { schemas: [GROUP], displayName: 'DEVELOPER' })).status).toBe(409);
  });

  it('keeps the owner an admin, and lets nobody change themselves, whatever the directory says', async () => {
    const { items } = (await admin('GET', '/v1/orgs/acme/members?limit=200')).json;
    const idOf = (email: string): string => items.find((one: { email: string }) => one.email === email).id;
    const [owner, manager] = [idOf('admin@acme.test'), idOf('manager@acme.test')];
    const off = patch({ op: 'replace', value: { active: false } });
    const group = { schemas: [GROUP], displayName: 'guest', members: [{ value: owner }] };
    const byOwner = [
      await scim('PATCH', `/Users/${owner}`, off),
      await scim('DELETE', `/Users/${owner}`),
      await scim('POST', '/Groups', group),
    ];
    expect(byOwner.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await admin('PATCH', `/v1/orgs/acme/members/${manager}`, { role: 'admin' })).status).toBe(200);
    const other = await world.member('manager@acme.test', 'acme');
    const send: Call = (method, url, body) =>
      other(method, BASE + url, body === undefined ? undefined : JSON.stringify(body), { 'content-type': SCIM });
    const byOther = [
      await send('PATCH', `/Users/${owner}`, off),
      await send('DELETE', `/Users/${owner}`),
      await send('POST', '/Groups', group),
    ];
    expect(byOther.map(({ status, json }) => [status, json.schemas])).toEqual([
      [409, [ERROR]],
      [409, [ERROR]],
      [409, [ERROR]],
    ]);
    expect((await memberOf(owner)).role).toBe('admin');
    // The group was not made either: all or nothing.
    expect((await scim('GET', '/Groups?filter=displayName%20eq%20%22guest%22')).json.totalResults).toBe(0);
  });

  it('removes a user, once', async () => {
    expect(await logged(() => scim('DELETE', `/Users/${created.bob}`))).toEqual(['member.delete']);
    expect((await scim('DELETE', `/Users/${created.bob}`)).status).toBe(404);
  });

  it('pages and sorts', async () => {
    const page = (await scim('GET', '/Users?startIndex=2&count=2&sortBy=userName')).json;
    expect(page).toMatchObject({ startIndex: 2, itemsPerPage: 2 });
    expect(page.Resources.map(({ userName }: { userName: string }) => userName)).toEqual([
      'admin@acme.test',
      'developer@acme.test',
    ]);
    expect(page.totalResults).toBe(6);
  });

  it('refuses who does not manage users, a stranger and the anonymous, and logs the refusals', async () => {
    const developer = await world.member('developer@acme.test', 'acme');
    const body = JSON.stringify(user('eve'));
    const events = await logged(async () => {
      const answer = await developer('POST', `${BASE}/Users`, body, { 'content-type': SCIM });
      expect([answer.status, answer.json.schemas, answer.json.status]).toEqual([403, [ERROR], '403']);
      const foreign = await world.member('admin@globex.test', 'globex');
      expect((await foreign('GET', `${BASE}/Users`)).status).toBe(403);
      const nobody = await world.anonymous('GET', `${BASE}/Users`);
      expect([nobody.status, nobody.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    });
    expect(events).toEqual(['member.create denied', 'member.list denied']);
  });
});
