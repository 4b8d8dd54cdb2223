/** Metrics of the demo: an API, a portal that probes look at, and the jobs of a workspace, with outages and a slow burn. */
import { DAY, HOUR, MINUTE, type StateSpan } from '../../shared/sla/model.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { lockOrg } from '../log/append.ts';
import { replaceSpans } from '../metrics/checks.ts';
import { type HourRow, writeHours } from '../metrics/chunks.ts';
import { cutAtDays } from '../metrics/derive.ts';
import { seriesFor } from '../metrics/series.ts';
import type { DemoOrganization } from './organizations.ts';
import { SeededRandom } from './random.ts';
import type { HourKind, Mood, TrafficStock } from './traffic.ts';

/** Told minute by minute; what lies before has every tenth minute. */
export const CLOSE_DAYS = 35;
const COARSE_MINUTES = 6;
/** The slow burn under way when the demo ends. */
const BURN_HOURS = 30;
const WRITE_HOURS = 2_000;

export const API = 'api';
export const PORTAL = 'portal';
export const JOBS = 'jobs';

export interface Outage {
  readonly from: number;
  readonly to: number;
}

export interface MetricScene {
  readonly organization: DemoOrganization;
  /** First workspace, whose jobs are measured. */
  readonly workspace: string;
  readonly seed: string;
  readonly from: number;
  readonly end: number;
  /** Maintenance: what happens in it counts for nothing. */
  readonly maintenance: Outage;
  /** A little fails in the last hours. */
  readonly burning: boolean;
}

/** One or two outages each four weeks, of minutes, whole minutes apart from any other. */
export function outagesOf({ seed, organization, from, end, maintenance }: MetricScene): Outage[] {
  const random = new SeededRandom(`${seed}/outages/${organization.id}`);
  const outages: Outage[] = [];
  for (let at = from; at < end - 3 * DAY; at += 14 * DAY) {
    const day = at + Math.floor(random.fraction() * 10 * 24 * 60) * MINUTE;
    const length = (3 + random.below(random.chance(0.3) ? 70 : 16)) * MINUTE;
    if (day + length < end - 2 * DAY && (day > maintenance.to || day + length < maintenance.from))
      outages.push({ from: day, to: day + length });
  }
  return [...outages, { from: maintenance.from + 10 * MINUTE, to: maintenance.from + 50 * MINUTE }].sort(
    (a, b) => a.from - b.from,
  );
}

/** On a working day five weeks ago, in the afternoon of Europe and the morning of America: what a credit is paid for. */
function incidentOf(end: number): Outage {
  let day = Math.floor(end / DAY) * DAY - 34 * DAY;
  while ([0, 6].includes(new Date(day).getUTCDay())) day += DAY;
  const from = day + 15 * HOUR;
  return { from, to: from + 52 * MINUTE };
}

/** Up all the time but for the outages. */
function spansOf(from: number, end: number, outages: readonly Outage[]): StateSpan[] {
  const spans: StateSpan[] = [];
  let at = from;
  for (const outage of outages) {
    spans.push({ from: at, to: outage.from, up: true }, { ...outage, up: false });
    at = outage.to;
  }
  return cutAtDays([...spans, { from: at, to: end, up: true }]);
}

/** Busy by day, calm by night and on Sundays; UTC is near enough for a demo. */
function busy(hour: number): number {
  const date = new Date(hour);
  const day = 0.35 + 0.65 * Math.max(0, Math.sin(((date.getUTCHours() - 5) / 15) * Math.PI));
  return day * (date.getUTCDay() === 0 ? 0.5 : 1);
}

function* hoursOf(
  stock: TrafficStock,
  scene: MetricScene,
  kind: Pick<HourKind, 'level' | 'middleUs'>,
  moodOf: (hour: number) => Mood,
): Generator<HourRow> {
  const { from, end } = scene;
  const close = end - CLOSE_DAYS * DAY;
  for (let hour = Math.floor(from / HOUR) * HOUR; hour + MINUTE <= end; hour += HOUR) {
    // Few levels, so that the stock stays small.
    const level = Math.max(1, Math.round(kind.level * busy(hour)));
    const minutes = hour >= close ? 60 : COARSE_MINUTES;
    yield stock.at(hour, { ...kind, level, minutes, mood: moodOf(hour) }, end);
  }
}

async function store(tx: Tx, series: number, rows: Iterable<HourRow>): Promise<void> {
  let batch: HourRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < WRITE_HOURS) continue;
    await writeHours(tx, series, batch);
    batch = [];
  }
  if (batch.length > 0) await writeHours(tx, series, batch);
}

/** Writes the metrics of one organization as if they had been told all along. */
export async function addDemoMetrics(core: Core, stock: TrafficStock, scene: MetricScene): Promise<void> {
  const { organization, workspace, from, end } = scene;
  const { id: orgId, share } = organization;
  const outages = outagesOf(scene);
  const touched = (hour: number): boolean => outages.some((one) => one.from < hour + HOUR && one.to > hour);
  const burnFrom = end - BURN_HOURS * HOUR;
  const slowFrom = end - 17 * DAY;
  const apiMood = (hour: number): Mood => {
    if (touched(hour)) return 'errors';
    if (scene.burning && hour >= burnFrom) return 'burn';
    return hour >= slowFrom && hour < slowFrom + 5 * HOUR ? 'slow' : 'normal';
  };
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const made = async (service: string, workspace_id: string | null, source: string): Promise<number> =>
      (await seriesFor(core, tx, orgId, { service, workspace_id, source, hold_ms: null })).id;
    const api = await made(API, null, 'ingest');
    await store(
      tx,
      api,
      hoursOf(stock, scene, { level: 3 + Math.round(14 * Math.sqrt(share)), middleUs: 60_000 }, apiMood),
    );
    await replaceSpans(tx, api, { removed: [], added: spansOf(from, end, outages) });
    const portal = await made(PORTAL, null, 'probe');
    const incident = incidentOf(end);
    const seen = [
      ...outages.filter((one, i) => i % 2 === 0 && (one.to < incident.from || one.from > incident.to)),
      incident,
    ];
    const failing = (hour: number): boolean => seen.some((one) => one.from < hour + HOUR && one.to > hour);
    const probed = (hour: number): Mood => (failing(hour) ? 'errors' : 'normal');
    await store(tx, portal, hoursOf(stock, scene, { level: 1, middleUs: 180_000 }, probed));
    seen.sort((a, b) => a.from - b.from);
    await replaceSpans(tx, portal, { removed: [], added: spansOf(from, end, seen) });
    for (const series of [api, portal])
      await tx.query('INSERT INTO metric_checks (series, at, up, taken_at) VALUES ($1, $2, true, $2)', [series, end]);
    if (organization.tier === 'free') return;
    const jobs = await made(JOBS, workspace, 'ingest');
    await store(
      tx,
      jobs,
      hoursOf(stock, scene, { level: 2, middleUs: 900_000 }, () => 'normal'),
    );
  });
}
