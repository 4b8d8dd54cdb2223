/** How holders, paths and the basis of an answer are shown. */
import type { AccessPath, Basis, Holder } from '../../shared/contract/access.ts';
import { isBuiltIn } from '../../shared/rbac/index.ts';
import {
  ALL,
  type HolderRecord,
  kept,
  OWN,
  type Profile,
  type ProfilePath,
  pathsTo,
  pathText,
  SHARED,
  type Side,
} from '../../shared/rbac/questions/index.ts';
import type { AccessModel } from './model.ts';
import type { AccessStore } from './store.ts';

type Data = Readonly<Record<string, unknown>>;
const DISAGREEMENTS_SHOWN = 20;

export class Views {
  private readonly model: AccessModel;
  private readonly store: AccessStore;
  /** Grants of an entity's version as a set: an imported role has thousands. */
  private readonly grantSets = new WeakMap<Data, ReadonlySet<string>>();

  constructor(model: AccessModel, store: AccessStore) {
    this.model = model;
    this.store = store;
  }

  holder(record: HolderRecord): Holder {
    const { type, id, name, status } = record;
    return { type, id, name, status, detail: type === 'member' ? record.detail : this.userName(record.detail) };
  }

  private userName(userId: string): string {
    const { holders } = this.model.everyone();
    return holders.find(({ actor }) => actor === `user:${userId}`)?.name ?? userId;
  }

  scopes(mask: number): 'all' | ('own' | 'shared')[] {
    if ((mask & ALL) !== 0) return 'all';
    return [...((mask & OWN) === 0 ? [] : (['own'] as const)), ...((mask & SHARED) === 0 ? [] : (['shared'] as const))];
  }

  /** Paths of a profile to a permission, as `record` holds it; null: a role by itself. */
  paths(profile: Profile, permission: number, record: HolderRecord | null, side: Side): AccessPath[] {
    const { numbers, catalog } = side.compiler;
    return pathsTo(profile, permission, numbers, catalog).map((path) => ({
      text: pathText(path),
      source: path.source.kind,
      sourceId: path.source.kind === 'role' ? path.source.id : (record?.id ?? ''),
      grant: path.grant,
      by: path.by,
      scope: path.scope,
      inherited: path.source.through.length > 0,
      since: this.sinceOf(path, numbers.ids[permission]!, record, side),
    }));
  }

  /** A path stands on several conditions; it has been there since the last of them came true. Null when the log does not tell one. */
  private sinceOf(path: ProfilePath, permission: string, record: HolderRecord | null, side: Side): number | null {
    const came = catalogSince(side, permission);
    const grants = (data: Data): boolean =>
      this.grantsOf(data).has(path.grant) && (path.by === 'name' || came <= Number(data.catalog_version));
    const { kind, id, through } = path.source;
    const history = this.model.history();
    const { at } = side.state;
    let last: number | null = -Infinity;
    const ask = (entity: string, of: string, holds: (data: Data) => boolean): void => {
      const since = last === null ? null : history.since(entity, of, at, holds);
      last = since === null ? null : Math.max(last!, since);
    };
    if (kind !== 'role') {
      if (record !== null) ask(record.type, record.id, (data) => holdsNow(data) && grants(data));
    } else {
      const chain = [...through, id];
      if (record !== null) {
        ask('member', record.id, (data) => holdsNow(data) && data.role === chain[0]);
      }
      for (const [i, link] of chain.entries()) {
        if (isBuiltIn(link)) continue;
        const next = chain[i + 1];
        ask('role', link, next === undefined ? grants : (data) => data.inherits === next);
      }
    }
    return last === -Infinity ? null : last;
  }

  private grantsOf(data: Data): ReadonlySet<string> {
    return kept(this.grantSets, data, () => new Set(data.permissions as readonly string[]));
  }

  basis(from: Basis['from'], events: number, at: number, began: number): Basis {
    const history = this.model.history();
    const disagreements = history.disagreements();
    return {
      from,
      events,
      logBegins: this.store.logBegins,
      unknownChanges: history.unknownChanges(at),
      disagreements: { count: disagreements.length, first: disagreements.slice(0, DISAGREEMENTS_SHOWN) },
      elapsedMs: performance.now() - began,
    };
  }
}

/** Neither suspended nor revoked; an account's end is no change that the log records. */
function holdsNow(data: Data): boolean {
  return data.status !== 'suspended' && (data.revoked_at ?? null) === null;
}

function catalogSince({ compiler }: Side, permission: string): number {
  return compiler.catalog.entries.get(permission)?.since ?? Infinity;
}
