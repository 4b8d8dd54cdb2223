/**
 * What may leave an organization's log: which policy holds for an event, when it has run out, what a legal hold keeps, and the plan of a pruning.
 * The platform prunes by it, the console foretells by it: over the same events both give the same plan.
 */

import { toHex, toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import type { EventClass, LegalHold, RetentionPolicy } from '../entities/privacy.ts';
import { canonicalize } from '../json/index.ts';
import { TILE_WIDTH } from '../log/tiles.ts';
import { eventClassOf } from './eventClass.ts';
import { type Period, parsePeriod, shift } from './period.ts';

const DAY_MS = 86_400_000;
/** Runs of events that lose their disclosures in one pruning; what is beyond waits for the next one. Bounds the event that tells them. */
export const SHREDDED_RUNS_MAX = 2_000;
/** The event that tells a pruning; it keeps its disclosures, because mirrors follow by them. */
export const PRUNE_ACTION = 'retention.prune';

export type PolicyScope = Pick<RetentionPolicy, 'id' | 'event_class' | 'workspace_id' | 'keep'>;
export type HoldScope = Pick<LegalHold, 'id' | 'workspaces' | 'subjects' | 'from' | 'to' | 'released_at'>;

/** What retention looks at of one event. */
export interface RetainedEvent {
  readonly seq: number;
  /** Milliseconds since 1970; never falls along the log. */
  readonly recorded: number;
  readonly action: string;
  readonly workspace: string | null;
  readonly actor: string;
  readonly target: string | null;
  /** Bytes of the entry and of its disclosures. */
  readonly entryBytes: number;
  readonly disclosedBytes: number;
}

/** The policy that holds: workspace and class before workspace before class before all. Null: kept for ever. */
export function policyOf<P extends PolicyScope>(
  policies: readonly P[],
  event: { readonly eventClass: EventClass; readonly workspace: string | null },
): P | null {
  let best: P | null = null;
  let rank = -1;
  for (const policy of policies) {
    if (policy.event_class !== null && policy.event_class !== event.eventClass) continue;
    if (policy.workspace_id !== null && policy.workspace_id !== event.workspace) continue;
    const special = (policy.workspace_id === null ? 0 : 2) + (policy.event_class === null ? 0 : 1);
    // Of two of one scope, which the platform refuses, the first by id, so that nothing hangs on their order.
    if (special > rank || (special === rank && best !== null && policy.id < best.id)) [best, rank] = [policy, special];
  }
  return best;
}

/** The instant from which an event recorded then is kept no longer. */
export function expiredAt(keep: Period, recorded: number): number {
  return shift(recorded, keep);
}

/** Whether a hold in force keeps the event. */
export function coveredBy(
  hold: HoldScope,
  event: Pick<RetainedEvent, 'recorded' | 'workspace' | 'actor' | 'target'>,
): boolean {
  if (hold.released_at !== null) return false;
  if (hold.from !== null && event.recorded < Date.parse(hold.from)) return false;
  if (hold.to !== null && event.recorded >= Date.parse(hold.to) + DAY_MS) return false;
  if (hold.workspaces !== null && (event.workspace === null || !hold.workspaces.includes(event.workspace)))
    return false;
  const { subjects } = hold;
  return (
    subjects === null || subjects.includes(event.actor) || (event.target !== null && subjects.includes(event.target))
  );
}

export interface ClassShare {
  readonly event_class: EventClass;
  readonly pruned: number;
  readonly shredded: number;
  readonly bytes: number;
  /** First and last day of recording, UTC. */
  readonly first_day: string;
  readonly last_day: string;
}

export interface RetentionPlan {
  /** Start of the UTC day it is of (RFC 3339): a plan holds for a day. */
  readonly as_of: string;
  /** Events [from, to) go whole; both are multiples of 256. Events before `from` are gone already. */
  readonly from: number;
  readonly to: number;
  /** Runs [begin, end) of events beyond `to` that lose their disclosures. */
  readonly shredded: readonly (readonly [number, number])[];
  readonly shredded_events: number;
  readonly bytes: number;
  /** By what they go. */
  readonly policies: readonly { readonly id: string; readonly keep: string; readonly events: number }[];
  readonly classes: readonly ClassShare[];
  /** Expired events that a hold keeps. */
  readonly held: readonly { readonly id: string; readonly events: number }[];
  /** Holds in force, all of which were looked at. */
  readonly holds: readonly string[];
  /** More is due than one pruning takes. */
  readonly more: boolean;
}

interface Judged {
  readonly event: RetainedEvent;
  readonly policy: PolicyScope;
}

/** Start of the UTC day: the instant plans of that day are made for. */
export const planDay = (now: number): number => now - (now % DAY_MS);

interface Tally {
  pruned: number;
  shredded: number;
  bytes: number;
  first: number;
  last: number;
}

/** Takes events in the log's order from the first that is left on, and makes the plan. Holds one bundle's events at most. */
export class RetentionPlanner {
  private readonly policies: readonly (PolicyScope & { readonly period: Period })[];
  private readonly holds: readonly HoldScope[];
  private readonly asOf: number;
  private readonly from: number;
  private to: number;
  private prefix = true;
  private readonly bundle: Judged[] = [];
  private readonly runs: [number, number][] = [];
  private more = false;
  private readonly chosen = new Map<string, (PolicyScope & { readonly period: Period }) | null>();
  private readonly byPolicy = new Map<string, number>();
  private readonly byHold = new Map<string, number>();
  private readonly byClass = new Map<EventClass, Tally>();

  /**
   * @param asOf start of a UTC day, ms (`planDay`).
   * @param from the first event that was not pruned before.
   */
  constructor(policies: readonly PolicyScope[], holds: readonly HoldScope[], asOf: number, from: number) {
    this.policies = policies.map((policy) => ({ ...policy, period: parsePeriod(policy.keep) }));
    this.holds = holds.filter(({ released_at }) => released_at === null);
    this.asOf = asOf;
    this.from = from;
    this.to = from;
  }

  /** False: neither this event nor any after it can have expired, so that the rest need not be read. */
  add(event: RetainedEvent): boolean {
    if (!this.policies.some(({ period }) => expiredAt(period, event.recorded) <= this.asOf)) return this.leave();
    const policy = this.goes(event);
    if (policy === null) {
      this.leave();
      return true;
    }
    if (!this.prefix) this.shred({ event, policy });
    else {
      this.bundle.push({ event, policy });
      if (event.seq % TILE_WIDTH === TILE_WIDTH - 1) this.takeBundle();
    }
    return true;
  }

  /** The policy by which an expired event that nothing holds goes; null where it stays. */
  private goes(event: RetainedEvent): PolicyScope | null {
    const eventClass = eventClassOf(event.action);
    const scope = `${eventClass} ${event.workspace ?? ''}`;
    let policy = this.chosen.get(scope);
    if (policy === undefined) {
      policy = policyOf(this.policies, { eventClass, workspace: event.workspace });
      this.chosen.set(scope, policy);
    }
    if (policy === null || expiredAt(policy.period, event.recorded) > this.asOf) return null;
    const holds = this.holds.filter((hold) => coveredBy(hold, event));
    for (const { id } of holds) this.byHold.set(id, (this.byHold.get(id) ?? 0) + 1);
    return holds.length > 0 ? null : policy;
  }

  private takeBundle(): void {
    for (const { event, policy } of this.bundle.splice(0)) {
      this.count(event, policy, 'pruned', event.entryBytes + event.disclosedBytes);
      this.to = event.seq + 1;
    }
  }

  /** From here on nothing goes whole; what was waiting for its bundle loses its disclosures instead. */
  private leave(): false {
    this.prefix = false;
    for (const judged of this.bundle.splice(0)) this.shred(judged);
    return false;
  }

  private shred({ event, policy }: Judged): void {
    if (event.disclosedBytes === 0 || event.action === PRUNE_ACTION) return;
    const last = this.runs.at(-1);
    if (last?.[1] === event.seq) last[1] = event.seq + 1;
    else if (this.runs.length < SHREDDED_RUNS_MAX) this.runs.push([event.seq, event.seq + 1]);
    else {
      this.more = true;
      return;
    }
    this.count(event, policy, 'shredded', event.disclosedBytes);
  }

  private count(
    { action, recorded }: RetainedEvent,
    { id }: PolicyScope,
    how: 'pruned' | 'shredded',
    bytes: number,
  ): void {
    this.byPolicy.set(id, (this.byPolicy.get(id) ?? 0) + 1);
    const eventClass = eventClassOf(action);
    const tally = this.byClass.get(eventClass) ?? { pruned: 0, shredded: 0, bytes: 0, first: recorded, last: recorded };
    this.byClass.set(eventClass, tally);
    tally[how] += 1;
    tally.bytes += bytes;
    tally.last = recorded;
  }

  /** The plan over the events given. */
  plan(): RetentionPlan {
    this.leave();
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    const classes = [...this.byClass].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const counted = (map: ReadonlyMap<string, number>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      as_of: new Date(this.asOf).toISOString(),
      ...{ from: this.from, to: this.to, shredded: this.runs },
      shredded_events: this.runs.reduce((sum, [begin, end]) => sum + end - begin, 0),
      bytes: classes.reduce((sum, [, { bytes }]) => sum + bytes, 0),
      policies: counted(this.byPolicy).map(([id, events]) => ({
        ...{ id, events },
        keep: this.policies.find((policy) => policy.id === id)!.keep,
      })),
      classes: classes.map(([event_class, { pruned, shredded, bytes, first, last }]) => ({
        ...{ event_class, pruned, shredded, bytes, first_day: day(first), last_day: day(last) },
      })),
      held: counted(this.byHold).map(([id, events]) => ({ id, events })),
      holds: this.holds.map(({ id }) => id).toSorted(),
      more: this.more,
    };
  }
}

/** SHA-256 over what a plan comes to, hex: whoever prunes names the plan they saw. */
export function planDigest(plan: RetentionPlan, sha256: Sha256): string {
  const { as_of, from, to, shredded, holds } = plan;
  const policies = plan.policies.map(({ id, keep }) => ({ id, keep }));
  const text = canonicalize({
    v: 1,
    as_of,
    from,
    to,
    shredded: shredded.map((run) => [...run]),
    policies,
    holds: [...holds],
  });
  return toHex(sha256(toUtf8(text)));
}
