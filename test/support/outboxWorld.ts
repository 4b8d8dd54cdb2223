/** Two consoles on one real platform: the one under test goes through a proxy that can fail, the other stands beside it. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Ports } from '../../main/ports.ts';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { addMember } from '../../platform/members/service.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import type { Command } from '../../shared/commands/index.ts';
import type { CallInput, Output } from '../../shared/contract/index.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from './app.ts';
import { type FlakyProxy, startFlakyProxy } from './flakyProxy.ts';
import { ADMIN } from './platformProcess.ts';

export const ORG = 'acme';
export const BOB = { email: 'bob@acme.example', password: 'another good passphrase' };

interface Who {
  readonly email: string;
  readonly password: string;
}
type Entries = CallInput<'entities.list'>;
type Row = Output<'entities.list'>['rows'][number];
type Create<T extends Command['type']> = Extract<Command, { type: T }>;

export class OutboxWorld {
  readonly folder = temporaryFolder();
  readonly platform: Platform;
  readonly proxy: FlakyProxy;
  /** The platform's own address. */
  readonly direct: string;
  readonly bobId: string;
  readonly adaId: string;
  mine!: TestConsole;
  other!: TestConsole;

  private constructor(platform: Platform, proxy: FlakyProxy, direct: string, people: { ada: string; bob: string }) {
    this.platform = platform;
    this.proxy = proxy;
    this.direct = direct;
    this.bobId = people.bob;
    this.adaId = people.ada;
  }

  /** Ada, the owner, at the console under test; Bob, an admin, at the other. `now`: the platform's clock. */
  static async open(ports: Partial<Ports> = {}, now: () => number = Date.now): Promise<OutboxWorld> {
    const platform = await createPlatform({ dataDir: null, checkpointMsMin: 0, now });
    const ada = await createUser(platform.core, { ...ADMIN, name: 'Ada' });
    await createOrganization(platform.core, { id: ORG, name: 'Acme', ownerId: ada.id, tier: 'enterprise' });
    const bob = await createUser(platform.core, { ...BOB, name: 'Bob' });
    await addMember(platform.core, ORG, { userId: bob.id, role: 'admin' });
    const direct = await platform.app.listen({ host: '127.0.0.1', port: 0 });
    const world = new OutboxWorld(platform, await startFlakyProxy(direct), direct, { ada: ada.id, bob: bob.id });
    world.mine = await world.connect('mine', world.proxy.url, ADMIN, ports);
    world.other = await world.connect('other', direct, BOB);
    return world;
  }

  async close(): Promise<void> {
    await this.mine?.app.close();
    await this.other?.app.close();
    await this.proxy.close();
    await this.platform.close();
    this.folder.remove();
  }

  /** A new console of its own folder, connected and synced. */
  async connect(name: string, url: string, who: Who, ports: Partial<Ports> = {}): Promise<TestConsole> {
    const made = openConsoleApp(join(this.folder.path, name), {}, ports);
    await made.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
    const draft = await made.call('connections.begin', { url, ...who, totp: null });
    const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
    await made.call('connections.confirm', { draftId: draft.draftId, pins });
    await made.run('sync.start', { orgId: ORG });
    return made;
  }

  /** A person of the organization with this role, at a console of their own. */
  async join(name: string, who: Who, role: string): Promise<TestConsole> {
    const user = await createUser(this.platform.core, { ...who, name });
    await addMember(this.platform.core, ORG, { userId: user.id, role });
    return this.connect(name, this.direct, who);
  }

  /** Ends the console under test and starts it anew. */
  async reopen(): Promise<void> {
    await this.mine.app.close();
    this.mine = openConsoleApp(join(this.folder.path, 'mine'));
    await this.mine.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  }

  add(who: TestConsole, ...commands: Command[]): Promise<Output<'outbox.add'>> {
    return who.call('outbox.add', { orgId: ORG, commands });
  }

  list(): Promise<Output<'outbox.list'>> {
    return this.mine.call('outbox.list', { orgId: ORG });
  }

  async send(): Promise<unknown> {
    return (await this.mine.run('outbox.send', { orgId: ORG })).result;
  }

  async sync(): Promise<void> {
    await this.mine.run('sync.start', { orgId: ORG });
  }

  async rows(kind: Entries['kind'], more: Partial<Entries> = {}, who = this.mine): Promise<Row[]> {
    const query = { orgId: ORG, kind, text: null, offset: 0, limit: 500, ...more };
    return (await who.call('entities.list', query)).rows;
  }

  async one(kind: Entries['kind'], id: string): Promise<Row | null> {
    return (await this.rows(kind)).find((row) => row.id === id) ?? null;
  }

  /** The platform is gone, and the console under test has noticed. */
  async offline(): Promise<void> {
    await this.proxy.down();
    await expect(this.sync()).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
  }

  async online(): Promise<void> {
    await this.proxy.up();
    this.proxy.changes.length = 0;
  }

  /** Makes workspaces on the platform and has the console under test know them. */
  async seeded(...names: string[]): Promise<string[]> {
    const commands = names.map(workspace);
    expect(await this.add(this.other, ...commands)).toMatchObject({ sent: names.length, waiting: 0, entries: [] });
    await this.sync();
    return commands.map(({ id }) => id);
  }

  /** Everything passes again, and nothing waits. */
  async settle(): Promise<void> {
    this.proxy.fate = null;
    this.proxy.onAnswered = null;
    this.proxy.forgetKeys = false;
    await this.online();
    await this.sync();
    for (const { id } of await this.list()) await this.mine.call('outbox.revoke', { orgId: ORG, id });
    this.proxy.changes.length = 0;
  }
}

export const workspace = (name: string): Create<'workspace.create'> => ({
  type: 'workspace.create',
  id: crypto.randomUUID(),
  input: { name, description: '', max_threads: 10, max_log_retention_days: 30, max_users: 5 },
});

export const patch = (id: string, change: object): Command => ({ type: 'workspace.update', id, patch: change });

export const invite = (email: string, role: string): Create<'member.create'> => ({
  type: 'member.create',
  id: crypto.randomUUID(),
  input: { email, role, permissions: [], workspaces: null },
});

export const role = (name: string, permissions: string[], inherits: string | null = null): Create<'role.create'> => ({
  type: 'role.create',
  id: crypto.randomUUID(),
  input: { name, description: '', inherits, permissions },
});

export const account = (name: string, permissions: string[]): Create<'service_account.create'> => ({
  type: 'service_account.create',
  id: crypto.randomUUID(),
  input: { name, description: '', workspace_id: null, permissions, rate_limit: 1000, expires_at: null },
});
