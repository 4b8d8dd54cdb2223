/** SIGKILL while changes are kept and sent: none is lost, none has a second effect. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { type Command, effectOf } from '../../shared/commands/index.ts';
import { temporaryFolder } from '../support/app.ts';
import { type FlakyProxy, startFlakyProxy } from '../support/flakyProxy.ts';
import { caller } from '../support/platform.ts';
import { ADMIN } from '../support/platformProcess.ts';

const ORG = 'acme';
const THINGS = 4;
const child = join(import.meta.dirname, '..', 'support', 'pushChild.ts');
let folder: ReturnType<typeof temporaryFolder>;
let platform: Platform;
let proxy: FlakyProxy;
let ask: ReturnType<typeof caller>;

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await createPlatform({ dataDir: null, checkpointMsMin: 0 });
  const ada = await createUser(platform.core, { ...ADMIN, name: 'Ada' });
  await createOrganization(platform.core, { id: ORG, name: 'Acme', ownerId: ada.id, tier: 'enterprise' });
  proxy = await startFlakyProxy(await platform.app.listen({ host: '127.0.0.1', port: 0 }));
  const login = await caller(platform)('POST', '/v1/auth/login', ADMIN);
  const org = await caller(platform, login.json.access_token)('POST', '/v1/auth/token', { org_id: ORG });
  ask = caller(platform, org.json.access_token);
});
afterAll(async () => {
  await proxy?.close();
  await platform?.close();
  folder?.remove();
});

function start(...args: string[]): { process: ChildProcess; ended: Promise<boolean> } {
  const running = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<boolean>((resolve, reject) => {
    running.once('exit', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`the child ended with ${code}`));
    });
  });
  return { process: running, ended };
}

async function within<T>(path: string, look: (mirror: Mirror) => Promise<T>): Promise<T> {
  const mirror = await openMirror({ path, key: new Uint8Array(32).fill(3) });
  try {
    return await look(mirror);
  } finally {
    await mirror.close();
  }
}

/** Creations, and two changes of each: 3 mutations a thing, each of which raises the organization's version by one. */
function commandsFor(name: string): Command[] {
  const limits = { max_threads: 10, max_log_retention_days: 30, max_users: 5 };
  const ids = Array.from({ length: THINGS }, () => crypto.randomUUID());
  return [
    ...ids.map(
      (id, i): Command => ({
        type: 'workspace.create',
        id,
        input: { name: `${name} ${i}`, description: '', ...limits },
      }),
    ),
    ...ids.map((id, i): Command => ({ type: 'workspace.update', id, patch: { description: `described ${i}` } })),
    ...ids.map((id, i): Command => ({ type: 'workspace.update', id, patch: { max_users: 10 + i } })),
  ];
}

/** What the platform holds of the things, as the commands alone would make them; and the organization's version. */
async function platformNow(ids: ReadonlySet<string>) {
  const feed = await ask('GET', `/v1/orgs/${ORG}/changes?after=0&limit=1000`);
  const lines = feed.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; data: Record<string, unknown>; next: number });
  const version = lines.at(-1)!.next;
  const rows = lines.slice(0, -1).filter(({ id }) => ids.has(id));
  return {
    version,
    rows: rows.map(({ data: { id, name, description, max_users } }) => ({ id, name, description, max_users })),
  };
}

function expected(commands: readonly Command[]) {
  const made = new Map<string, Readonly<Record<string, unknown>>>();
  for (const command of commands) {
    const id = (command as { id: string }).id;
    made.set(id, effectOf(command, made.get(id) ?? null, ORG, 0)!);
  }
  return [...made.values()].map(({ id, name, description, max_users }) => ({ id, name, description, max_users }));
}

const sorted = <T extends { id?: unknown }>(rows: T[]): T[] =>
  rows.sort((a, b) => String(a.id).localeCompare(String(b.id)));

/** Keeps the commands without folding, as if each had been added while the one before was under way. */
async function prepared(name: string): Promise<{ path: string; commands: Command[]; before: number }> {
  const path = join(folder.path, `${name}.db`);
  const commands = commandsFor(name);
  await within(path, async ({ writer }) => {
    const error = { code: 'PLATFORM_UNREACHABLE', message: '' };
    const keys = commands.map(() => crypto.randomUUID());
    for (const [i, command] of commands.entries()) {
      const [row] = await writer.outboxAdd(ORG, [{ id: keys[i]!, command }], i);
      // An entry in doubt takes nothing in, so that every change stands for itself.
      await writer.outboxFault(row!.id, { state: 'waiting', error, inDoubt: true });
    }
    for (const id of keys) await writer.outboxFault(id, { state: 'waiting', error, inDoubt: false });
  });
  proxy.changes.length = 0;
  return { path, commands, before: (await platformNow(new Set())).version };
}

async function finish({ path, commands, before }: Awaited<ReturnType<typeof prepared>>): Promise<void> {
  proxy.onAnswered = null;
  expect(await start('push', path, proxy.url).ended).toBe(true);
  expect(await within(path, ({ reader }) => reader.outbox())).toEqual([]);
  const now = await platformNow(new Set(commands.map((command) => (command as { id: string }).id)));
  expect(sorted(now.rows)).toEqual(sorted(expected(commands)));
  // One version a mutation: a second effect would have raised it once more.
  expect(now.version - before).toBe(commands.length);
  // However often an entry was sent, it was under one key.
  expect(new Set(proxy.changes.map(({ key }) => key)).size).toBe(commands.length);
}

it('killed after the effect and before its record, at every single entry', async () => {
  const plan = await prepared('Every entry');
  let kills = 0;
  const seen = new Set<string>();
  while (kills < plan.commands.length) {
    const { process: running, ended } = start('push', plan.path, proxy.url);
    // The platform has carried it out; the console never hears of it.
    proxy.onAnswered = ({ key }) => {
      if (key === null || seen.has(key)) return;
      seen.add(key);
      running.kill('SIGKILL');
    };
    if (await ended) break;
    kills += 1;
  }
  expect(kills).toBe(plan.commands.length);
  expect(seen.size).toBe(plan.commands.length);
  await finish(plan);
});

it('killed at random moments of sending', async () => {
  const plan = await prepared('Random');
  let left = plan.commands.length;
  for (let kills = 0; kills < 8 && left > 0; kills++) {
    const { process: running, ended } = start('push', plan.path, proxy.url);
    const delay = randomInt(1, 4);
    let answered = 0;
    proxy.onAnswered = () => {
      answered += 1;
      if (answered === delay) setTimeout(() => running.kill('SIGKILL'), randomInt(0, 12));
    };
    await ended;
    left = await within(plan.path, async ({ reader }) => (await reader.outbox()).length);
  }
  await finish(plan);
});

it('killed while changes are kept: what was acknowledged is there, in order, and nothing half', async () => {
  const path = join(folder.path, 'keep.db');
  const commands = Array.from(
    { length: 20 },
    (_, i): Command => ({
      ...{ type: 'workspace.create', id: crypto.randomUUID() },
      input: { name: `Keep ${i}`, description: '', max_threads: 1, max_log_retention_days: 1, max_users: 1 },
    }),
  );
  const kept: string[] = [];
  for (let kills = 0; kept.length < commands.length && kills < 40; kills++) {
    const { process: running, ended } = start('add', path, JSON.stringify(commands.slice(kept.length)));
    const delay = randomInt(1, 8);
    let lines = 0;
    for await (const line of createInterface({ input: running.stdout! })) {
      kept.push((JSON.parse(line) as { id: string }).id);
      lines += 1;
      if (lines === delay) running.kill('SIGKILL');
    }
    await ended;
    const rows = await within(path, ({ reader }) => reader.outbox());
    const ids = rows.map(({ target }) => target.id);
    expect(ids.slice(0, kept.length)).toEqual(kept);
    // One more may have been committed without its word getting out.
    expect(ids).toEqual(commands.slice(0, ids.length).map((command) => (command as { id: string }).id));
    kept.splice(0, kept.length, ...ids);
  }
  expect(kept).toHaveLength(commands.length);
});
