/** Compliance modes are not a note: what they demand is refused by the platform, and their record says how it is run. */

import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setTotp } from '../../../platform/auth/totp.ts';
import { keepSafeguards } from '../../../platform/compliance/safeguards.ts';
import type { Hosting } from '../../../platform/hosting.ts';
import { hostingFromEnv } from '../../../platform/hosting.ts';
import { presetOf } from '../../../shared/compliance/modes.ts';
import { Safeguards } from '../../../shared/entities/index.ts';
import {
  type Answer,
  backends,
  type Call,
  caller,
  eventsOf,
  openWorld,
  PASSWORD,
  type World,
} from '../../support/platform.ts';

const ORG = '/v1/orgs/acme';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const HOSTING: Hosting = { region: 'us-east-1', atRest: 'LUKS on every volume', tls: 'none' };

describe.each(backends())('enforcement of modes on $name', ({ options }) => {
  let world: World;
  let admin: Call;

  beforeAll(async () => {
    world = await openWorld({ ...(await options()), hosting: HOSTING });
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  const enable = (id: string, own: object, call = admin): Promise<Answer> =>
    call('POST', `${ORG}/compliance-modes/${id}/enable`, {
      settings: { ...presetOf(id).suggested, mfa_required: false, data_residency: null, purpose: 'Proof.', ...own },
      reason: 'As agreed.',
    });
  const disable = (id: string): Promise<Answer> =>
    admin('POST', `${ORG}/compliance-modes/${id}/disable`, { reason: 'Over.' });
  const words = ({ status, json }: Answer): string => `${status} ${json?.detail ?? ''}`;

  it('keeps the organization in the regions of all modes', async () => {
    expect(words(await enable('gdpr', { data_residency: ['eu'] }))).toMatch(
      /^409 The organization is in any; the modes would allow eu/,
    );
    expect((await admin('PATCH', ORG, { region: 'us-east-1' })).status).toBe(200);
    expect((await enable('ccpa', { data_residency: ['us'] })).status).toBe(200);
    expect(words(await enable('gdpr', { data_residency: ['eu'] }))).toMatch(/^400 No region is allowed/);
    expect(words(await admin('PATCH', ORG, { region: 'eu-west-1' }))).toMatch(/^400 The compliance modes allow us/);
    expect((await admin('PATCH', ORG, { region: 'us-west-2' })).status).toBe(200);
    expect((await disable('ccpa')).status).toBe(200);
  });

  it('writes nothing where the data may not be, but for what mends it', async () => {
    await admin('PATCH', ORG, { region: 'eu-central-1' });
    expect((await enable('gdpr', { data_residency: ['eu'] })).status).toBe(200);
    const refused = await admin('POST', `${ORG}/workspaces`, { name: 'Here' });
    expect(words(refused)).toMatch(/^409 This platform keeps its data in us-east-1.*allow eu\. Nothing was written/);
    expect(refused.json.type).toMatch(/\/residency$/);
    const at = Date.now() - 1_000;
    const batch = { source: 'rows', batch: '1', service: 'api', checks: [{ at, up: true }] };
    expect(words(await admin('POST', `${ORG}/metrics/ingest`, batch))).toMatch(/^409 This platform keeps/);
    expect((await admin('GET', `${ORG}/workspaces`)).json.items).toEqual([]);
    expect((await admin('PATCH', ORG, { name: 'Acme in Europe' })).status).toBe(200);
    expect((await disable('gdpr')).status).toBe(200);
    expect((await admin('POST', `${ORG}/workspaces`, { name: 'Here' })).status).toBe(201);
  });

  it('asks for a second factor of everybody, and locks nobody out by their own hand', async () => {
    expect(words(await enable('soc2', { mfa_required: true }))).toMatch(/^409 Sign in with a one-time code first/);
    const { core } = world.platform;
    const [user] = await core.platform((tx) =>
      tx.query<{ id: string }>("SELECT id FROM users WHERE email = 'admin@acme.test'"),
    );
    await core.platform((tx) => setTotp(core, tx, user!.id, SECRET));
    const totp = new TOTP({ secret: SECRET }).generate();
    const login = await world.anonymous('POST', '/v1/auth/login', {
      email: 'admin@acme.test',
      password: PASSWORD,
      totp,
    });
    const token = await caller(world.platform, login.json.access_token)('POST', '/v1/auth/token', { org_id: 'acme' });
    const strong = caller(world.platform, token.json.access_token);
    const viewer = await world.member('viewer@acme.test', 'acme');
    expect((await viewer('GET', ORG)).status).toBe(200);
    expect((await enable('soc2', { mfa_required: true }, strong)).status).toBe(200);
    const locked = await viewer('GET', ORG);
    expect([locked.status, locked.json.type]).toEqual([403, expect.stringMatching(/mfa-required$/)]);
    expect(words(await strong('PATCH', ORG, { mfa_required: false }))).toMatch(
      /^409 A compliance mode asks for a second factor/,
    );
    expect((await strong('POST', `${ORG}/compliance-modes/soc2/disable`, { reason: 'Over.' })).status).toBe(200);
    expect((await viewer('GET', ORG)).status).toBe(200);
  });

  it('records how the platform is run, once for each change, and never a key', async () => {
    const { core } = world.platform;
    const before = (await eventsOf(world.platform, 'acme')).length;
    expect(await keepSafeguards(core, HOSTING, 'acme')).toBe(true);
    expect(await keepSafeguards(core, HOSTING, 'acme')).toBe(false);
    expect(await keepSafeguards(core, { ...HOSTING, tls: 'terminated' }, 'acme')).toBe(true);
    const events = await eventsOf(world.platform, 'acme', before);
    expect(events.map(({ event }) => `${event.action} ${event.actor.type}`)).toEqual([
      'safeguards.update system',
      'safeguards.update system',
    ]);
    const { after } = events.at(-1)!.story.change as { after: unknown };
    const record = Safeguards.parse(after);
    expect(record).toMatchObject({
      region: 'us-east-1',
      at_rest: { on: true, basis: 'declared' },
      in_transit: { on: true },
    });
    expect(record.data_keys.map(({ purpose }) => purpose)).toEqual(['log', 'review']);
    expect(JSON.stringify(record)).not.toMatch(/BEGIN|PRIVATE/);
  });

  it('reads the environment strictly', () => {
    expect(hostingFromEnv({})).toEqual({ region: null, atRest: null, tls: 'none' });
    expect(hostingFromEnv({ MC_REGION: ' eu-central-1 ', MC_TLS: 'terminated' })).toMatchObject({
      region: 'eu-central-1',
      tls: 'terminated',
    });
    expect(() => hostingFromEnv({ MC_REGION: 'EU!' })).toThrow(/MC_REGION/);
    expect(() => hostingFromEnv({ MC_TLS: 'yes' })).toThrow(/MC_TLS/);
  });
});

describe.each(backends().slice(0, 1))('encryption in transit on $name', ({ options }) => {
  it('is asked of requests from other machines, unless TLS ends before the platform', async () => {
    for (const tls of ['none', 'terminated'] as const) {
      const world = await openWorld({ ...(await options()), hosting: { region: null, atRest: null, tls } });
      try {
        const admin = await world.member('admin@acme.test', 'acme');
        const settings = { ...presetOf('soc2').suggested, mfa_required: false };
        const on = await admin('POST', `${ORG}/compliance-modes/soc2/enable`, { settings });
        expect(on.status).toBe(200);
        const token = await caller(world.platform, await world.login('admin@acme.test'))('POST', '/v1/auth/token', {
          org_id: 'acme',
        });
        const ask = async (remoteAddress: string) =>
          (
            await world.platform.app.inject({
              ...{ method: 'POST', url: `${ORG}/workspaces`, remoteAddress },
              headers: { authorization: `Bearer ${token.json.access_token}` },
              payload: { name: `W ${remoteAddress}` },
            })
          ).statusCode;
        expect([await ask('127.0.0.1'), await ask('203.0.113.9')]).toEqual([201, tls === 'none' ? 403 : 201]);
      } finally {
        await world.platform.close();
      }
    }
  });
});
