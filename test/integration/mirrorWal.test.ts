/** A mirror whose write-ahead log was hurt after a kill: damage is named, an older state is noticed, neither passes for the newest. */
import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { noticeRestored } from '../../main/sync/sync.ts';
import { verifyMirror } from '../../main/sync/verifyMirror.ts';
import { toHex } from '../../shared/bytes.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { temporaryFolder } from '../support/app.ts';
import { makeBatch, makeLog, makeRows, searchText } from '../support/mirrorBatches.ts';
import { frameOffset, readWal, type Wal, type WalFrame, writeWal } from '../support/walFile.ts';

const COUNT = 900;
const IN_FILE = 300;
const STEP = 100;
const log = makeLog(makeRows(COUNT));
/** Every word of the events. */
const WORDS = [
  ...new Set(
    log.rows.flatMap(
      (row) =>
        searchText(row)
          .toLowerCase()
          .match(/[\p{L}\p{N}]+/gu) ?? [],
    ),
  ),
];
const key = randomBytes(32);
const checkpoint = log.checkpoint(COUNT);
const seen = { size: COUNT, root: toHex(checkpoint.root) };
const lastSeen = { lastSeen: async () => seen, setLastSeen: async () => {} };
let folder: ReturnType<typeof temporaryFolder>;
let original = '';
let wal: Wal;
let whole = Buffer.alloc(0);
let truth = '';

/** Files as a killed process leaves them: 300 events in the database, six commits of 100 in its log. */
beforeAll(async () => {
  folder = temporaryFolder();
  const path = join(folder.path, 'live.db');
  original = join(folder.path, 'original.db');
  const mirror = await openMirror({ path, key });
  await mirror.writer.setPin(log.pin);
  await mirror.writer.apply(makeBatch(log, 0, IN_FILE));
  await mirror.writer.checkpointWal();
  for (let at = IN_FILE; at < COUNT; at += STEP) await mirror.writer.apply(makeBatch(log, at, at + STEP));
  for (const suffix of ['', '-wal', '.check']) copyFileSync(path + suffix, original + suffix);
  truth = await told(mirror);
  await mirror.close();
  whole = readFileSync(`${original}-wal`);
  wal = readWal(whole);
});
afterAll(() => folder.remove());

async function told({ reader }: Mirror): Promise<string> {
  const order = { sort: 'seq', direction: 'asc' } as const;
  const { range, completed, producers } = await reader.state();
  const { rows } = await reader.query(AuditFilter.parse({}), order, 0, COUNT);
  const { leaves, disclosures } = await reader.leaves(0, Math.min(COUNT, range.size));
  const found = await Promise.all(WORDS.map((text) => reader.matching(AuditFilter.parse({ text }), order)));
  return JSON.stringify([range, completed, producers, rows, leaves, disclosures, found.map((seqs) => [...seqs])]);
}

let copies = 0;
/** What becomes of a log: a code, or what the console notices. */
async function verdict(bytes: Buffer): Promise<string> {
  const path = join(folder.path, `copy-${copies++}.db`);
  for (const suffix of ['', '.check']) copyFileSync(original + suffix, path + suffix);
  writeFileSync(`${path}-wal`, bytes);
  let mirror: Mirror | null = null;
  try {
    mirror = await openMirror({ path, key });
    if (await noticeRestored(mirror, 'acme', lastSeen, () => 1)) return 'restored';
    if ((await told(mirror)) === truth) return 'same';
    const { matched } = await verifyMirror({ mirror, signal: new AbortController().signal });
    return matched ? 'ACCEPTED' : 'tampered';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await mirror?.close();
  }
}

async function verdicts(logs: readonly Buffer[]): Promise<string[]> {
  const all = new Set<string>();
  for (const bytes of logs) all.add(await verdict(bytes));
  return [...all].sort();
}

const rebuilt = (frames: readonly WalFrame[]): Buffer => writeWal({ header: wal.header, frames });

it('takes an unhurt log, and one put together anew, for what it is', async () => {
  expect(wal.frames.filter(({ commit }) => commit > 0).length).toBe((COUNT - IN_FILE) / STEP);
  expect(await verdicts([whole, rebuilt(wal.frames)])).toEqual(['same']);
});

it('notices a flipped bit anywhere in header, frame heads and pages', async () => {
  const used = frameOffset(wal, wal.frames.length);
  const flipped = Array.from({ length: 40 }, (_, i) => {
    const at = i < 8 ? i * 4 : i < 16 ? frameOffset(wal, i) + (i % 6) * 4 : Math.floor((used * i) / 40);
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 1 << (i % 8);
    return bytes;
  });
  expect(await verdicts(flipped)).toEqual(['restored']);
});

it('notices a log that was cut, emptied or removed', async () => {
  const used = frameOffset(wal, wal.frames.length);
  const lengths = [0, 1, 31, 32, ...[0.1, 0.3, 0.5, 0.7, 0.9, 0.99].map((part) => Math.floor(used * part)), used - 1];
  expect(await verdicts(lengths.map((length) => whole.subarray(0, length)))).toEqual(['restored']);
});

it('notices frames that changed places', async () => {
  const swapped = [1, 5, 20, 40].map((first) => {
    const size = frameOffset(wal, 1) - frameOffset(wal, 0);
    const [a, b] = [frameOffset(wal, first), frameOffset(wal, first + 7)];
    const bytes = Buffer.from(whole);
    whole.copy(bytes, a, b, b + size);
    whole.copy(bytes, b, a, a + size);
    return bytes;
  });
  expect(await verdicts(swapped)).toEqual(['restored']);
});

it('names pages altered under right checksums', async () => {
  const altered = [3, 17, 31, wal.frames.length - 1].map((index) =>
    rebuilt(
      wal.frames.map((frame, i) => {
        if (i !== index) return frame;
        const data = Buffer.from(frame.data);
        data[4000]! ^= 4;
        return { ...frame, data };
      }),
    ),
  );
  // Where a later frame holds the same page, the altered one is never read.
  expect(await verdicts(altered)).not.toContain('ACCEPTED');
  const exchanged = [2, 9, 30].map((first) => {
    const other = wal.frames.findIndex(({ page }, i) => i > first && page !== wal.frames[first]!.page);
    const put = (i: number): Buffer => wal.frames[i === first ? other : i === other ? first : i]!.data;
    return rebuilt(wal.frames.map((frame, i) => ({ ...frame, data: put(i) })));
  });
  expect(await verdicts(exchanged)).not.toContain('ACCEPTED');
});

it('finds rows, counters, names and search words in which a page of an earlier commit was put back', async () => {
  const replayed: Buffer[] = [];
  for (const page of new Set(wal.frames.map((frame) => frame.page))) {
    const at = wal.frames.flatMap((frame, i) => (frame.page === page ? [i] : []));
    const [old, last] = [at.at(-2), at.at(-1)];
    if (old === undefined || last === undefined) continue;
    replayed.push(
      rebuilt(wal.frames.map((frame, i) => (i === last ? { ...frame, data: wal.frames[old]!.data } : frame))),
    );
  }
  expect(replayed.length).toBeGreaterThan(3);
  const all = await verdicts(replayed);
  expect(all).not.toContain('ACCEPTED');
  expect(all).toContain('tampered');
});
