import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends, caller, openWorld, PASSWORD, type World } from '../../support/platform.ts';

const PROBLEM = 'https://missioncontrol.invalid/problems/';

describe.each(backends())('authentication on $name', ({ options }) => {
  let world: World;
  let now = Date.parse('2026-03-01T00:00:00.000Z');
  beforeAll(async () => {
    world = await openWorld({ ...(await options()), now: () => now });
  });
  afterAll(() => world?.platform.close());
  const login = (email: string, password = PASSWORD, totp?: string) =>
    world.anonymous('POST', '/v1/auth/login', { email, password, ...(totp === undefined ? {} : { totp }) });

  it('logs in, whatever the spelling of the e-mail, and tells who one is', async () => {
    const answer = await login(' Admin@ACME.test');
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(Object.keys(answer.json).sort()).toEqual([
      'access_token',
      'expires_in',
      'refresh_token',
      'token_type',
      'user',
    ]);
    const me = await caller(world.platform, answer.json.access_token)('GET', '/v1/me');
    expect(me.json).toEqual({
      user: answer.json.user,
      organizations: [
        { id: 'acme', name: 'The acme company', role: 'admin', tier: 'enterprise', region: 'any', time_zone: 'UTC' },
      ],
      next_cursor: null,
    });
  });

  it('does not tell a wrong password from an unknown e-mail', async () => {
    const [wrong, unknown] = [await login('viewer@acme.test', 'wrong password!'), await login('nobody@acme.test')];
    for (const answer of [wrong, unknown]) {
      expect([answer.status, answer.json.type]).toEqual([401, `${PROBLEM}login-failed`]);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
    expect({ ...wrong.json, instance: '' }).toEqual({ ...unknown.json, instance: '' });
  });

  it('expires access tokens, and refuses those of no or another algorithm', async () => {
    const token = await world.login('admin@acme.test');
    expect((await caller(world.platform, token)('GET', '/v1/me')).status).toBe(200);
    const [, payload] = token.split('.') as [string, string, string];
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.AAAA`;
    expect((await caller(world.platform, none)('GET', '/v1/me')).status).toBe(401);
    now += 301_000;
    expect((await caller(world.platform, token)('GET', '/v1/me')).status).toBe(401);
  });

  it('rotates refresh tokens, and ends the whole session when one is used twice', async () => {
    const first = (await login('manager@acme.test')).json;
    const refresh = (refresh_token: string) => world.anonymous('POST', '/v1/auth/refresh', { refresh_token });
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect(second.json.refresh_token).not.toBe(first.refresh_token);
    const reused = await refresh(first.refresh_token);
    expect([reused.status, reused.json.type]).toEqual([401, `${PROBLEM}refresh-reused`]);
    expect((await refresh(second.json.refresh_token)).json.type).toBe(`${PROBLEM}refresh-failed`);
    expect((await caller(world.platform, second.json.access_token)('GET', '/v1/me')).status).toBe(401);
  });

  it('lets one of many simultaneous refreshes win', async () => {
    const { refresh_token } = (await login('manager@acme.test')).json;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.anonymous('POST', '/v1/auth/refresh', { refresh_token })),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });

  it('enrols an authenticator and accepts each code once', async () => {
    const call = caller(world.platform, await world.login('developer@acme.test'));
    const { secret, uri } = (await call('POST', '/v1/me/totp')).json;
    expect(uri).toMatch(/^otpauth:\/\/totp\/Mission%20Control/);
    const code = (at = now): string => new TOTP({ secret }).generate({ timestamp: at });
    const other = (value: string): string => String((Number(value) + 1) % 1_000_000).padStart(6, '0');
    expect((await call('POST', '/v1/me/totp/confirm', { code: other(code()) })).status).toBe(409);
    expect((await login('developer@acme.test')).status).toBe(200);
    expect((await call('POST', '/v1/me/totp/confirm', { code: code() })).status).toBe(204);
    expect((await login('developer@acme.test')).json.type).toBe(`${PROBLEM}mfa-required`);
    expect((await login('developer@acme.test', PASSWORD, code())).json.type).toBe(`${PROBLEM}login-failed`);
    now += 30_000;
    const fresh = code();
    const raced = await Promise.all([1, 2, 3].map(() => login('developer@acme.test', PASSWORD, fresh)));
    expect(raced.map((answer) => answer.status).sort()).toEqual([200, 401, 401]);
    expect((await login('developer@acme.test', PASSWORD, code(now - 30_000))).status).toBe(401);
    expect((await login('developer@acme.test', 'wrong password!', code(now + 30_000))).json.type).toBe(
      `${PROBLEM}login-failed`,
    );
  });

  it('locks after ten failures in fifteen minutes, many at once included, and opens again', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => login('guest@acme.test', 'wrong password!')));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    const locked = await login('guest@acme.test');
    expect(locked.status).toBe(429);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0);
    expect((await login('admin@acme.test')).status).toBe(200);
    now += 15 * 60_000;
    expect((await login('guest@acme.test')).status).toBe(200);
  });

  it('puts workspace and organization into the tenant token, for real ones only', async () => {
    const admin = await world.member('admin@acme.test', 'acme');
    const { id } = (await admin('POST', '/v1/orgs/acme/workspaces', { name: 'Claims' })).json;
    const user = caller(world.platform, await world.login('admin@acme.test'));
    const token = await user('POST', '/v1/auth/token', { org_id: 'acme', workspace_id: id });
    const claims = JSON.parse(Buffer.from(token.json.access_token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ org_id: 'acme', workspace_id: id });
    expect((await user('POST', '/v1/auth/token', { org_id: 'acme', workspace_id: 'none' })).status).toBe(404);
  });

  it('keeps no password, code or token in clear in its store', async () => {
    const { refresh_token } = (await login('admin@acme.test')).json;
    const rows = await world.platform.core.platform(async (tx) => [
      await tx.query('SELECT * FROM refresh_tokens'),
      await tx.query('SELECT * FROM users'),
      await tx.query('SELECT * FROM sealed_keys'),
    ]);
    const text = JSON.stringify(rows, (_key, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
    expect(text).not.toContain(refresh_token);
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain('BEGIN PRIVATE KEY');
    expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});
