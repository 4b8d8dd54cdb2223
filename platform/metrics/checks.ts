/** Observations of up and down, and the stored spans that follow from them, recomputed around what came late. */
import { DAY, type StateSpan } from '../../shared/sla/model.ts';
import { only, type Tx } from '../db/database.ts';
import { type Observation, type Replacement, replaced, spansOf } from './derive.ts';
import { nextMetricVersions, type Series } from './series.ts';

/** Stores observations; gives those there were none for at their instant: the first that was told of an instant stands. */
async function keep(tx: Tx, series: number, checks: readonly Observation[], now: number): Promise<Observation[]> {
  const rows = await tx.query<Observation>(
    `INSERT INTO metric_checks (series, at, up, taken_at)
     SELECT $1, at, up, $4::bigint
     FROM unnest(string_to_array($2, ',')::bigint[], string_to_array($3, ',')::boolean[]) AS c(at, up)
     ON CONFLICT DO NOTHING RETURNING at, up`,
    [series, checks.map(({ at }) => at).join(','), checks.map(({ up }) => up).join(','), now],
  );
  return rows.sort((a, b) => a.at - b.at);
}

/** Observations from the last before `first` to the first after `last`. */
async function around(tx: Tx, series: number, first: number, last: number): Promise<Observation[]> {
  return await tx.query<Observation>(
    `SELECT at, up FROM metric_checks WHERE series = $1
       AND at >= coalesce((SELECT max(at) FROM metric_checks WHERE series = $1 AND at < $2), $2)
       AND at <= coalesce((SELECT min(at) FROM metric_checks WHERE series = $1 AND at > $3), $3) ORDER BY at`,
    [series, first, last],
  );
}

/** Takes spans away and lays others down, with a cut for those who hold the first. The caller holds the organization's lock. */
export async function replaceSpans(tx: Tx, series: number, { removed, added }: Replacement): Promise<void> {
  if (removed.length === 0 && added.length === 0) return;
  const first = await nextMetricVersions(tx, (removed.length > 0 ? 1 : 0) + added.length);
  if (removed.length > 0) {
    const stretch = [series, removed[0]!.from, removed.at(-1)!.to];
    await tx.query('DELETE FROM metric_spans WHERE series = $1 AND from_ms >= $2 AND to_ms <= $3', stretch);
    // An earlier cut within this one voids nothing that this one does not.
    await tx.query(
      'DELETE FROM metric_cuts WHERE series = $1 AND from_ms >= $2 AND from_ms < $3 AND to_ms <= $3',
      stretch,
    );
    await tx.query('INSERT INTO metric_cuts (series, from_ms, to_ms, version) VALUES ($1, $2, $3, $4)', [
      ...stretch,
      first,
    ]);
  }
  if (added.length === 0) return;
  const columns = [added.map(({ from }) => from), added.map(({ to }) => to), added.map(({ up }) => up)];
  await tx.query(
    `INSERT INTO metric_spans (series, from_ms, to_ms, up, version)
     SELECT $1, f, t, up, $2::bigint + n - 1
     FROM unnest(string_to_array($3, ',')::bigint[], string_to_array($4, ',')::bigint[], string_to_array($5, ',')::boolean[])
       WITH ORDINALITY AS s(f, t, up, n)`,
    [series, first + (removed.length > 0 ? 1 : 0), ...columns.map((column) => column.join(','))],
  );
}

/** Observations further apart are looked at apart: what lies between need not be read. */
const APART_MS = 7 * DAY;
/** So many groups at most: each costs a few statements. */
const GROUPS_MAX = 50;

/** Observations by rising time, parted where they lie far apart. */
function groupsOf(news: readonly Observation[]): Observation[][] {
  const groups: Observation[][] = [];
  for (const one of news) {
    const last = groups.at(-1);
    const near = last !== undefined && one.at - last.at(-1)!.at <= APART_MS;
    if (last !== undefined && (near || groups.length >= GROUPS_MAX)) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

type Observed = Pick<Series, 'id' | 'hold_ms' | 'thinned_to'>;

/** Spans that touch [from, to]; `to` null: all from there on. */
async function touching(tx: Tx, series: number, from: number, to: number | null): Promise<StateSpan[]> {
  return await tx.query<StateSpan>(
    `SELECT from_ms AS "from", to_ms AS "to", up FROM metric_spans
     WHERE series = $1 AND to_ms >= $2 AND ($3::bigint IS NULL OR from_ms <= $3) ORDER BY from_ms`,
    [series, from, to],
  );
}

/** Where its neighbours are kept: the spans between the observations around the new ones follow from these alone. */
async function derive(tx: Tx, { id, hold_ms, thinned_to }: Observed, news: readonly Observation[]): Promise<void> {
  const first = news[0]!.at;
  const last = news.at(-1)!.at;
  // What comes before may have been a later one that is kept no more: then its span tells of it.
  const known = (await around(tx, id, first, last)).filter(({ at }) => at >= first || at >= thinned_to);
  const from = known[0]!.at;
  const until = known.at(-1)!.at;
  const closed = until > last;
  const before = await touching(tx, id, from, closed ? until : null);
  const derived = spansOf(known, hold_ms)
    .map((span) => (closed ? { ...span, to: Math.min(span.to, until) } : span))
    .filter((span) => span.from < span.to);
  // After the newest observation of all, whatever an earlier one was held for is void.
  const to = closed ? until : Math.max(last, derived.at(-1)?.to ?? 0, before.at(-1)?.to ?? 0);
  await replaceSpans(tx, id, replaced(before, { from, to }, derived));
}

/** Where its neighbours may be kept no more: it stands until the next that is known, by an observation or by where a span begins or ends. */
async function deriveAlone(tx: Tx, { id, hold_ms }: Observed, one: Observation): Promise<void> {
  const { next } = only(
    await tx.query<{ next: number | null }>(
      `SELECT min(edge) AS next FROM (
         SELECT min(at) AS edge FROM metric_checks WHERE series = $1 AND at > $2
         UNION ALL SELECT min(to_ms) FROM metric_spans WHERE series = $1 AND to_ms > $2
         UNION ALL SELECT min(from_ms) FROM metric_spans WHERE series = $1 AND from_ms > $2) e`,
      [id, one.at],
    ),
  );
  const derived = spansOf([one], hold_ms, next);
  const to = next ?? derived[0]?.to ?? one.at;
  await replaceSpans(tx, id, replaced(await touching(tx, id, one.at, to), { from: one.at, to }, derived));
}

/**
 * Takes observations, in any order and of any time, and brings the spans up to them. Gives those that were new, by rising time. Of several at
 * one instant the first told stands; of several in this call the one that is down. The caller holds the organization's lock.
 */
export async function observe(
  tx: Tx,
  series: Observed,
  checks: readonly Observation[],
  now: number,
): Promise<Observation[]> {
  if (checks.length === 0) return [];
  const sorted = [...checks].sort((a, b) => a.at - b.at || Number(a.up) - Number(b.up));
  const distinct = sorted.filter(({ at }, i) => sorted[i - 1]?.at !== at);
  const news = await keep(tx, series.id, distinct, now);
  const recent = news.filter(({ at }) => at > series.thinned_to);
  for (const one of news.slice(0, news.length - recent.length)) await deriveAlone(tx, series, one);
  for (const group of groupsOf(recent)) await derive(tx, series, group);
  return news;
}
