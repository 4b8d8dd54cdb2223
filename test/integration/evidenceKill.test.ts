/** SIGKILL while evidence is sent with its file: nothing is lost, the file is there once, and the evidence has one effect. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { evidenceBytes } from '../../main/services/evidence.ts';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import type { Command } from '../../shared/commands/index.ts';
import { temporaryFolder } from '../support/app.ts';
import { type FlakyProxy, startFlakyProxy } from '../support/flakyProxy.ts';
import { caller } from '../support/platform.ts';
import { ADMIN } from '../support/platformProcess.ts';

const ORG = 'acme';
const FILES = 3;
const child = join(import.meta.dirname, '..', 'support', 'pushChild.ts');
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
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

function push(path: string): { process: ChildProcess; ended: Promise<boolean> } {
  const running = spawn(process.execPath, [child, 'push', path, proxy.url], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
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

it('killed after each file and after each record', async () => {
  const path = join(folder.path, 'kill.db');
  const files = Array.from({ length: FILES }, () => randomBytes(200_000));
  const commands = files.map(
    (bytes, i): Extract<Command, { type: 'evidence.create' }> => ({
      type: 'evidence.create',
      id: crypto.randomUUID(),
      input: {
        ...{ kind: 'file', title: `File ${i}`, description: '', evidence_on: '2026-01-05', valid_until: null },
        ...{ controls: [], checks: [], query: null, url: null },
        file: { sha256: sha(bytes), bytes: bytes.length, name: 'a.bin', media_type: 'application/octet-stream' },
      },
    }),
  );
  await within(path, async ({ writer }) => {
    for (const [i, command] of commands.entries()) {
      const digest = sha(files[i]!);
      await writer.putBlob({ sha256: digest, bytes: Uint8Array.from(files[i]!), at: i, pending: true });
      await writer.outboxAdd(ORG, [{ id: v7(), command }], i);
      // What a change still needs cannot be dropped.
      expect(await writer.dropBlob(digest)).toBe(false);
    }
  });
  // Twice for each: once when the platform has the file, once when it has the record, and the console has heard of neither.
  const seen = new Set<string>();
  let kills = 0;
  for (let done = false; !done; ) {
    const { process: running, ended } = push(path);
    proxy.onAnswered = ({ method, path: where, key }) => {
      const about = `${method} ${key ?? where}`;
      if (seen.has(about)) return;
      seen.add(about);
      running.kill('SIGKILL');
    };
    done = await ended;
    if (!done) kills += 1;
    expect(kills).toBeLessThanOrEqual(2 * FILES);
  }
  expect(kills).toBe(2 * FILES);
  const items = (await ask('GET', `/v1/orgs/${ORG}/evidence`)).json.items as { id: string; version: number }[];
  expect(items.map(({ id }) => id).sort()).toEqual(commands.map(({ id }) => id).sort());
  for (const bytes of files) {
    expect(sha((await ask('GET', `/v1/orgs/${ORG}/blobs/${sha(bytes)}`)).bytes)).toBe(sha(bytes));
  }
  await within(path, async ({ reader }) => {
    expect(await reader.outbox()).toEqual([]);
    expect(sha((await evidenceBytes(reader, sha(files[0]!)))!)).toBe(sha(files[0]!));
    expect(await evidenceBytes(reader, sha(Buffer.from('another')))).toBeNull();
    expect((await reader.blobs()).map(({ pending, size }) => [pending, size])).toEqual(
      files.map(() => [false, 200_000]),
    );
  });
  // However often a record was sent, it was under one key.
  const keys = proxy.changes.filter(({ method }) => method === 'POST').map(({ key }) => key);
  expect(new Set(keys).size).toBe(FILES);
  expect(keys.length).toBeGreaterThan(FILES);
});
