/** Evaluation in steps, the worlds it needs, and the runs that are kept until they are asked for. */
import { type CheckProgress, evaluateChecks } from '../../shared/compliance/checks/evaluate.ts';
import type { CheckOutcome, CheckWorld } from '../../shared/compliance/checks/world.ts';
import type { HandlerInput } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256 } from '../crypto.ts';
import type { Asked, StepProgress } from './api.ts';
import { MirrorWorld } from './mirrorWorld.ts';
import type { Run } from './runs.ts';

/** Of one step; other questions are answered between two. */
const STEP_MS = 100;
/** Worlds in memory: of a million events each some 40 MB. */
const WORLDS_MAX = 2;
const RUNS_MAX = 12;

interface File {
  readonly path: string;
  readonly key: Uint8Array;
}
type Period = Pick<HandlerInput<'checks.results'>, 'orgId' | 'from' | 'to'>;

/** A run under way. */
interface Work {
  readonly key: string;
  readonly steps: Generator<Omit<StepProgress, 'finished'>, Run>;
  tookMs: number;
}

type Ids = readonly string[] | null;
const keyOf = ({ orgId, from, to }: Period, ids: Ids): string => `${orgId} ${from} ${to} ${ids?.join(' ') ?? 'all'}`;

export class Evaluator {
  private readonly files = new Map<string, File>();
  /** The one asked for last stands last. */
  private readonly worlds = new Map<string, MirrorWorld>();
  private readonly runs = new Map<string, Run>();
  private readonly works = new Map<string, Work>();

  attach(orgId: string, { path, key }: File): void {
    this.files.set(orgId, { path, key: Uint8Array.from(key) });
  }

  detach(orgId: string): void {
    this.drop(orgId);
    this.closeWorld(orgId);
    this.files.get(orgId)?.key.fill(0);
    this.files.delete(orgId);
    for (const [key, run] of this.runs) if (run.orgId === orgId) this.runs.delete(key);
  }

  close(): void {
    for (const orgId of [...this.files.keys()]) this.detach(orgId);
  }

  pathOf(orgId: string): string | null {
    return this.files.get(orgId)?.path ?? null;
  }

  private closeWorld(orgId: string): void {
    this.worlds.get(orgId)?.close();
    this.worlds.delete(orgId);
  }

  private mirror(orgId: string): MirrorWorld {
    let found = this.worlds.get(orgId);
    this.worlds.delete(orgId);
    const file = this.files.get(orgId);
    if (file === undefined) throw new AppError('VAULT_LOCKED');
    found ??= new MirrorWorld(orgId, file);
    this.worlds.set(orgId, found);
    for (const other of this.worlds.keys()) {
      if (this.worlds.size <= WORLDS_MAX) break;
      // One that is being read or evaluated stays until it is through.
      if (other !== orgId && !this.works.has(other)) this.closeWorld(other);
    }
    return found;
  }

  /** The world as the mirror is now, read at once. */
  world(orgId: string): CheckWorld {
    const steps = this.mirror(orgId).load();
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /** The kept run of a period, of all checks unless some are named; null: none. */
  kept(period: Period, ids: Ids = null): Run | null {
    return this.runs.get(keyOf(period, ids)) ?? null;
  }

  isStale({ orgId, cursor }: Run): boolean {
    return this.mirror(orgId).cursor() !== cursor;
  }

  /** The kept run, else evaluated at once. */
  now(asked: Asked<'checks.compare'>, ids: string[] | null): Run {
    const known = this.kept(asked) ?? this.kept(asked, ids);
    if (known !== null) return known;
    const began = performance.now();
    const steps = this.evaluate({ ...asked, ids });
    for (;;) {
      const step = steps.next();
      if (step.done !== true) continue;
      const run = { ...step.value, elapsedMs: performance.now() - began };
      this.keep(keyOf(asked, ids), run);
      return run;
    }
  }

  step(asked: Asked<'checks.run'>): StepProgress {
    const work = this.work(asked);
    const began = performance.now();
    try {
      for (;;) {
        const step = work.steps.next();
        if (step.done === true) {
          this.works.delete(asked.orgId);
          work.tookMs += performance.now() - began;
          const { outcomes } = this.finish(asked, asked.ids, { ...step.value, elapsedMs: work.tookMs });
          const { length } = outcomes;
          return { phase: 'Evaluating checks', done: length, total: length, unit: 'checks', finished: true };
        }
        if (performance.now() - began >= STEP_MS) {
          work.tookMs += performance.now() - began;
          return { ...step.value, finished: false };
        }
      }
    } catch (error) {
      this.drop(asked.orgId);
      throw error;
    }
  }

  drop(orgId: string): void {
    // Ends what it holds open, a read transaction among it.
    this.works.get(orgId)?.steps.return(undefined as never);
    this.works.delete(orgId);
  }

  private work(asked: Asked<'checks.run'>): Work {
    const key = JSON.stringify([asked.from, asked.to, asked.ids]);
    const known = this.works.get(asked.orgId);
    if (known?.key === key) return known;
    this.drop(asked.orgId);
    const work = { key, steps: this.evaluate(asked), tookMs: 0 };
    this.works.set(asked.orgId, work);
    return work;
  }

  private *evaluate({
    orgId,
    from,
    to,
    ids,
    now,
  }: Asked<'checks.run'>): Generator<Omit<StepProgress, 'finished'>, Run> {
    const mirror = this.mirror(orgId);
    const loading = mirror.load();
    let world: CheckWorld;
    try {
      for (;;) {
        const step = loading.next();
        if (step.done === true) {
          world = step.value;
          break;
        }
        yield { phase: 'Reading the log', ...step.value, unit: 'events' };
      }
    } finally {
      loading.return(undefined as never);
    }
    const cursor = mirror.cursor();
    // The world is kept as long as the mirror does not change; how old the mirror is changes meanwhile.
    const aged = world.mirror === null ? world : { ...world, mirror: { ...world.mirror, checkedAt: now } };
    const outcomes = yield* evaluated(evaluateChecks(aged, { from, to }, { sha256, ...(ids === null ? {} : { ids }) }));
    const events = world.log.columns.count;
    return { orgId, from, to, evaluatedAt: now, elapsedMs: 0, world: { asOf: world.asOf }, events, cursor, outcomes };
  }

  /** Keeps a run; one of some checks also takes their place in the whole one of the same mirror. */
  private finish(period: Period, ids: readonly string[] | null, run: Run): Run {
    this.works.delete(period.orgId);
    this.keep(keyOf(period, ids), run);
    const whole = ids === null ? undefined : this.runs.get(keyOf(period, null));
    if (whole !== undefined && whole.cursor === run.cursor) {
      const fresh = new Map(run.outcomes.map((one) => [one.check, one]));
      const outcomes = whole.outcomes.map((one) => fresh.get(one.check) ?? one);
      this.keep(keyOf(period, null), { ...whole, outcomes });
    }
    return run;
  }

  private keep(key: string, run: Run): void {
    this.runs.delete(key);
    this.runs.set(key, run);
    for (const oldest of this.runs.keys()) {
      if (this.runs.size <= RUNS_MAX) break;
      this.runs.delete(oldest);
    }
  }
}

function* evaluated(
  steps: Generator<CheckProgress, CheckOutcome[]>,
): Generator<Omit<StepProgress, 'finished'>, CheckOutcome[]> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const { done, total, check } = step.value;
    yield { phase: `Evaluating ${check}`, done, total, unit: 'checks' };
  }
}
