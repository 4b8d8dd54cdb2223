/** The past of every entity that decides on access, as the proven log tells it, and the state at any instant of it. */
import type { Member, Organization, PermissionSet, Role, ServiceAccount } from '../../entities/index.ts';
import type { HISTORY_KINDS, HistoryKind } from '../changes.ts';
import type { AccessEntities } from './state.ts';

type Data = Readonly<Record<string, unknown>>;

/** One step of an entity's past, in order of the log. */
export interface HistoryStep {
  readonly seq: number;
  readonly kind: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly state: 'put' | 'delete' | 'unknown';
  readonly data: Data | null;
  /** The state before, where no earlier step tells it. */
  readonly before: Data | null;
}

export interface EntityVersion {
  /** Valid from here; -Infinity where nothing tells since when. */
  readonly from: number;
  /** Null: removed. */
  readonly data: Data | null;
  /** Whether the log says when this version began: else `from` is not a change that was seen. */
  readonly told: boolean;
  /** The change was withheld or erased and nothing else tells it: `data` is what was known before. */
  readonly unknown: boolean;
}

/** The feed's entities, by kind and id. */
export type FeedEntities = ReadonlyMap<string, ReadonlyMap<string, Data>>;

export interface Disagreement {
  readonly kind: string;
  readonly id: string;
}

const MADE_AT: Readonly<Record<string, string>> = {
  organization: 'created_at',
  member: 'invited_at',
  role: 'created_at',
  service_account: 'created_at',
};
/** What must agree between the log's end and the feed: what decides on access. Names and times of last use may lag. */
const DECIDES: Readonly<Record<(typeof HISTORY_KINDS)[number], readonly string[]>> = {
  organization: ['owner_id'],
  member: ['user_id', 'role', 'permissions', 'status'],
  role: ['inherits', 'permissions', 'catalog_version'],
  permission_set: ['permissions'],
  service_account: ['permissions', 'catalog_version', 'expires_at', 'revoked_at'],
};

function madeAt(kind: string, data: Data): number {
  const time = Date.parse(String(data[MADE_AT[kind] ?? '']));
  return Number.isNaN(time) ? -Infinity : time;
}

export class AccessHistory {
  private readonly past = new Map<string, EntityVersion[]>();
  private readonly ids = new Map<string, Set<string>>();
  /** Times of changes whose content nothing tells, rising. */
  private readonly unknownAt: number[] = [];
  private readonly differing: Disagreement[] = [];

  /** @param steps of every kind, by rising sequence. @param feed the present entities, for what the log does not tell. */
  constructor(steps: readonly HistoryStep[], feed: FeedEntities) {
    for (const step of steps) this.add(step);
    for (const [kind, entities] of feed) for (const [id, data] of entities) this.fill(kind, id, data);
    for (const [key, versions] of this.past) {
      const [kind, id] = key.split(/ (.*)/s) as [string, string];
      for (const version of versions) if (version.unknown) this.unknownAt.push(version.from);
      this.compare(kind, id, versions.at(-1)!, feed.get(kind)?.get(id) ?? null);
    }
    this.unknownAt.sort((a, b) => a - b);
  }

  private versions(kind: string, id: string): EntityVersion[] {
    const key = `${kind} ${id}`;
    let list = this.past.get(key);
    if (list === undefined) {
      list = [];
      this.past.set(key, list);
      const ids = this.ids.get(kind);
      if (ids === undefined) this.ids.set(kind, new Set([id]));
      else ids.add(id);
    }
    return list;
  }

  private add({ kind, id, validFrom, state, data, before }: HistoryStep): void {
    const list = this.versions(kind, id);
    const last = list.at(-1);
    if (before !== null && last === undefined) {
      const founded = kind === 'member' ? this.foundedAt(before) : null;
      const from = founded ?? Math.min(madeAt(kind, before), validFrom);
      list.push({ from, data: before, told: founded !== null, unknown: false });
    } else if (before !== null && last?.unknown) {
      // What the next change says it found is what the unknown one left.
      list[list.length - 1] = { ...last, data: before, unknown: false };
    }
    if (state === 'unknown') list.push({ from: validFrom, data: last?.data ?? null, told: true, unknown: true });
    else list.push({ from: validFrom, data: state === 'put' ? data : null, told: true, unknown: false });
  }

  /** What the log does not tell of an entity, the feed may. */
  private fill(kind: string, id: string, data: Data): void {
    const list = this.versions(kind, id);
    const last = list.at(-1);
    if (last === undefined) {
      const founded = kind === 'member' ? this.foundedAt(data) : null;
      list.push({ from: founded ?? madeAt(kind, data), data, told: founded !== null, unknown: false });
      if (founded === null) this.differing.push({ kind, id });
    } else if (last.unknown) list[list.length - 1] = { ...last, data, unknown: false };
  }

  /**
   * When the organization was founded, for its founder as an admin; null for everybody else. In older logs the event that founds it names
   * the owner, and none tells the membership.
   */
  private foundedAt(member: Data): number | null {
    for (const id of this.ids.get('organization') ?? []) {
      const first = this.past.get(`organization ${id}`)?.[0];
      if (first?.told && first.data?.owner_id === member.user_id && member.role === 'admin') return first.from;
    }
    return null;
  }

  private compare(kind: string, id: string, last: EntityVersion, feed: Data | null): void {
    const fields = DECIDES[kind as keyof typeof DECIDES] as readonly string[] | undefined;
    if (fields === undefined || !last.told || last.unknown) return;
    // The feed was read before the log: it may be one step behind, which the version tells.
    if (Number(last.data?.version ?? 0) > Number(feed?.version ?? Infinity)) return;
    const differs =
      (last.data === null) !== (feed === null) ||
      fields.some((field) => JSON.stringify(last.data?.[field]) !== JSON.stringify(feed?.[field]));
    if (differs) this.differing.push({ kind, id });
  }

  /** Entities of which log and feed do not say the same now. */
  disagreements(): readonly Disagreement[] {
    return this.differing;
  }

  /** Changes up to an instant that an answer may miss. */
  unknownChanges(at: number): number {
    return this.unknownAt.filter((time) => time <= at).length;
  }

  idsOf(kind: HistoryKind): Iterable<string> {
    return this.ids.get(kind) ?? [];
  }

  /** Versions of an entity, oldest first. */
  versionsOf(kind: string, id: string): readonly EntityVersion[] {
    return this.past.get(`${kind} ${id}`) ?? [];
  }

  /** The version in force at an instant: the last one that began at or before it. */
  versionAt(kind: string, id: string, at: number): EntityVersion | null {
    const list = this.versionsOf(kind, id);
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle]!.from <= at) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? null : list[low - 1]!;
  }

  /** When the version after this instant begins; Infinity for none. */
  nextChange(kind: string, id: string, at: number): number {
    return this.versionsOf(kind, id).find(({ from }) => from > at)?.from ?? Infinity;
  }

  /**
   * Since when a condition on an entity has held without a break, going back from an instant at which it holds. Null: it already held when
   * what is told begins, or something between is unknown.
   */
  since(kind: string, id: string, at: number, holds: (data: Data) => boolean): number | null {
    let since: number | null = null;
    const versions = this.versionsOf(kind, id);
    for (let i = versions.length - 1; i >= 0; i--) {
      const version = versions[i]!;
      if (version.from > at) continue;
      if (version.data === null || !holds(version.data)) break;
      if (version.unknown) return null;
      since = version.told ? version.from : null;
    }
    return since;
  }

  entitiesAt(at: number): AccessEntities {
    const all = <T>(kind: HistoryKind): Map<string, T> => {
      const found = new Map<string, T>();
      for (const id of this.idsOf(kind)) {
        const data = this.versionAt(kind, id, at)?.data ?? null;
        if (data !== null) found.set(id, data as T);
      }
      return found;
    };
    return {
      organization: [...all<Organization>('organization').values()][0] ?? null,
      members: all<Member>('member'),
      roles: all<Role>('role'),
      sets: all<PermissionSet>('permission_set'),
      accounts: all<ServiceAccount>('service_account'),
    };
  }
}
