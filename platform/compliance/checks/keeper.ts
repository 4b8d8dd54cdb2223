/** While serving: evaluates the checks of each organization once a day, and when what they look at has changed. */
import { setImmediate } from 'node:timers/promises';
import type { CheckResult } from '../../../shared/entities/index.ts';
import type { Core } from '../../core.ts';
import { only, type Tx } from '../../db/database.ts';
import { appendEvents, lockOrg } from '../../log/append.ts';
import { readOrganization } from '../../orgs/service.ts';
import { selectRecords } from '../records.ts';
import { Evaluator } from './evaluator.ts';
import { keepDay, keepResults } from './results.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How often is looked whether anything is due. */
const ROUND_MS = MINUTE;
/** Of one organization at most so often, however much changes. */
const CHANGED_MS = 5 * MINUTE;
/** The log grows by reading it alone: where nothing else changed, so often is enough. */
const GROWN_MS = 60 * MINUTE;
/** Days that are made up for after a time without a platform. */
const MISSED_DAYS_MAX = 7;
/** A round that takes longer goes on with the next organization in the next one. */
const ROUND_MS_MAX = 45_000;

/** Told when messages wait for being sent. */
export type Expect = (orgId: string, at: number) => void;

export interface ChecksParts {
  readonly evaluator: Evaluator;
  readonly expect: Expect;
  /** The organization a round that ran out of time was at. */
  resumeAfter: string | null;
}

export function openChecks(core: Core, expect: Expect): ChecksParts {
  return { evaluator: new Evaluator(core), expect, resumeAfter: null };
}

interface Known {
  readonly feed: number;
  readonly size: number;
  readonly at: number;
  readonly day: string | null;
  readonly log: number;
  /** The feed has moved by more than what evaluations themselves write. */
  readonly changed: boolean;
  readonly made: number;
}

const KNOWN = `SELECT coalesce(c.feed_version, -1) AS feed, coalesce(c.log_size, -1) AS size, coalesce(c.evaluated_at, 0) AS at, c.day,
  s.log_size AS log, EXISTS (SELECT 1 FROM changes WHERE version > coalesce(c.feed_version, -1) AND kind NOT IN ('check_result', 'check_day'))
    AS changed, (SELECT extract(epoch FROM created_at) * 1000 FROM organization)::bigint AS made
  FROM org_state s LEFT JOIN check_state c ON true`;

const startOf = (at: number): number => Math.floor(at / DAY) * DAY;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Days that ended and have no result yet, oldest first. */
function daysDue({ day, made }: Known, now: number): number[] {
  const last = startOf(now) - DAY;
  const after = day === null ? -Infinity : Date.parse(`${day}T00:00:00Z`);
  const first = Math.max(startOf(made), after + DAY, last - (MISSED_DAYS_MAX - 1) * DAY);
  const days: number[] = [];
  for (let at = first; at <= last; at += DAY) days.push(at);
  return days;
}

/** What is told as the present state: the day that ended and the one under way. */
const present = (now: number) => ({ from: startOf(now) - DAY, to: now });

/** Evaluates now, keeps the results and the days named, and gives the results. */
export async function evaluateNow(
  core: Core,
  { evaluator, expect }: ChecksParts,
  orgId: string,
  days: readonly number[] = [],
): Promise<CheckResult[]> {
  const periods = [present(core.now()), ...days.map((at) => ({ from: at, to: at + DAY }))];
  const { asOf, size, feed, outcomes } = await evaluator.evaluate(orgId, periods, days.length > 0);
  const [now, ...past] = outcomes;
  const kept = await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const { id, name } = await readOrganization(tx);
    for (const [i, found] of past.entries()) await keepDay(tx, orgId, dayOf(days[i]!), found, asOf);
    const { drafts, queued } = await keepResults(tx, { id, name }, now!, asOf, days.length > 0);
    if (drafts.length > 0) {
      await appendEvents(tx, orgId, drafts, core.now());
      core.grown.add(orgId);
    }
    await noteState(tx, feed, size, asOf, days.length === 0 ? null : dayOf(Math.max(...days)));
    return { queued, results: (await selectRecords(tx, 'check_result')) as unknown as CheckResult[] };
  });
  if (kept.queued > 0) expect(orgId, core.now());
  return kept.results;
}

/** A day named is never taken back by an earlier one. */
async function noteState(tx: Tx, feed: number, size: number, at: number, day: string | null): Promise<void> {
  await tx.query(
    `INSERT INTO check_state (feed_version, log_size, evaluated_at, day) VALUES ($1, $2, $3, $4)
     ON CONFLICT (one) DO UPDATE SET feed_version = excluded.feed_version, log_size = excluded.log_size,
       evaluated_at = excluded.evaluated_at, day = greatest(check_state.day, excluded.day)`,
    [feed, size, at, day],
  );
}

async function visit(core: Core, parts: ChecksParts, orgId: string, changedMs: number): Promise<void> {
  const now = core.now();
  const known = only(await core.tenant(orgId, (tx) => tx.query<Known>(KNOWN)));
  const days = daysDue(known, now);
  const since = now - known.at;
  const moved = known.changed && since >= changedMs;
  const grown = known.log > known.size && since >= Math.max(GROWN_MS, changedMs);
  if (days.length > 0 || moved || grown) await evaluateNow(core, parts, orgId, days);
}

/** One round over every organization. A fault of one is told and keeps none of the others waiting. */
export async function checksRound(
  core: Core,
  parts: ChecksParts,
  onError: (error: unknown) => void,
  changedMs = CHANGED_MS,
): Promise<void> {
  const began = performance.now();
  const orgs = await core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
  const from = parts.resumeAfter === null ? 0 : orgs.findIndex(({ id }) => id > parts.resumeAfter!);
  const turn = from <= 0 ? orgs : [...orgs.slice(from), ...orgs.slice(0, from)];
  parts.resumeAfter = null;
  for (const [i, { id }] of turn.entries()) {
    await visit(core, parts, id, changedMs).catch(onError);
    await setImmediate();
    if (performance.now() - began > ROUND_MS_MAX && i < turn.length - 1) {
      parts.resumeAfter = id;
      return;
    }
  }
}

/**
 * Runs rounds one at a time, the first after one interval; the returned function ends it after what is under way.
 * @param checksMs for tests: looks so often, and evaluates on a change as often.
 */
export function startChecksKeeper(
  core: Core,
  parts: ChecksParts,
  onError: (error: unknown) => void,
  checksMs: number | undefined,
): () => Promise<void> {
  let running: Promise<void> | null = null;
  const tick = (): void => {
    running ??= checksRound(core, parts, onError, checksMs ?? CHANGED_MS)
      .catch(onError)
      .finally(() => {
        running = null;
      });
  };
  const timer = setInterval(tick, checksMs ?? ROUND_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
