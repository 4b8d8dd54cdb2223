/**
 * A whole real CloudTrail set, end to end: imported into a tenant, synced over real HTTP into an encrypted mirror, every event compared with the
 * source file, exported, verified by our verifier and with standard tools in a clean folder.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../main/crypto.ts';
import { ed25519Pem } from '../../shared/bundle/keys.ts';
import { STANDARD_COMMANDS } from '../../shared/bundle/verifyGuide.ts';
import { parseVkey } from '../../shared/log/index.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import {
  ADMIN,
  createAdmin,
  type PlatformProcess,
  platformCommand,
  servePlatform,
} from '../support/platformProcess.ts';
import { sharedData } from '../support/sharedData.ts';

const ORG = 'acme';
const source = sharedData('audit-cloudtrail/events.jsonl');

interface Original {
  readonly text: string;
  readonly eventTime: string;
  readonly failed: boolean;
}

function originals(path: string): Original[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => {
      const { eventTime, errorCode } = JSON.parse(text) as { eventTime: string; errorCode?: string };
      return { text, eventTime, failed: errorCode !== undefined };
    });
}

describe.skipIf(source === null)('real CloudTrail events', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let platform: PlatformProcess;
  let console_: TestConsole;

  beforeAll(async () => {
    folder = temporaryFolder();
    const data = join(folder.path, 'platform');
    createAdmin(data, ORG, 'Acme');
    platformCommand(['import', 'cloudtrail', source!, '--org', ORG, '--data', data]);
    platform = await servePlatform(data);
    console_ = openConsoleApp(join(folder.path, 'console'));
    await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
    const draft = await console_.call('connections.begin', { url: platform.url, ...ADMIN, totp: null });
    const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
    await console_.call('connections.confirm', { draftId: draft.draftId, pins });
    await console_.run('sync.start', { orgId: ORG });
  });
  afterAll(async () => {
    await console_?.app.close();
    await platform?.stop();
    folder?.remove();
  });

  it('mirrors every event of the file, verbatim and in order', async () => {
    const expected = originals(source!);
    const [org] = await console_.call('orgs.list', {});
    const found: Original[] = [];
    for (let seq = 0; seq < org!.counts.events; seq++) {
      const { row, disclosures, withheld } = await console_.call('audit.get', { orgId: ORG, seq });
      expect(withheld).toBe(0);
      const detail = disclosures.find(({ name }) => name === 'detail')?.value as { format?: string; original?: string };
      // The import's own start and end name the format too, without an original.
      if (detail?.format !== 'cloudtrail' || detail.original === undefined) continue;
      const eventTime = new Date(row.occurredAt).toISOString().replace('.000Z', 'Z');
      found.push({ text: detail.original, eventTime, failed: row.outcome !== 'success' });
    }
    expect(found.length).toBe(expected.length);
    expect(found).toEqual(expected);
    expect(org!.integrity.state).toBe('proven');
  });

  it('finds in the explorer what the file holds', async () => {
    const expected = originals(source!);
    const word = 'GetRegionOptStatus';
    const count = expected.filter(({ text }) => text.includes(`"eventName":"${word}"`)).length;
    expect(count).toBeGreaterThan(0);
    const page = await console_.call('audit.query', { orgId: ORG, filter: { text: word } });
    expect(page.matched).toBe(expected.filter(({ text }) => new RegExp(`\\b${word}`, 'i').test(text)).length);
    const second = Date.parse(expected[0]!.eventTime);
    const same = expected.filter(({ eventTime }) => Date.parse(eventTime) === second).length;
    const atSecond = { from: second, to: second + 1000 };
    expect((await console_.call('audit.query', { orgId: ORG, filter: atSecond })).matched).toBe(same);
  });

  it('exports a bundle that our verifier and the standard tools accept', async () => {
    const period = { orgId: ORG, from: 0, to: Date.now() + 60_000 };
    const job = await console_.run('bundles.export', {
      ...period,
      ...{ sections: ['log', 'events', 'access', 'report'], withhold: [], path: null },
    });
    const { path, events } = job.result as { path: string; events: number };
    const [org] = await console_.call('orgs.list', {});
    expect(events).toBe(org!.counts.events);
    const report = (await console_.run('bundles.verify', { path, trust: [] })).result;
    expect(report).toMatchObject({ exit: 0, verdict: 'valid', bundle: { events } });
    const clean = join(folder.path, 'clean');
    mkdirSync(clean);
    writeFileSync(join(clean, 'bundle.pub.pem'), (await console_.call('bundles.signer', {})).pem);
    const { pinned } = await console_.call('integrity.get', { orgId: ORG });
    writeFileSync(join(clean, 'log.pub.pem'), ed25519Pem(parseVkey(pinned!.vkey, sha256).publicKey));
    expect(spawnSync('unzip', ['-q', path, '-d', clean]).status).toBe(0);
    const bag = join(clean, readdirSync(clean).find((name) => name.endsWith('.mcbundle'))!);
    const run = (command: string) => spawnSync('bash', ['-c', command], { cwd: bag, encoding: 'utf8' });
    const [links, ...rest] = STANDARD_COMMANDS;
    expect(run(links)).toMatchObject({ stdout: '' });
    for (const command of rest) expect(run(command).status, command).toBe(0);
    const leaves = join(bag, 'data/events/leaves.ndjson');
    writeFileSync(leaves, readFileSync(leaves, 'utf8').replace('"success"', '"failure"'));
    expect(rest.some((command) => run(command).status !== 0)).toBe(true);
  });
});
