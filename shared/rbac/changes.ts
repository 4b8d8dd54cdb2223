/** What an audit event tells about access: the entities it made, changed or removed, as its `change` disclosure holds them. */
import { type EntityKind, entitySchemas } from '../entities/index.ts';

/** Kinds whose past is kept: what decides on access. Of a thread only with whom it is shared. */
export const HISTORY_KINDS = [
  'organization',
  'member',
  'role',
  'permission_set',
  'service_account',
] as const satisfies readonly EntityKind[];
export type HistoryKind = (typeof HISTORY_KINDS)[number] | 'thread';

/** One entity of an event. `unknown`: the event changed it, and its content was withheld or erased. */
export interface EntityStep {
  readonly kind: string;
  readonly id: string;
  readonly state: 'put' | 'delete' | 'unknown';
  /** State after the change; null unless `put`. */
  readonly after: Readonly<Record<string, unknown>> | null;
  /** State before it, where told. */
  readonly before: Readonly<Record<string, unknown>> | null;
}

const ACCESS_ACTION =
  /^(?:organization|member|role|permission_set|service_account)\.|^access_review\.close$|^thread\.share$/;
const READS = /\.(?:list|read)$/;
const REMOVES = /\.(?:delete|remove)$/;
/** Entities nest at most this deep in a change: `{members: [...]}`. */
const DEPTH_MAX = 2;

/** True for an action that may change who may do what; reading is none. */
export function changesAccess(action: string): boolean {
  return ACCESS_ACTION.test(action) && !READS.test(action);
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The thing as its schema reads it; null for a part of one, or another thing. */
function read(kind: HistoryKind, value: Json): Json | null {
  if (kind !== 'thread') return entitySchemas[kind].safeParse(value).data ?? null;
  const { id, shared_with } = value;
  const known =
    typeof id === 'string' && Array.isArray(shared_with) && shared_with.every((one) => typeof one === 'string');
  return known ? { id, shared_with } : null;
}

/** `members` and `member` name the same kind. */
function kindNamed(key: string): HistoryKind | null {
  const one = key.replace(/s$/, '');
  return ([...HISTORY_KINDS, 'thread'] as const).find((kind) => kind === one) ?? null;
}

/** Every whole entity in one side of a change: itself, or those under the names of their kinds. */
function collect(value: unknown, kind: HistoryKind | null, into: Map<string, Json>, depth: number): void {
  if (!isObject(value)) return;
  const whole = kind === null ? null : read(kind, value);
  if (whole !== null) into.set(`${kind} ${whole.id as string}`, whole);
  if (depth === DEPTH_MAX) return;
  for (const [key, inner] of Object.entries(value)) {
    const named = kindNamed(key);
    if (named === null) continue;
    for (const one of Array.isArray(inner) ? inner : [inner]) collect(one, named, into, depth + 1);
  }
}

export interface EventFacts {
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string } | null;
  /** The `change` disclosure; undefined where none was disclosed to this mirror. */
  readonly change: unknown;
  /** Whether every disclosure of the event is here, so that a change that is not among them never was. */
  readonly complete: boolean;
}

/** What a successful event did to access. Empty: nothing. */
export function stepsOf({ action, target, change, complete }: EventFacts): EntityStep[] {
  const hint = kindNamed(target?.type ?? '') ?? kindNamed(action.slice(0, action.indexOf('.')));
  const before = new Map<string, Json>();
  const after = new Map<string, Json>();
  if (isObject(change)) {
    collect(change.before, hint, before, 0);
    collect(change.after, hint, after, 0);
  }
  const steps = [...new Set([...before.keys(), ...after.keys()])].map((key): EntityStep => {
    const [kind, id] = key.split(/ (.*)/s) as [string, string];
    const now = after.get(key) ?? null;
    return { kind, id, state: now === null ? 'delete' : 'put', after: now, before: before.get(key) ?? null };
  });
  if (steps.length > 0) return settle(steps, change, target?.id);
  // What an event of something else did to access is in events of its own: closing a review writes one for each thing it changes.
  if (hint === null || (change === undefined && complete)) return [];
  const state = REMOVES.test(action) ? 'delete' : 'unknown';
  return [{ kind: hint, id: target?.id ?? '', state, after: null, before: null }];
}

/**
 * Only half of a change is readable when its other side is part of an entity: what looks like a removal is then an unknown change.
 */
function settle(steps: EntityStep[], change: unknown, targetId: string | undefined): EntityStep[] {
  const partial = isObject(change) && isObject(change.after);
  return steps.map((step) =>
    step.state === 'delete' && partial && step.id === targetId ? { ...step, state: 'unknown' } : step,
  );
}
