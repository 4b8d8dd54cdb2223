/** A real platform whose clock the test moves, spoken to over HTTP, and a console that mirrors it: for tests of access. */

import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { nextVersion, recordChange } from '../../platform/feed/feed.ts';
import { appendEvents, lockOrg } from '../../platform/log/append.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { addMember } from '../../platform/members/service.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { createWorkspace } from '../../platform/workspaces/service.ts';
import type { ServiceAccount } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole } from './app.ts';
import { type Answer, caller, KEK, PASSWORD } from './platform.ts';

export const ORG = 'acme';
export const ADMIN_EMAIL = 'admin@acme.test';
export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);

/** One entity as an answer or a draft told it, at the platform's time: the raw history. Data null: removed. */
export interface Told {
  readonly at: number;
  readonly kind: 'member' | 'role' | 'service_account';
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>> | null;
}

export interface AccessScene {
  readonly clock: { now: number };
  readonly platform: Platform;
  readonly console_: TestConsole;
  readonly told: Told[];
  readonly ownerId: string;
  /** A request of a user, who signs in anew as the clock may have moved. */
  as(email: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Writes a service account as the platform does: event and feed in one transaction. */
  putAccount(account: ServiceAccount, action: string, before: ServiceAccount | null): Promise<void>;
  /** A further console of another user. */
  open(folder: string, email: string): Promise<TestConsole>;
  sync(console_?: TestConsole): Promise<void>;
  close(): Promise<void>;
}

async function connect(console_: TestConsole, url: string, email: string): Promise<void> {
  await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
  const draft = await console_.call('connections.begin', { url, email, password: PASSWORD, totp: null });
  const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  await console_.call('connections.confirm', { draftId: draft.draftId, pins });
}

/** Founds the organization with an admin and one member of each name given as `name: role`. */
export async function openAccessScene(folder: string, people: Readonly<Record<string, string>>): Promise<AccessScene> {
  const clock = { now: START };
  const platform = await createPlatform({ kek: KEK, checkpointMsMin: 0, now: () => clock.now });
  const { core } = platform;
  const owner = await createUser(core, { email: ADMIN_EMAIL, name: 'Admin', password: PASSWORD });
  await createOrganization(core, { id: ORG, name: 'Acme', ownerId: owner.id, tier: 'enterprise' });
  await createWorkspace(core, ORG, { id: 'w1', name: 'One', max_users: 6 });
  const told: Told[] = [];
  for (const [name, role] of Object.entries(people)) {
    const user = await createUser(core, { email: `${name}@acme.test`, name, password: PASSWORD });
    const member = await addMember(core, ORG, { userId: user.id, role: role as 'viewer' });
    told.push({ at: clock.now, kind: 'member', id: member.id, data: { ...member } });
  }
  await platform.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(platform.app.server.address() as AddressInfo).port}`;
  const open = async (name: string, email: string): Promise<TestConsole> => {
    const opened = openConsoleApp(join(folder, name), {}, { clock: { ...clockOf(clock) } });
    await connect(opened, url, email);
    return opened;
  };
  const console_ = await open('console', ADMIN_EMAIL);
  const as: AccessScene['as'] = async (email, method, path, body) => {
    const login = await caller(platform)('POST', '/v1/auth/login', { email, password: PASSWORD });
    const token = await caller(platform, login.json.access_token)('POST', '/v1/auth/token', { org_id: ORG });
    if (token.status !== 200) return token;
    return caller(platform, token.json.access_token)(method, `/v1/orgs/${ORG}${path}`, body);
  };
  const putAccount: AccessScene['putAccount'] = async (draft, action, before) => {
    await core.tenant(ORG, async (tx) => {
      await lockOrg(tx);
      const version = await nextVersion(tx);
      const after = { ...draft, version };
      await recordChange(tx, 'service_account', after.id, version, after as unknown as Json);
      const change = { before: before as unknown as Json, after: after as unknown as Json };
      const target = { type: 'service_account', id: after.id };
      const event = { action, actor: { type: 'user' as const, id: owner.id }, target, disclosures: { change } };
      await appendEvents(tx, ORG, [event], clock.now);
      told.push({ at: clock.now, kind: 'service_account', id: after.id, data: after });
    });
  };
  return {
    ...{ clock, platform, console_, told, ownerId: owner.id, as, putAccount, open },
    sync: async (which = console_) => {
      await publishCheckpoint(core, ORG);
      // The clock has moved past the end of the session.
      const [connection] = await which.call('connections.list', {});
      await which.call('connections.signIn', { id: connection!.id, password: PASSWORD, totp: null });
      await which.run('sync.start', { orgId: ORG });
    },
    close: async () => {
      await console_.app.close();
      await platform.close();
    },
  };
}

const clockOf = (clock: { now: number }) => ({ now: () => clock.now });
