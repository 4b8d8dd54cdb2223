/**
 * Erasure of one person's data (GDPR Art. 17): what of a log is erased, what a legal hold or a law keeps, and the events that order it. The plan
 * is made by this code wherever it is made, so that a console foretells exactly what the platform does.
 */
import { z } from 'zod';
import { DISCLOSURE_NAMES, type DisclosureName, disclosureDigest } from '../audit/index.ts';
import { fromBase64Url, fromUtf8, toHex, toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import type { LegalHold } from '../entities/index.ts';
import type { Json } from '../json/index.ts';
import { type Period, parsePeriod, shift } from './period.ts';
import { type NamedValue, PersonalMatcher, personalIn, type Subject } from './personal.ts';

/**
 * `floor`: records that the compliance modes say must be kept stay until that time is over (GDPR Art. 17(3)(b), a legal obligation). `nothing`:
 * they go too; whoever asks for it says why no law keeps them.
 */
export const KEEPS = ['floor', 'nothing'] as const;
export type Keep = (typeof KEEPS)[number];

/** Disclosures of one erasure: bounds the time the organization's lock is held. What is left goes by asking again. */
export const ERASURE_MAX = 50_000;
/** Disclosures one event names: its text stays below the 64 KiB that any event may have, with much to spare. */
export const ERASURE_EVENT_MAX = 400;

export const ERASE_ACTION = 'privacy.erase';
/** Who alone may order an erasure: an event that came from elsewhere, by an import, orders nothing. */
export const ERASE_PRODUCER = 'platform-api';

const Digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Of one event: its number, and the disclosures by name and digest. */
export const ErasedOf = z.tuple([
  z.int().min(0),
  z
    .array(z.tuple([z.enum(DISCLOSURE_NAMES), Digest]))
    .min(1)
    .max(64),
]);
export type ErasedOf = z.infer<typeof ErasedOf>;

/** The `detail` of an event `privacy.erase`. Other keys may stand beside these. */
export const ErasureDetail = z.object({
  request: z.string().min(1).max(120),
  /** SHA-256 over the whole list, hex (`erasureDigest`). */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Part `part` of `parts`, from 0. */
  part: z.int().min(0),
  parts: z.int().min(1),
  disclosures: z.array(ErasedOf).max(ERASURE_EVENT_MAX),
});
export type ErasureDetail = z.infer<typeof ErasureDetail>;

/** SHA-256 over one line an erased disclosure, `seq name digest`, each ended by a line feed. */
export function erasureDigest(list: readonly ErasedOf[], sha256: Sha256): string {
  const lines = list.flatMap(([seq, named]) => named.map(([name, digest]) => `${seq} ${name} ${digest}\n`));
  return toHex(sha256(toUtf8(lines.join(''))));
}

/** Splits a list into the parts of its events; an empty list has one. */
export function erasureParts(list: readonly ErasedOf[]): ErasedOf[][] {
  const parts: ErasedOf[][] = [[]];
  let room = ERASURE_EVENT_MAX;
  for (const one of list) {
    if (one[1].length > room) {
      parts.push([]);
      room = ERASURE_EVENT_MAX;
    }
    parts.at(-1)!.push(one);
    room -= one[1].length;
  }
  return parts;
}

/** Whether a hold in force covers an event: every scope it names must fit. */
export function holdCovers(
  hold: LegalHold,
  event: { readonly workspace: string | null; readonly recorded_at: string },
  userId: string,
): boolean {
  const { released_at, subjects, workspaces, from, to } = hold;
  const day = event.recorded_at.slice(0, 10);
  return (
    released_at === null &&
    (subjects === null || subjects.includes(userId)) &&
    // What belongs to no workspace is the organization's, which a hold on some of its workspaces may be about as well.
    (workspaces === null || event.workspace === null || workspaces.includes(event.workspace)) &&
    (from === null || day >= from) &&
    (to === null || day <= to)
  );
}

const Counts = z.object(
  Object.fromEntries(DISCLOSURE_NAMES.map((name) => [name, z.int().min(0)])) as Record<DisclosureName, z.ZodInt>,
);
const Blocked = z.object({ disclosures: z.int().min(0), events: z.int().min(0) });
export const ErasurePlan = z.object({
  keep: z.enum(KEEPS),
  /** The log was looked through up to this size. */
  to: z.int().min(0),
  digest: z.string(),
  counts: Counts,
  disclosures: z.int().min(0),
  events: z.int().min(0),
  /** What legal holds keep (Art. 17(3)(e)), and which. */
  held: Blocked.extend({ holds: z.array(z.object({ id: z.string(), name: z.string() })) }),
  /** What the compliance modes keep, how long, and when the last of it is free; null: nothing. */
  kept: Blocked.extend({ floor: z.string().nullable(), until: z.string().nullable() }),
  /** What is left for another erasure, beyond what one takes. */
  left: Blocked,
  /** A hold names this very person: nothing is erased while it is in force. */
  refused: z.string().nullable(),
});
export type ErasurePlan = z.infer<typeof ErasurePlan>;

export interface PlanInput {
  readonly subject: Subject;
  readonly keep: Keep;
  /** ISO 8601 period that the compliance modes ask for; null: none. */
  readonly floor: string | null;
  /** Those in force. */
  readonly holds: readonly LegalHold[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface Leaf {
  readonly actor: { readonly type: string; readonly id: string };
  readonly target: { readonly type: string; readonly id: string } | null;
  readonly workspace: string | null;
  readonly recorded_at: string;
}

/** Text of a disclosure as JSON, not yet parsed. Throws LOG_MALFORMED. */
export const disclosureJson = (text: string): string => fromUtf8(fromBase64Url(text));

/** Name and value of it. */
export function namedValue(json: string): NamedValue {
  const [, name, value] = JSON.parse(json) as [string, DisclosureName, Json];
  return { name, value };
}

/** Takes the events of a log in order and says what of them is erased. */
export class ErasurePlanner {
  readonly list: ErasedOf[] = [];
  private readonly input: PlanInput;
  private readonly sha256: Sha256;
  private readonly matcher: PersonalMatcher;
  private readonly floor: Period | null;
  private readonly counts = { actor: 0, target: 0, source: 0, change: 0, detail: 0 };
  private readonly tallies = {
    taken: { disclosures: 0, events: 0 },
    held: { disclosures: 0, events: 0 },
    kept: { disclosures: 0, events: 0 },
    left: { disclosures: 0, events: 0 },
  };
  private readonly holds = new Map<string, string>();
  private until = Number.NEGATIVE_INFINITY;
  private size = 0;

  constructor(input: PlanInput, sha256: Sha256) {
    this.input = input;
    this.sha256 = sha256;
    this.matcher = new PersonalMatcher(input.subject);
    this.floor = input.floor === null ? null : parsePeriod(input.floor);
  }

  /** One event: its leaf as text, its disclosures joined with `~`. Throws LOG_MALFORMED. */
  take(seq: number, leaf: string, line: string): void {
    this.size = seq + 1;
    if (line === '') return;
    const texts = line.split('~');
    const jsons = texts.map(disclosureJson);
    if (!this.matcher.maybe(leaf) && !jsons.some((json) => this.matcher.maybe(json))) return;
    const event = JSON.parse(leaf) as Leaf;
    const values = jsons.map(namedValue);
    const found = personalIn(event, values, this.matcher);
    if (found.length === 0) return;
    const fate = this.fateOf(event, found.length);
    const tally = this.tallies[fate];
    tally.disclosures += found.length;
    tally.events += 1;
    if (fate !== 'taken') return;
    const named = found.map((i): [DisclosureName, string] => [
      values[i]!.name,
      disclosureDigest(texts[i]!, this.sha256),
    ]);
    for (const [name] of named) this.counts[name] += 1;
    this.list.push([seq, named]);
  }

  private fateOf(event: Leaf, disclosures: number): keyof typeof this.tallies {
    const { holds, subject, keep, now } = this.input;
    const covering = holds.filter((hold) => holdCovers(hold, event, subject.userId));
    for (const { id, name } of covering) this.holds.set(id, name);
    if (covering.length > 0) return 'held';
    if (keep === 'floor' && this.floor !== null) {
      const free = shift(Date.parse(event.recorded_at), this.floor);
      if (free > now) {
        this.until = Math.max(this.until, free);
        return 'kept';
      }
    }
    return this.tallies.taken.disclosures + disclosures > ERASURE_MAX ? 'left' : 'taken';
  }

  plan(): ErasurePlan {
    const { taken, held, kept, left } = this.tallies;
    const { keep, floor, holds, subject } = this.input;
    const naming = holds.find(
      ({ released_at, subjects }) => released_at === null && subjects?.includes(subject.userId),
    );
    return {
      ...{ keep, to: this.size, digest: erasureDigest(this.list, this.sha256), counts: { ...this.counts } },
      ...taken,
      held: { ...held, holds: [...this.holds].map(([id, name]) => ({ id, name })) },
      kept: { ...kept, floor, until: kept.events === 0 ? null : new Date(this.until).toISOString() },
      left: { ...left },
      refused: naming === undefined ? null : `The legal hold "${naming.name}" names this person (GDPR Art. 17(3)(e)).`,
    };
  }
}
