/** Figures of a bundle, counted from the events alone; writer and verifier count with the same code. */
import type { AuditEvent } from '../audit/index.ts';
import { toHex, toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { canonicalize } from '../json/index.ts';

export interface Figures {
  readonly events: number;
  readonly disclosed: number;
  readonly withheld: number;
  readonly actors: number;
  /** Recorded time of the first and last event; null without events. */
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly byOutcome: readonly (readonly [string, number])[];
  readonly byActorType: readonly (readonly [string, number])[];
  /** Most frequent first, ties by name. */
  readonly byAction: readonly (readonly [string, number])[];
  /** The 20 most active, as `type:id`. */
  readonly topActors: readonly (readonly [string, number])[];
}

const TOP_ACTORS = 20;
const OUTCOMES = ['success', 'failure', 'denied'] as const;
const ACTOR_TYPES = ['user', 'service_account', 'system'] as const;

export class FigureCounter {
  private events = 0;
  private disclosed = 0;
  private withheld = 0;
  private firstAt: string | null = null;
  private lastAt: string | null = null;
  private readonly outcomes = new Map<string, number>(OUTCOMES.map((name) => [name, 0]));
  private readonly actorTypes = new Map<string, number>(ACTOR_TYPES.map((name) => [name, 0]));
  private readonly actions = new Map<string, number>();
  private readonly actors = new Map<string, number>();

  add(event: AuditEvent, disclosed: number, withheld: number): void {
    this.events += 1;
    this.disclosed += disclosed;
    this.withheld += withheld;
    this.firstAt ??= event.recorded_at;
    this.lastAt = event.recorded_at;
    bump(this.outcomes, event.outcome);
    bump(this.actorTypes, event.actor.type);
    bump(this.actions, event.action);
    bump(this.actors, `${event.actor.type}:${event.actor.id}`);
  }

  figures(): Figures {
    return {
      events: this.events,
      disclosed: this.disclosed,
      withheld: this.withheld,
      actors: this.actors.size,
      firstAt: this.firstAt,
      lastAt: this.lastAt,
      byOutcome: [...this.outcomes],
      byActorType: [...this.actorTypes],
      byAction: ranked(this.actions),
      topActors: ranked(this.actors).slice(0, TOP_ACTORS),
    };
  }
}

function bump(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function ranked(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** Every figure under its name, as the report marks them and the PDF's digest covers them. */
export function namedFigures(figures: Figures): Map<string, number> {
  return new Map([
    ['events', figures.events],
    ['disclosed', figures.disclosed],
    ['withheld', figures.withheld],
    ['actors', figures.actors],
    ...figures.byOutcome.map(([name, n]) => [`outcome.${name}`, n] as const),
    ...figures.byActorType.map(([name, n]) => [`actor_type.${name}`, n] as const),
    ...figures.byAction.map(([name, n]) => [`action.${name}`, n] as const),
    ...figures.topActors.map(([name, n]) => [`actor.${name}`, n] as const),
  ]);
}

/** 1234567 as "1,234,567", the same on every machine. */
export function grouped(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** What report.pdf carries among its keywords: the digest of all figures, because text in a PDF cannot be read back simply. */
export function figuresMark(figures: Figures, sha256: Sha256): string {
  const text = canonicalize([...namedFigures(figures)].map(([name, n]) => [name, n]));
  return `figures-sha256-${toHex(sha256(toUtf8(text)))}`;
}
