/**
 * Everything an automated check may ask of an organization. The platform fills it from its tables, the console from its mirror; the rules are the same, and so
 * are their results wherever both know the same. Pure data: typed arrays of the log, the proven past of access, and records.
 */

import type { z } from 'zod';
import type { CheckResultState, EntityKind, entitySchemas, Safeguards } from '../../entities/index.ts';
import type { AccessHistory } from '../../rbac/questions/history.ts';

/** Why `origin` of an event says nothing. */
export const ORIGIN = { absent: 0, present: 1, withheld: 2 } as const;

/** The log from its first event that is there, one row an event, by rising sequence; codes are indices of the lists beside. */
export interface LogColumns {
  readonly count: number;
  readonly seq: Uint32Array;
  /** Milliseconds since 1970; never falls. */
  readonly recorded: Float64Array;
  /** Claimed time of the act, ms. */
  readonly occurred: Float64Array;
  readonly actor: Uint32Array;
  readonly action: Uint32Array;
  readonly target: Uint32Array;
  /** 0 success, 1 failure, 2 denied. */
  readonly outcome: Uint8Array;
  /** ORIGIN: whether the event's `source` names an address. */
  readonly origin: Uint8Array;
}

export interface LogFacts {
  readonly columns: LogColumns;
  /** `type:id` by actor code. */
  readonly actors: readonly string[];
  readonly actions: readonly string[];
  /** `type:id` by target code; empty text: the event has none. */
  readonly targets: readonly string[];
  /** Sequence number of the first event that is there; what was before it was pruned. */
  readonly begin: number;
  /** Events there are, the pruned ones counted. */
  readonly size: number;
  /** Root over all of them, hex. */
  readonly root: string;
  /** The last time every leaf was hashed again into the root; null: never. */
  readonly recomputed: { readonly at: number; readonly size: number; readonly matched: boolean } | null;
  /** Breaks of producers' counters: the sequence number of the event that does not follow the one before of its producer. */
  readonly counterGaps: readonly number[];
}

/** What only a mirror can say of itself. */
export interface MirrorFacts {
  readonly syncedAt: number | null;
  /** The console's clock when it asked, ms; absent: what is known up to. Against it the age of the last sync is measured. */
  readonly checkedAt?: number;
  readonly size: number;
  readonly signedSize: number;
  readonly rootMatches: boolean;
  readonly alarms: number;
  /** Entities and events of another organization. */
  readonly foreign: number;
}

export type EntityOf<K extends EntityKind> = z.output<(typeof entitySchemas)[K]>;

export interface CheckWorld {
  readonly orgId: string;
  /** Up to here log and records are known, ms: now on the platform, the last sync in a mirror. */
  readonly asOf: number;
  readonly log: LogFacts;
  /** Members, roles, service accounts and the organization at any instant, by the proven log. */
  readonly history: AccessHistory;
  /** Present records of a kind, by id. What they were at a past instant follows from their own dates and revisions. */
  records<K extends EntityKind>(kind: K): readonly EntityOf<K>[];
  /** Null: not told. */
  readonly safeguards: Safeguards | null;
  /** Null on the platform. */
  readonly mirror: MirrorFacts | null;
}

/** [from, to), milliseconds since 1970. A day is a period too. */
export interface CheckPeriod {
  readonly from: number;
  readonly to: number;
}

export interface FailingItem {
  /** `member <id>`, `service_account <id>`, `key <id>`, `event <seq>`, `day 2026-11-25`, `workspace <id>`, ...: what exceptions name too. */
  readonly id: string;
  /** What a person reads; never a secret. */
  readonly title: string;
  /** When it failed, ms; null: as a whole. */
  readonly at: number | null;
  readonly why: string;
  /** Id of the exception that covers it; null: none. */
  readonly exception: string | null;
}

/** Items of one result that are named; the rest is counted. */
export const FAILING_MAX = 1_000;

export interface CheckOutcome {
  readonly check: string;
  /** Version of the rule. */
  readonly rule: number;
  readonly period: CheckPeriod;
  readonly state: CheckResultState;
  /** One sentence with the figures. */
  readonly summary: string;
  /** What was looked at, in words: `active members`, `events of the log`. */
  readonly populationOf: string;
  readonly population: number;
  /** Failing items, the excepted ones not counted. */
  readonly failing: number;
  readonly excepted: number;
  /** Of both, the first FAILING_MAX, by id. */
  readonly items: readonly FailingItem[];
  /** SHA-256 over the rule's version, the period, parameters and everything the rule looked at, hex. Equal digests: the same inputs. */
  readonly digest: string;
}
