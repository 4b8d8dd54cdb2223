/** The explorer's answers against brute force over the same rows. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mirror, type Order, openMirror } from '../../main/db/index.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { temporaryFolder } from '../support/app.ts';
import { makeBatch, makeLog, makeRows, type Row, searchText } from '../support/mirrorBatches.ts';

const COUNT = 3000;
const rows = makeRows(COUNT);
const log = makeLog(rows);
let folder: ReturnType<typeof temporaryFolder>;
const key = randomBytes(32);
let mirror: Mirror;

beforeAll(async () => {
  folder = temporaryFolder();
  mirror = await openMirror({ path: join(folder.path, 'a.db'), key });
  // Odd sizes, so that bundles and segments are begun, filled and merged.
  const checkpoint = log.checkpoint(COUNT);
  for (const [begin, end] of [
    [0, 1],
    [1, 256],
    [256, 257],
    [257, 769],
    [769, 2900],
    [2900, COUNT],
  ] as const) {
    await mirror.writer.apply(makeBatch(log, begin, end, checkpoint));
  }
});
afterAll(async () => {
  await mirror.close();
  folder.remove();
});

/** As a reader would understand the filter: no code is shared with the product. */
function keeps(filter: AuditFilter, row: Row): boolean {
  const time = filter.basis === 'occurred' ? row.occurred : row.recorded;
  const any = (list: readonly string[], value: string) => list.length === 0 || list.includes(value);
  const action =
    filter.actions.length === 0 ||
    filter.actions.some((a) => (a.endsWith('.*') ? row.action.startsWith(a.slice(0, -1)) : a === row.action));
  const words = (text: string) =>
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const fold = (text: string) => text.replaceAll('ü', 'u');
  const have = words(searchText(row)).map(fold);
  const want = words(filter.text).map(fold);
  const text =
    filter.text.trim() === '' ||
    (want.length > 0 &&
      want.every((word, i) =>
        have.some((h) => (i === want.length - 1 && !/\s$/.test(filter.text) ? h.startsWith(word) : h === word)),
      ));
  return (
    (filter.from === null || time >= filter.from) &&
    (filter.to === null || time < filter.to) &&
    any(filter.actors, row.actor) &&
    any(filter.targets, row.target) &&
    any(filter.workspaces, row.workspace) &&
    any(filter.outcomes, row.outcome) &&
    action &&
    text
  );
}

const names = new Map(rows.map((row) => [row.actor, row.actorName]));
const label = (key: string) => (names.get(key) ?? key.slice(key.indexOf(':') + 1)).toLowerCase();
function compare(sort: Order['sort'], basis: 'occurred' | 'recorded') {
  const key = (row: Row): string | number => {
    if (sort === 'time') return basis === 'occurred' ? row.occurred : row.recorded;
    if (sort === 'actor') return `${label(row.actor)}\n${row.actor}`;
    if (sort === 'target') return `${row.target.slice(row.target.indexOf(':') + 1).toLowerCase()}\n${row.target}`;
    if (sort === 'outcome') return ['success', 'failure', 'denied'].indexOf(row.outcome);
    return sort === 'seq' ? row.seq : row[sort];
  };
  return (a: Row, b: Row): number => {
    const [x, y] = [key(a), key(b)];
    return x < y ? -1 : x > y ? 1 : a.seq - b.seq;
  };
}

const times = fc
  .integer({ min: -50, max: COUNT + 50 })
  .map((i) => rows[Math.max(0, Math.min(COUNT - 1, i))]!.recorded + (i % 3) - 1);
const some = <T>(values: readonly T[]) => fc.subarray([...new Set(values)], { maxLength: 3 });
const filters = fc
  .record({
    basis: fc.constantFrom('occurred' as const, 'recorded' as const),
    from: fc.option(times),
    to: fc.option(times),
    actors: some([...rows.slice(0, 30).map((row) => row.actor), 'user:nobody']),
    actions: some(['auth.*', 'thread.read', 'member.role.update', 'nothing.*', 'auth']),
    targets: some(['', 'thread:t1', 'thread:t2', 'thread:t3']),
    outcomes: some(['success', 'failure', 'denied'] as const),
    workspaces: some(['', 'w0', 'w1']),
    text: fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      fc.constantFrom(
        'alpha',
        'alpha ',
        'BRAVO n1',
        'uber',
        'delta force',
        'delta-force ',
        'near',
        'AND OR',
        'NEAR(',
        'x',
        '東京 ',
        'n',
        'a.b n2 ',
        '"',
        '* ',
        ': ^ -',
      ),
    ),
  })
  .map((filter) => AuditFilter.parse(filter));
const orders = fc.record({
  sort: fc.constantFrom('time', 'seq', 'actor', 'action', 'target', 'outcome', 'workspace') as fc.Arbitrary<
    Order['sort']
  >,
  direction: fc.constantFrom('asc', 'desc') as fc.Arbitrary<Order['direction']>,
});

/** Beginnings of words, words in every row, words of several tokens and of none. */
const typed = [
  '',
  'a',
  'al',
  'alpha d',
  'n1',
  'n1 n',
  'auth',
  'auth alpha ',
  'τ',
  'bravo bravo',
  'u\u0308ber ',
  '\u0301 ',
];

describe('explorer', () => {
  it('finds words and beginnings of words as brute force does, also when it has just been opened', async () => {
    const filter = (text: string) => AuditFilter.parse({ text });
    const order: Order = { sort: 'seq', direction: 'asc' };
    const found = async () => {
      const out: number[][] = [];
      for (const text of typed) out.push([...(await mirror.reader.matching(filter(text), order))]);
      return out;
    };
    const before = await found();
    for (const [i, text] of typed.slice(0, -1).entries()) {
      expect(before[i], text).toEqual(rows.filter((row) => keeps(filter(text), row)).map(({ seq }) => seq));
    }
    await mirror.close();
    mirror = await openMirror({ path: join(folder.path, 'a.db'), key });
    expect(await found()).toEqual(before);
  });

  it('pages, counts and locates as brute force does', async () => {
    await fc.assert(
      fc.asyncProperty(
        filters,
        orders,
        fc.nat(400),
        fc.integer({ min: 1, max: 300 }),
        async (filter, order, offset, limit) => {
          const kept = rows.filter((row) => keeps(filter, row)).sort(compare(order.sort, filter.basis));
          if (order.direction === 'desc') kept.reverse();
          const page = await mirror.reader.query(filter, order, offset, limit);
          expect(page.matched).toBe(kept.length);
          expect(page.mirrored).toBe(COUNT);
          expect(page.rows.map(({ seq }) => seq)).toEqual(kept.slice(offset, offset + limit).map(({ seq }) => seq));
          for (const i of [0, Math.floor(kept.length / 2), kept.length - 1]) {
            if (kept[i] !== undefined) expect(await mirror.reader.locate(filter, order, kept[i].seq)).toBe(i);
          }
          expect([...(await mirror.reader.matching(filter, order))]).toEqual(kept.map(({ seq }) => seq));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('counts over time and by value as brute force does', async () => {
    const fields = fc.constantFrom('actor', 'action', 'target', 'workspace', 'outcome');
    await fc.assert(
      fc.asyncProperty(filters, fields, fc.integer({ min: 1, max: 200 }), async (filter, field, buckets) => {
        const kept = rows.filter((row) => keeps(filter, row));
        const histogram = await mirror.reader.histogram(filter, buckets);
        const size = histogram.success.length;
        expect(size).toBeLessThanOrEqual(buckets);
        expect(histogram.to - histogram.from).toBe(size * histogram.bucketMs);
        const counts = { success: Array(size).fill(0), failure: Array(size).fill(0), denied: Array(size).fill(0) };
        for (const row of kept)
          counts[row.outcome][Math.floor((row[filter.basis] - histogram.from) / histogram.bucketMs)]++;
        expect({ success: histogram.success, failure: histogram.failure, denied: histogram.denied }).toEqual(counts);

        const own = {
          actor: 'actors',
          action: 'actions',
          target: 'targets',
          workspace: 'workspaces',
          outcome: 'outcomes',
        }[field];
        const others = rows.filter((row) => keeps({ ...filter, [own]: [] }, row));
        const tally = new Map<string, number>();
        for (const row of others) tally.set(row[field as 'actor'], (tally.get(row[field as 'actor']) ?? 0) + 1);
        const facet = await mirror.reader.facet(filter, field as 'actor', '', 200);
        expect(new Map(facet.map(({ value, count }) => [value, count]))).toEqual(tally);
        expect(facet.every(({ count }, i) => i === 0 || count <= facet[i - 1]!.count)).toBe(true);
      }),
      { numRuns: 150, examples: [[AuditFilter.parse({}), 'actor', 1]] },
    );
  });

  it('takes any text as words, never as syntax', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        const filter = AuditFilter.parse({ text });
        expect(
          (await mirror.reader.query(filter, { sort: 'seq', direction: 'asc' }, 0, 1)).matched,
        ).toBeLessThanOrEqual(COUNT);
      }),
      { numRuns: 300, examples: [['𠀀\u{E0100}\u{F0000}'], ['\u{E0100}']] },
    );
  });

  it('shows each row as it was', async () => {
    const all = await mirror.reader.query(AuditFilter.parse({}), { sort: 'seq', direction: 'asc' }, 0, COUNT);
    for (const [i, shown] of all.rows.entries()) {
      const row = rows[i]!;
      expect(shown).toMatchObject({
        seq: i,
        occurredAt: row.occurred,
        recordedAt: row.recorded,
        action: row.action,
        outcome: row.outcome,
      });
      expect(`${shown.actor.type}:${shown.actor.id}`).toBe(row.actor);
      expect(shown.actor.name).toBe(names.get(row.actor));
      expect(shown.target === null ? '' : `${shown.target.type}:${shown.target.id}`).toBe(row.target);
      expect(shown.workspace?.id ?? '').toBe(row.workspace);
    }
  });

  it('finds the rows of a period', async () => {
    for (const [from, to] of [
      [rows[10]!.recorded, rows[2000]!.recorded],
      [0, 1],
      [-Infinity, Infinity],
    ] as const) {
      const within = rows.filter((row) => row.recorded >= from && row.recorded < to);
      const { begin, end } = await mirror.reader.rangeOfPeriod(from, to);
      expect(end - begin).toBe(within.length);
      if (within.length > 0) expect(begin).toBe(within[0]!.seq);
    }
  });
});
