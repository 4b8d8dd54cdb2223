/** Metrics in the mirror: pages as they come, taken over whole or not at all. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEncrypted } from '../../main/db/connect.ts';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { MetricStore } from '../../main/db/read/metrics.ts';
import { mergeRollup, noSums } from '../../shared/sla/chunk.ts';
import { DAY, HOUR, MINUTE } from '../../shared/sla/model.ts';
import { temporaryFolder } from '../support/app.ts';
import { chunkLines, cutLine, type Line, pageOf, spanLine } from '../support/metricPages.ts';

const T0 = Date.UTC(2026, 2, 1);
const key = randomBytes(32);
let folder: ReturnType<typeof temporaryFolder>;
let mirror: Mirror;
let store: MetricStore;
let close: () => void;
let cursor = 0;
let series = 100;

beforeAll(async () => {
  folder = temporaryFolder();
  const path = join(folder.path, 'mirror.db');
  mirror = await openMirror({ path, key });
  const db = openEncrypted({ path, key, readonly: true });
  store = new MetricStore(db);
  close = () => db.close();
});
afterAll(async () => {
  close();
  await mirror.close();
  folder.remove();
});

/** Applies lines, whose versions count from the cursor, as one page; answers the versions before it. */
async function apply(lines: readonly Line[]): Promise<number> {
  const base = cursor;
  const raised = lines.map((line) => ({ ...line, version: line.version + base }));
  const { next } = await mirror.writer.applyMetrics(pageOf(raised, base), base, 0);
  cursor = next;
  return base;
}

const some = (n: number, at: number, failed = false) =>
  Array.from({ length: n }, (_, i) => ({ at, ms: 10 + i, failed }));
const sumsOf = (store: MetricStore, series: number) => {
  const sums = noSums();
  for (const { bytes } of store.rollups(series, T0 - DAY, T0 + 10 * DAY)) mergeRollup(bytes, sums);
  return sums.totals;
};

describe('hours', () => {
  it('keeps minutes, rolls hours up, and tells which days changed', async () => {
    const one = series++;
    const requests = [...some(5, T0 + MINUTE), ...some(2, T0 + 30 * HOUR + 59 * MINUTE, true)];
    const base = await apply(chunkLines(one, requests, 1));
    expect(sumsOf(store, one)).toEqual({ count: 7, errors: 2, timed: 7, sumUs: 81_000 });
    expect(sumsOf(store, one + 1)).toEqual({ count: 0, errors: 0, timed: 0, sumUs: 0 });
    expect([...store.days(one)]).toEqual([
      [T0 / DAY, base + 1],
      [T0 / DAY + 1, base + 2],
    ]);
    expect(store.extent(one)).toEqual({ first: T0 + MINUTE, last: T0 + 31 * HOUR });
    expect(store.extent(one + 1)).toBeNull();
    expect((await mirror.reader.state()).metricCursor).toBe(base + 2);
  });

  it('takes late data for the hour in place of what it had', async () => {
    const one = series++;
    await apply(chunkLines(one, some(3, T0), 1));
    const base = await apply(chunkLines(one, [...some(3, T0), ...some(4, T0 + 5 * MINUTE, true)], 9));
    expect(sumsOf(store, one)).toMatchObject({ count: 7, errors: 4 });
    expect([...store.days(one)]).toEqual([[T0 / DAY, base + 9]]);
    expect(store.cursor()).toBe(base + 9);
  });

  const good = chunkLines(1, some(3, T0), 2)[0]!;
  it.each<[string, readonly unknown[]]>([
    [
      'totals that are not those of the minutes',
      [{ ...good, totals: { count: 4, errors: 0, timed: 3, sumUs: 33_000 } }],
    ],
    ['bytes that are no chunk', [{ ...good, bytes: 'AAAA' }]],
    ['bytes with padding', [{ ...good, bytes: `${good.bytes}=` }]],
    ['an hour that is none', [{ ...good, hour: T0 + 1 }]],
    ['a field nobody knows', [{ ...good, more: 1 }]],
    ['versions that fall', [{ ...good, version: 3 }, good]],
    ['a version that is no number', [{ ...good, version: 'new' }]],
    ['a kind nobody knows', [{ ...good, kind: 'minute' }]],
    ['a span that ends before it begins', [spanLine(1, T0, T0, true, 2)]],
    ['a series beyond all', [{ ...good, series: 2 ** 40 }]],
  ])('refuses %s, and keeps nothing of the page', async (_what, lines) => {
    const one = series++;
    const before = cursor;
    const first = chunkLines(one, some(1, T0), 1);
    await expect(apply([...first, ...(lines as Line[])])).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
    expect([store.cursor(), sumsOf(store, one).count, store.days(one).size]).toEqual([before, 0, 0]);
  });

  it.each([
    ['a version it already has', () => pageOf([{ ...good, version: cursor }], cursor)],
    ['no last line', () => Uint8Array.from(Buffer.from('{"version":1}\n'))],
    ['a cursor that goes back', () => pageOf([], cursor - 1)],
    ['more of nothing', () => pageOf([], cursor, true)],
    ['bytes that are no UTF-8', () => Uint8Array.of(0xff, 0xff, 0x0a)],
  ])('refuses a page with %s', async (_what, page) => {
    await expect(mirror.writer.applyMetrics(page(), cursor, 0)).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
  });

  it('refuses a page that does not follow what is here', async () => {
    const before = cursor - 1;
    await expect(mirror.writer.applyMetrics(pageOf([], before), before, 0)).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('spans', () => {
  it('keeps the newest word on each instant, like a line of seconds painted over', async () => {
    const length = 40;
    const change = fc.record({
      kind: fc.constantFrom('up', 'down', 'cut'),
      from: fc.nat(length - 1),
      span: fc.integer({ min: 1, max: 15 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
        const one = series++;
        const painted = new Array<boolean | null>(length + 15).fill(null);
        const lines = changes.map(({ kind, from, span }, i) => {
          painted.fill(kind === 'cut' ? null : kind === 'up', from, from + span);
          const stretch = [one, T0 + from * 1_000, T0 + (from + span) * 1_000] as const;
          return kind === 'cut' ? cutLine(...stretch, i + 1) : spanLine(...stretch, kind === 'up', i + 1);
        });
        await apply(lines);
        const spans = store.spans(one, T0, T0 + DAY);
        const stored = painted.map((_state, second) => {
          const at = T0 + second * 1_000;
          const inside = spans.filter(({ from, to }) => from <= at && at < to);
          expect(inside.length).toBeLessThan(2);
          return inside[0]?.up ?? null;
        });
        expect(stored).toEqual(painted);
      }),
    );
  });

  it('marks every day a span touches', async () => {
    const one = series++;
    await apply([spanLine(one, T0 + DAY - 1, T0 + 2 * DAY + 1, false, 4)]);
    expect([...store.days(one).keys()]).toEqual([0, 1, 2].map((day) => T0 / DAY + day));
    expect(store.extent(one)).toEqual({ first: T0 + DAY - 1, last: T0 + 2 * DAY + 1 });
  });
});
