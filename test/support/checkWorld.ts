/** Small worlds for tests of automated checks: members and accounts with a past, events, records. Everything not said is unremarkable. */
import { sha256 } from '../../main/crypto.ts';
import { evaluateCheck } from '../../shared/compliance/checks/evaluate.ts';
import type {
  CheckOutcome,
  CheckPeriod,
  CheckWorld,
  EntityOf,
  LogFacts,
  MirrorFacts,
} from '../../shared/compliance/checks/world.ts';
import {
  type CheckParameters,
  type EntityKind,
  entitySchemas,
  type Member,
  type Organization,
  type Role,
  type Safeguards,
  type ServiceAccount,
} from '../../shared/entities/index.ts';
import { AccessHistory, type HistoryStep } from '../../shared/rbac/questions/index.ts';

export { sha256 };
export const DAY = 86_400_000;
export const HOUR = 3_600_000;
/** Midnight, UTC: day 0 of every world here. */
export const START = Date.UTC(2026, 0, 1);
/** RFC 3339 of an instant so many days after day 0. */
export const iso = (days: number): string => new Date(START + days * DAY).toISOString();
/** Days [from, to) after day 0. */
export const days = (from: number, to: number): CheckPeriod => ({ from: START + from * DAY, to: START + to * DAY });

export interface TestEvent {
  /** Days after day 0, by which they must rise. */
  readonly day: number;
  readonly action: string;
  readonly actor: string;
  readonly target?: string;
  readonly outcome?: 'success' | 'failure' | 'denied';
  /** Claimed time, days; else the recorded one. */
  readonly occurred?: number;
  readonly origin?: 0 | 1 | 2;
}

const OUTCOMES = ['success', 'failure', 'denied'];

/** Columns of events. @param begin sequence number of the first one; what was before it was pruned. */
export function logOf(events: readonly TestEvent[], begin = 0): LogFacts {
  const codes = () => new Map<string, number>();
  const [actors, actions, targets] = [codes(), codes(), codes()];
  const code = (map: Map<string, number>, text: string): number => {
    const known = map.get(text) ?? map.size;
    map.set(text, known);
    return known;
  };
  const at = (day: number): number => START + day * DAY;
  return {
    columns: {
      count: events.length,
      seq: Uint32Array.from(events, (_, i) => begin + i),
      recorded: Float64Array.from(events, ({ day }) => at(day)),
      occurred: Float64Array.from(events, ({ day, occurred }) => at(occurred ?? day)),
      actor: Uint32Array.from(events, ({ actor }) => code(actors, actor)),
      action: Uint32Array.from(events, ({ action }) => code(actions, action)),
      target: Uint32Array.from(events, ({ target }) => code(targets, target ?? '')),
      outcome: Uint8Array.from(events, ({ outcome }) => OUTCOMES.indexOf(outcome ?? 'success')),
      origin: Uint8Array.from(events, ({ origin }) => origin ?? 1),
    },
    ...{ actors: [...actors.keys()], actions: [...actions.keys()], targets: [...targets.keys()] },
    ...{ begin, size: begin + events.length, root: '00'.repeat(32), recomputed: null, counterGaps: [] },
  };
}

/** A change of an entity that the log tells: what it is from this day on; null: removed, 'unknown': withheld. */
export interface TestChange {
  readonly day: number;
  readonly kind: 'member' | 'role' | 'organization' | 'service_account';
  readonly id: string;
  readonly data: object | null | 'unknown';
}

export const aMember = (id: string, more: Partial<Member> = {}): Member => ({
  ...{ id, org_id: 'acme', user_id: `u-${id}`, email: `${id}@acme.test`, name: `Person ${id}`, role: 'viewer' },
  ...{ permissions: [], catalog_version: 1_000_000, workspaces: null, status: 'active', mfa: true, external_id: null },
  ...{ invited_at: iso(0), joined_at: iso(0), suspended_at: null, version: 1, ...more },
});
export const anOrganization = (more: Partial<Organization> = {}): Organization => ({
  ...{ id: 'acme', name: 'Acme', owner_id: 'u-owner', subscription_tier: 'enterprise', region: 'eu-central-1' },
  ...{ time_zone: 'UTC', mfa_required: false, created_at: iso(0), updated_at: iso(0), version: 1, ...more },
});
export const aRole = (id: string, more: Partial<Role> = {}): Role => ({
  ...{ id, org_id: 'acme', name: id, description: '', inherits: null, permissions: [], catalog_version: 1_000_000 },
  ...{ source: null, created_at: iso(0), updated_at: iso(0), version: 1, ...more },
});
export const aKey = (id: string, more: Partial<ServiceAccount['keys'][number]> = {}) => ({
  ...{ id, created_at: iso(0), created_by: 'u-owner', expires_at: iso(300), revoked_at: null, last_used_at: null },
  ...more,
});
export const anAccount = (id: string, more: Partial<ServiceAccount> = {}): ServiceAccount => ({
  ...{ id, org_id: 'acme', workspace_id: null, name: `Account ${id}`, description: '', owner_id: 'u-owner' },
  ...{ owner_active: true, permissions: ['threads:read'], catalog_version: 1_000_000, rate_limit: 100 },
  ...{ created_at: iso(0), updated_at: iso(0), expires_at: null, revoked_at: null, keys: [aKey(`k-${id}`)] },
  ...{ version: 1, ...more },
});

/** Records by kind: parts of each, the fields common to all filled in. */
export type TestRecords = { readonly [K in EntityKind]?: readonly (Partial<EntityOf<K>> & { readonly id: string })[] };

export interface TestWorld {
  /** Days after day 0 up to which everything is known. */
  readonly asOf?: number;
  readonly events?: readonly TestEvent[];
  readonly begin?: number;
  /** By rising day. */
  readonly changes?: readonly TestChange[];
  /** Present entities no change tells of. */
  readonly present?: readonly Omit<TestChange, 'day'>[];
  readonly records?: TestRecords;
  readonly safeguards?: Safeguards | null;
  readonly mirror?: MirrorFacts | null;
  readonly log?: Partial<LogFacts>;
}

const RECORD = {
  ...{ org_id: 'acme', created_at: iso(0), created_by: 'u-owner', updated_at: iso(0), updated_by: 'u-owner' },
  version: 1,
};

function historyOf(world: TestWorld): { history: AccessHistory; feed: Map<string, Map<string, object>> } {
  const feed = new Map<string, Map<string, object>>();
  const of = (kind: string): Map<string, object> => {
    if (!feed.has(kind)) feed.set(kind, new Map());
    return feed.get(kind)!;
  };
  for (const { kind, id, data } of world.present ?? []) of(kind).set(id, data as object);
  const steps = (world.changes ?? []).map(({ day, kind, id, data }, seq): HistoryStep => {
    const state = data === null ? 'delete' : data === 'unknown' ? 'unknown' : 'put';
    if (data === null) of(kind).delete(id);
    else if (data !== 'unknown') of(kind).set(id, data);
    return {
      ...{ seq, kind, id, validFrom: START + day * DAY, state, before: null },
      data: state === 'put' ? (data as HistoryStep['data']) : null,
    };
  });
  // A change whose content was withheld stays unknown: the feed would tell it.
  for (const { kind, id } of (world.changes ?? []).filter(({ data }) => data === 'unknown')) of(kind).delete(id);
  return { history: new AccessHistory(steps, feed as never), feed };
}

/** A world of so few words. Entities of the history are records too, as they are at the end, unless `records` has one of that id. */
export function checkWorld(world: TestWorld): CheckWorld {
  const { history, feed } = historyOf(world);
  const records = <K extends EntityKind>(kind: K): EntityOf<K>[] => {
    const told = (world.records?.[kind] ?? []).map((one) => entitySchemas[kind].parse({ ...RECORD, ...one }));
    const rest = [...(feed.get(kind) ?? [])].filter(([id]) => told.every((one) => one.id !== id)).map(([, one]) => one);
    return [...told, ...rest] as EntityOf<K>[];
  };
  return {
    ...{ orgId: 'acme', asOf: START + (world.asOf ?? 365) * DAY, history, records },
    log: { ...logOf(world.events ?? [], world.begin), ...world.log },
    ...{ safeguards: world.safeguards ?? null, mirror: world.mirror ?? null },
  };
}

/** One check over a world, with some parameters otherwise. */
export function judge(
  check: string,
  world: CheckWorld,
  period: CheckPeriod,
  parameters: Partial<CheckParameters> = {},
): CheckOutcome {
  return evaluateCheck(check, world, period, { sha256, parameters });
}

/** One row of a table of cases: what a check comes to in a world. */
export interface CheckCase {
  readonly name: string;
  readonly world: TestWorld;
  /** Days; default [0, 100). */
  readonly period?: readonly [from: number, to: number];
  readonly parameters?: Partial<CheckParameters>;
  readonly state: CheckOutcome['state'];
  /** Ids of items, the excepted ones too. */
  readonly items?: readonly string[];
  readonly population?: number;
  readonly summary?: RegExp;
}

/** What a case gives beside what it should, for one comparison of whole objects. */
export function compared(check: string, { world, period = [0, 100], parameters, ...expected }: CheckCase) {
  const outcome = judge(check, checkWorld(world), days(...period), parameters);
  const { name, summary, ...rest } = expected;
  const found = { state: outcome.state, items: outcome.items.map(({ id }) => id), population: outcome.population };
  return {
    found: { ...found, said: (summary?.test(outcome.summary) ?? true) ? '' : outcome.summary },
    expected: { ...found, items: [], ...rest, said: '' },
  };
}
