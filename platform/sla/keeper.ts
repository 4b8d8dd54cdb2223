/** While serving: judges every minute what can have changed, issues what months are due, and sends what waits. */
import { setImmediate } from 'node:timers/promises';
import { DAY, MINUTE } from '../../shared/sla/model.ts';
import type { Core } from '../core.ts';
import { only } from '../db/database.ts';
import { REPORT_DELAY_MS } from './definitions.ts';
import { purgeDeliveries } from './deliveries.ts';
import { Judge, type Versions } from './judge.ts';
import { JudgeThread } from './judging/thread.ts';
import type { NotifyOptions } from './options.ts';
import { dueMonths, issueMonth, markStale } from './reports.ts';
import { Sender } from './sender.ts';

const SEND_MS = 1_000;
/** A round that takes longer goes on with the next organization in the next one. */
const ROUND_MS_MAX = 45_000;
/** Months of one organization and round; the rest of a long past is left to the next rounds. */
const MONTHS_MAX = 5;

/** What routes and keeper share. */
export interface SlaParts {
  readonly thread: JudgeThread;
  readonly judge: Judge;
  readonly sender: Sender;
  readonly options: NotifyOptions;
  /** The organization a round that ran out of time was at. */
  resumeAfter: string | null;
  lastPurge: number;
}

export function openSla(core: Core, options: NotifyOptions, onError: (error: unknown) => void): SlaParts {
  const thread = new JudgeThread();
  const sender = new Sender(core, options, onError);
  const lastPurge = Number.NEGATIVE_INFINITY;
  return { thread, judge: new Judge(core, thread), sender, options, resumeAfter: null, lastPurge };
}

export async function closeSla({ sender, thread }: SlaParts): Promise<void> {
  await sender.stop();
  await thread.close();
}

interface State extends Versions {
  readonly cursor: number;
  /** An SLA in force, or something open. */
  readonly live: boolean;
  /** When the next notification is due, the next month, and since when a month may have changed. */
  readonly delivery: number | null;
  readonly due: number | null;
  readonly stale: number | null;
}

const STATE = `SELECT metric_version AS metrics, sla_version AS slas, report_cursor AS cursor,
  EXISTS (SELECT 1 FROM slas WHERE ended_at IS NULL) OR EXISTS (SELECT 1 FROM sla_breaches WHERE closed_at IS NULL)
    OR EXISTS (SELECT 1 FROM sla_alerts WHERE closed_at IS NULL) AS live,
  (SELECT min(next_at) FROM sla_deliveries WHERE state = 'waiting') AS delivery,
  (SELECT min(report_due) FROM slas) AS due, (SELECT min(stale_at) FROM sla_months) AS stale FROM org_state`;

async function visit(core: Core, { judge, sender, thread }: SlaParts, orgId: string, now: number): Promise<void> {
  const state = await core.tenant(orgId, async (tx) => {
    // No definition was ever made: nothing else there can be.
    const read = only(await tx.query<State>(STATE));
    if (read.metrics > read.cursor && read.slas > 0) await markStale(tx, now);
    return read;
  });
  if (state.delivery !== null) sender.expect(orgId, state.delivery);
  if (state.live && judge.isDue(orgId, state, now)) {
    const queued = await judge.run(orgId, now);
    if (queued > 0) sender.expect(orgId, now);
  }
  const monthDue = state.due !== null && state.due <= now;
  if (!monthDue && (state.stale === null || state.stale + REPORT_DELAY_MS > now)) return;
  for (const due of await core.tenant(orgId, (tx) => dueMonths(tx, now, MONTHS_MAX))) {
    await issueMonth(core, thread, orgId, due);
    await setImmediate();
  }
}

/** One round over every organization. A fault of one is told and keeps none of the others waiting. */
export async function slaRound(core: Core, parts: SlaParts, onError: (error: unknown) => void): Promise<void> {
  const began = performance.now();
  const purge = core.now() - parts.lastPurge >= DAY;
  const orgs = await core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
  const from = parts.resumeAfter === null ? 0 : orgs.findIndex(({ id }) => id > parts.resumeAfter!);
  const turn = from <= 0 ? orgs : [...orgs.slice(from), ...orgs.slice(0, from)];
  parts.resumeAfter = null;
  for (const [i, { id }] of turn.entries()) {
    try {
      await visit(core, parts, id, core.now());
      if (purge) await core.tenant(id, (tx) => purgeDeliveries(tx, core.now()));
    } catch (error) {
      onError(error);
    }
    await setImmediate();
    if (performance.now() - began > ROUND_MS_MAX && i < turn.length - 1) {
      parts.resumeAfter = id;
      return;
    }
  }
  if (purge) parts.lastPurge = core.now();
}

/** Runs rounds one at a time, the first at once; the returned function ends it after what is under way. */
export function startSlaKeeper(
  core: Core,
  parts: SlaParts,
  onError: (error: unknown) => void,
  judgeMs: number = MINUTE,
): () => Promise<void> {
  const every = (ms: number, work: () => Promise<void>): (() => Promise<void>) => {
    let running: Promise<void> | null = null;
    const tick = (): void => {
      running ??= work()
        .catch(onError)
        .finally(() => {
          running = null;
        });
    };
    const timer = setInterval(tick, ms);
    tick();
    return async () => {
      clearInterval(timer);
      await running;
    };
  };
  const stops = [
    every(judgeMs, () => slaRound(core, parts, onError)),
    every(Math.min(SEND_MS, judgeMs), () => parts.sender.round()),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}
