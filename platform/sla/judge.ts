/** Judges one organization: reads what changed, has it judged in the thread, and carries out what opens and closes. */
import type { Sla, SlaExclusion } from '../../shared/entities/index.ts';
import { type Step, step } from '../../shared/sla/alerts.ts';
import { judgedUntil, windowOf } from '../../shared/sla/judge.ts';
import { DAY, HOUR, MINUTE } from '../../shared/sla/model.ts';
import { seriesOf } from '../../shared/sla/source.ts';
import { revisionAt } from '../../shared/sla/terms.ts';
import type { EventDraft } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { readOrganization } from '../orgs/service.ts';
import { selectExclusions, selectOpen, selectSlas } from './book.ts';
import { carryOut, isIdle } from './changes.ts';
import { type Held, loadDelta, loadWanted } from './judging/load.ts';
import type { Delta } from './judging/memory.ts';
import type { JudgedSla } from './judging/tasks.ts';
import type { JudgeThread } from './judging/thread.ts';

/** SLAs of one task. */
const BATCH = 20;
/** What is wanted after one answer follows from the windows alone, so that a second round is the last. */
const ROUNDS_MAX = 4;
/** Windows slide also where nothing came: what has data in them is judged again so often. */
const SLIDE_MS = 5 * MINUTE;

/** What of an organization was judged last, by this process. */
interface Known {
  readonly metrics: number;
  readonly slas: number;
  /** When all of it is judged again though nothing came; infinite: there is nothing in the windows. */
  readonly again: number;
  readonly held: Held | null;
}

/** Versions that tell whether there is anything to judge anew. */
export interface Versions {
  readonly metrics: number;
  readonly slas: number;
}

interface Loaded extends Versions {
  /** Those to be judged now, and whether they are all there are. */
  readonly due: readonly Sla[];
  readonly every: boolean;
  readonly exclusions: readonly SlaExclusion[];
  readonly delta: Delta;
  readonly held: Held;
}

interface Judgement {
  readonly slas: readonly JudgedSla[];
  /** There is data that the next round sees and this one did not: minutes under way, a state that goes on. */
  readonly ahead: boolean;
}

/** First instant that any window of the SLAs needs, by whole hours. */
function neededFrom(slas: readonly Sla[], now: number): number {
  const until = judgedUntil(now);
  const starts = slas.flatMap((sla) => {
    const revision = revisionAt(sla, now);
    const window = windowOf(sla, now);
    const longs = (revision?.terms.burn_rules ?? []).map(({ long_minutes }) => until - long_minutes * MINUTE);
    return [...(window === null ? [] : [window.from]), ...longs];
  });
  return Math.floor(Math.min(until - DAY, ...starts) / HOUR) * HOUR;
}

export class Judge {
  private readonly core: Core;
  private readonly thread: JudgeThread;
  private readonly known = new Map<string, Known>();

  constructor(core: Core, thread: JudgeThread) {
    this.core = core;
    this.thread = thread;
  }

  /** True where data or terms changed since they were judged, or the windows are to be looked at again. */
  isDue(orgId: string, { metrics, slas }: Versions, now: number): boolean {
    const known = this.known.get(orgId);
    return known === undefined || known.metrics !== metrics || known.slas !== slas || now >= known.again;
  }

  /** Judges what is due and gives how many notifications were put into the outboxes. */
  async run(orgId: string, now: number): Promise<number> {
    const known = this.known.get(orgId);
    // Until it is through, nothing of it is taken as known.
    this.known.delete(orgId);
    const loaded = await this.core.tenant(orgId, (tx) => this.load(tx, orgId, known, now));
    const judged = await this.judge(orgId, loaded, now);
    const { written, queued, open } = await this.carryOut(orgId, loaded, judged, now);
    if (!written) return 0;
    const live = open > 0 || judged.slas.some(({ data }) => data) || judged.ahead;
    const before = loaded.every || known === undefined ? Number.POSITIVE_INFINITY : known.again;
    const again = live ? Math.min(before, now + (judged.ahead ? 0 : SLIDE_MS)) : before;
    this.known.set(orgId, { metrics: loaded.metrics, slas: loaded.slas, again, held: loaded.held });
    return queued;
  }

  private async load(tx: Tx, orgId: string, known: Known | undefined, now: number): Promise<Loaded> {
    const { slas } = only(await tx.query<Versions>('SELECT sla_version AS slas FROM org_state'));
    const all = await selectSlas(
      tx,
      orgId,
      `s WHERE ended_at IS NULL OR EXISTS (SELECT 1 FROM sla_breaches b WHERE b.sla_id = s.id AND b.closed_at IS NULL)
         OR EXISTS (SELECT 1 FROM sla_alerts a WHERE a.sla_id = s.id AND a.closed_at IS NULL) ORDER BY id`,
    );
    const from = neededFrom(all, now);
    const exclusions = await selectExclusions(tx, orgId, 'WHERE to_at > $1 ORDER BY id', [new Date(from)]);
    const { delta, held, changed } = await loadDelta(tx, known?.held ?? null, from);
    const every = known === undefined || known.slas !== slas || now >= known.again;
    const touched = (sla: Sla): boolean =>
      sla.ended_at !== null || seriesOf({ series: () => delta.series }, sla).some(({ id }) => changed.has(id));
    return { metrics: held.version, slas, due: every ? all : all.filter(touched), every, exclusions, delta, held };
  }

  private async judge(orgId: string, loaded: Loaded, now: number): Promise<Judgement> {
    const { exclusions, due } = loaded;
    const judged: JudgedSla[] = [];
    let ahead = false;
    let delta: Delta | null = loaded.delta;
    for (let at = 0; at < due.length || delta !== null; at += BATCH) {
      const slas = due.slice(at, at + BATCH);
      let answer = await this.thread.judge({ orgId, delta, minutes: null, slas, exclusions, now });
      delta = null;
      for (let round = 0; answer.kind !== 'judged'; round++) {
        if (round >= ROUNDS_MAX) throw new Error('judging does not come to an end');
        const asked = answer;
        // Given up meanwhile: handed over once more, whole.
        const whole =
          asked.kind === 'unknown'
            ? (await this.core.tenant(orgId, (tx) => loadDelta(tx, null, loaded.delta.from))).delta
            : null;
        const minutes =
          asked.kind === 'wanted' ? await this.core.tenant(orgId, (tx) => loadWanted(tx, asked.wanted)) : null;
        answer = await this.thread.judge({ orgId, delta: whole, minutes, slas, exclusions, now });
      }
      judged.push(...answer.slas);
      ahead ||= answer.ahead;
    }
    return { slas: judged, ahead };
  }

  /** Opens and closes under the organization's lock. Nothing is written where terms changed since they were read: then it is judged anew. */
  private async carryOut(
    orgId: string,
    { due, slas: version }: Loaded,
    judged: Judgement,
    now: number,
  ): Promise<{ written: boolean; queued: number; open: number }> {
    const { core } = this;
    const seen = new Map(judged.slas.map((one) => [one.id, one.seen]));
    const steps = async (tx: Tx): Promise<{ open: number; changes: [Sla, Step][] }> => {
      const { breaches, alerts } = await selectOpen(tx, orgId);
      const changes = due.map((sla): [Sla, Step] => {
        const of = <T extends { readonly sla_id: string }>(list: readonly T[]): T[] =>
          list.filter(({ sla_id }) => sla_id === sla.id);
        return [sla, step({ breaches: of(breaches), alerts: of(alerts) }, seen.get(sla.id) ?? null, now)];
      });
      return { open: breaches.length + alerts.length, changes };
    };
    return await core.tenant(orgId, async (tx) => {
      await tx.query('UPDATE org_state SET judged_to = greatest(judged_to, $1)', [judgedUntil(now)]);
      const { open, changes } = await steps(tx);
      if (changes.every(([, one]) => isIdle(one))) return { written: true, queued: 0, open };
      await lockOrg(tx);
      const { slas } = only(await tx.query<Versions>('SELECT sla_version AS slas FROM org_state'));
      if (slas !== version) return { written: false, queued: 0, open };
      const { id, name } = await readOrganization(tx);
      const drafts: EventDraft[] = [];
      let queued = 0;
      for (const [sla, one] of (await steps(tx)).changes) {
        const done = await carryOut(tx, { id, name }, sla, one, now);
        drafts.push(...done.drafts);
        queued += done.queued;
      }
      if (drafts.length > 0) {
        await appendEvents(tx, orgId, drafts, now);
        core.grown.add(orgId);
      }
      return { written: true, queued, open: open + drafts.length };
    });
  }
}
