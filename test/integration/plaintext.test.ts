/** No mirrored value, token, password or key is found in the clear in any file that a session leaves, even when it is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { databaseKey, mirrorPaths } from '../../main/keys/mirrorKeys.ts';
import { Vault } from '../../main/keys/vault.ts';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { noKeychain, PASSPHRASE, temporaryFolder } from '../support/app.ts';

const ORG = { id: 'plainorg', name: 'Organization Zqxorgname' };
const USER = { email: 'zqxaccount@plain.example', name: 'Zqxaccount Person', password: 'zqx password of the account' };
/** Values planted in every part of an event; words that occur nowhere else. */
const PLANTED = ['zqxactor', 'zqxtarget', 'zqxdetail', 'zqxagent', 'zqx.verb', 'zqxevidence'];
const EVENTS = 12_000;

let folder: ReturnType<typeof temporaryFolder>;
let platform: Platform;

async function append(from: number, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, i) => ({
    action: 'zqx.verb',
    actor: { type: 'user' as const, id: `zqxactor-${(from + i) % 50}` },
    target: { type: 'thread', id: `zqxtarget-${(from + i) % 900}` },
    disclosures: {
      actor: { name: `zqxactor ${(from + i) % 50}`, email: `zqxactor-${(from + i) % 50}@plain.example` },
      source: { ip: '203.0.113.7', user_agent: 'zqxagent/1' },
      detail: { text: `zqxdetail number ${from + i}` },
    },
  }));
  for (let at = 0; at < events.length; at += 1000) {
    await platform.core.tenant(ORG.id, (tx) => appendEvents(tx, ORG.id, events.slice(at, at + 1000)));
  }
  await publishCheckpoint(platform.core, ORG.id);
}

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await createPlatform({ dataDir: null, checkpointMsMin: 0 });
  const user = await createUser(platform.core, USER);
  await createOrganization(platform.core, { ...ORG, ownerId: user.id });
  await append(0, EVENTS);
  await platform.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await platform?.close();
  folder?.remove();
});

/** Files below a folder that hold one of the byte strings, with what they hold. */
function scan(root: string, markers: readonly { name: string; bytes: Buffer }[]): { files: string[]; found: string[] } {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(root, name), { throwIfNoEntry: false })?.isFile(),
  );
  const found = files.flatMap((file) => {
    const content = readFileSync(join(root, file));
    return markers.filter(({ bytes }) => content.includes(bytes)).map(({ name }) => `${file}: ${name}`);
  });
  return { files, found };
}

/** A text as it may lie on disk: UTF-8, UTF-16, base64 of it at each of the three alignments. */
function textMarkers(name: string, text: string): { name: string; bytes: Buffer }[] {
  const inner = Buffer.from(text);
  const aligned = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), inner])
      .toString('base64')
      .replace(/=+$/, '');
    // Only whole groups that depend on the text alone.
    return encoded.slice(shift === 0 ? 0 : 4, encoded.length - (encoded.length % 4));
  });
  const forms = [
    inner,
    Buffer.from(text, 'utf16le'),
    ...aligned.filter((form) => form.length >= 8).map((f) => Buffer.from(f)),
  ];
  return forms.map((bytes, i) => ({ name: `${name} (form ${i})`, bytes }));
}

function keyMarkers(name: string, key: Buffer): { name: string; bytes: Buffer }[] {
  const hex = key.toString('hex');
  const forms = [hex, hex.toUpperCase(), key.toString('base64').replace(/=+$/, ''), key.toString('base64url')];
  return [
    { name: `${name} (raw)`, bytes: key },
    ...forms.map((form, i) => ({ name: `${name} (text ${i})`, bytes: Buffer.from(form) })),
  ];
}

it('leaves nothing readable behind after search, cancelled exports and SIGKILL', async () => {
  const dataDir = join(folder.path, 'data');
  const temporary = join(folder.path, 'tmp');
  mkdirSync(temporary);
  const address = platform.app.server.address() as { port: number };
  const script = join(import.meta.dirname, '..', 'support', 'plaintextSession.ts');
  const args = [script, `http://127.0.0.1:${address.port}`, dataDir, USER.email, ORG.id, 'zqxdetail'];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...{ MC_PASSWORD: USER.password, MC_PASSPHRASE: PASSPHRASE },
      ...{ TMPDIR: temporary, TMP: temporary, TEMP: temporary, SQLITE_TMPDIR: temporary },
    },
  });
  const exited = once(child, 'exit');
  const secrets: string[] = [USER.password, PASSPHRASE];
  let ready: unknown = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { secret?: string; ready?: unknown; syncing?: boolean };
    if (message.secret) secrets.push(message.secret);
    if (message.ready) {
      ready = message.ready;
      await append(EVENTS, 6000);
      child.stdin.write('go\n');
    }
    if (message.syncing) child.kill('SIGKILL');
  }
  expect((await exited)[1]).toBe('SIGKILL');
  expect(ready).toEqual({ matched: EVENTS, bundleEnd: 'cancelled', rowsEnd: 'cancelled' });
  // Recovery code, two tokens of the sign-in, at least one organization token.
  expect(secrets.length).toBeGreaterThanOrEqual(6);

  const vault = new Vault({ dataDir, keychain: noKeychain, now: Date.now });
  await vault.unlock('passphrase', PASSPHRASE);
  const key = Buffer.from(await databaseKey(vault, mirrorPaths(dataDir, ORG.id), Date.now));
  vault.lock();
  const markers = [
    ...PLANTED.flatMap((text) => textMarkers(text, text)),
    ...[USER.email, USER.name, ORG.name].flatMap((text) => textMarkers(text, text)),
    ...secrets.flatMap((text, i) => textMarkers(`secret ${i}`, text)),
    ...keyMarkers('mirror key', key),
  ];
  const { files, found } = scan(folder.path, markers);
  expect(found).toEqual([]);
  // The scan looked at what matters, and can find what it looks for.
  expect(files).toEqual(
    expect.arrayContaining([
      `data/mirrors/${ORG.id}.db`,
      'data/console.db',
      'data/logs/console.log',
      'data/vault.json',
    ]),
  );
  const stored = files.filter((name) => name.startsWith(`data/mirrors/${ORG.id}.db`));
  expect(stored.reduce((sum, name) => sum + statSync(join(folder.path, name)).size, 0)).toBeGreaterThan(1_000_000);
  writeFileSync(join(temporary, 'seeded'), Buffer.concat([Buffer.from('x'), key, Buffer.from(secrets.at(-1)!)]));
  expect(scan(folder.path, markers).found.map((line) => line.replace(/secret \d+/, 'secret'))).toEqual(
    expect.arrayContaining(['tmp/seeded: secret (form 0)', 'tmp/seeded: mirror key (raw)']),
  );
});
