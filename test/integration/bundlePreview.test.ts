/** The preview of a bundle against the bundle, and what it costs the reader. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mirror, type MirrorReader, openMirror } from '../../main/db/index.ts';
import { estimateBundle } from '../../main/services/bundlePreview.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { makeBatch, makeLog, makeRows } from '../support/mirrorBatches.ts';
import { makeVault, plantMirror } from '../support/plantMirror.ts';

const EVENTS = 9000;
const log = makeLog(makeRows(EVENTS));
const folder = temporaryFolder();
let console_: TestConsole;
let mirror: Mirror;

beforeAll(async () => {
  const dataDir = join(folder.path, 'console');
  await makeVault(dataDir);
  await plantMirror(dataDir, 'acme', async ({ writer }) => {
    await writer.setPin(log.pin);
    await writer.apply(makeBatch(log, 0, EVENTS));
    await writer.noteSync(Date.now(), null);
  });
  mirror = await openMirror({ path: join(folder.path, 'own.db'), key: randomBytes(32) });
  await mirror.writer.apply(makeBatch(log, 0, EVENTS));
  console_ = openConsoleApp(dataDir);
  await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
});
afterAll(async () => {
  await console_?.app.close();
  await mirror?.close();
  folder.remove();
});

/** Seconds of the log that hold the first `count` events. */
const upTo = (count: number): number => log.rows[count - 1]!.recorded + 1;

it.each([
  ['a few events', 300, true, []],
  ['all that are read', 2000, true, ['actor' as const]],
  ['many, of which some are read', EVENTS, false, []],
  ['many, with a field withheld', EVENTS, false, ['detail' as const]],
])('is near what the bundle holds: %s', async (_what, count, exact, withhold) => {
  const period = { orgId: 'acme', from: 0, to: upTo(count), withhold };
  const preview = await console_.call('bundles.preview', period);
  const { result } = await console_.run('bundles.export', { ...period, sections: ['log'], path: null });
  const { bytes, events, disclosed, withheld } = result as Record<string, number>;
  expect(preview).toMatchObject({ events, estimate: { exact } });
  if (exact) expect(preview).toMatchObject({ disclosed, withheld, estimate: { sampled: events } });
  else {
    expect(preview.estimate.sampled).toBe(2048);
    expect(preview.estimate.basis).toContain('estimated from 2,048 of 9,000 events');
    expect(Math.abs(preview.disclosed / disclosed! - 1)).toBeLessThan(0.05);
  }
  expect(Math.abs(preview.estimatedBytes / bytes! - 1)).toBeLessThan(0.05);
});

it('reads no more than 2,048 events, and no more than 256 at a time', async () => {
  const reads: number[] = [];
  const reader = new Proxy(mirror.reader, {
    get: (target, name, receiver) => {
      if (name !== 'leaves') return Reflect.get(target, name, receiver) as unknown;
      return (begin: number, end: number) => {
        reads.push(end - begin);
        return target.leaves(begin, end);
      };
    },
  }) as MirrorReader;
  const { sampled } = await estimateBundle(reader, 0, EVENTS, []);
  expect(sampled).toBe(2048);
  expect(Math.max(...reads)).toBeLessThanOrEqual(256);
  // Four files are written from four passes.
  expect(reads.reduce((sum, n) => sum + n, 0)).toBe(4 * 2048);
  expect(await estimateBundle(reader, 5, 5, [])).toMatchObject({ sampled: 0, disclosed: 0, exact: true });
});
