/** What follows from the store, made when first asked for and dropped when the store changes. */
import type { Member, Organization, PermissionSet, Role, ServiceAccount } from '../../shared/entities/index.ts';
import { DEMANDS } from '../../shared/rbac/index.ts';
import {
  type AccessEntities,
  AccessHistory,
  type ActorSpan,
  Actors,
  accountRecord,
  Compiler,
  catalogOf,
  creatorsOf,
  firstRow,
  type HolderRecord,
  kept,
  memberRecord,
  PermissionNumbers,
  type Relations,
  relationsUsed,
  type Sharing,
  type Side,
  sortHolders,
  stateOf,
  type Usage,
  usageOf,
} from '../../shared/rbac/questions/index.ts';
import type { AccessStore } from './store.ts';

const SIDES_MAX = 8;
const USAGES_MAX = 4;
const MINUTE = 60_000;

/** Oldest goes first. */
class Few<V> extends Map<string, V> {
  private readonly most: number;
  constructor(most: number) {
    super();
    this.most = most;
  }
  override set(key: string, value: V): this {
    super.set(key, value);
    if (this.size > this.most) this.delete(this.keys().next().value as string);
    return this;
  }
}

/** Everybody there ever was: one number a holder. */
export interface Everyone {
  readonly holders: readonly HolderRecord[];
  readonly numberOf: ReadonlyMap<string, number>;
}

export class AccessModel {
  readonly numbers = new PermissionNumbers();
  private readonly store: AccessStore;
  private revision = -1;
  private made = new Map<string, unknown>();
  private sides = new Few<Side>(SIDES_MAX);
  private usages = new Few<Usage>(USAGES_MAX);
  private compilers: { readonly sets: readonly PermissionSet[]; readonly compiler: Compiler }[] = [];

  constructor(store: AccessStore) {
    this.store = store;
  }

  private make<T>(name: string, build: () => T): T {
    if (this.revision !== this.store.revision) {
      this.revision = this.store.revision;
      this.made = new Map();
      this.sides = new Few(SIDES_MAX);
      this.usages = new Few(USAGES_MAX);
    }
    return kept(this.made as Map<string, T>, name, build);
  }

  history(): AccessHistory {
    return this.make('history', () => new AccessHistory(this.store.steps, this.store.feed));
  }

  /** The entities as last synced. */
  present(): AccessEntities {
    const of = <T>(kind: string): ReadonlyMap<string, T> =>
      (this.store.feed.get(kind) ?? new Map()) as unknown as ReadonlyMap<string, T>;
    return {
      organization: [...of<Organization>('organization').values()][0] ?? null,
      members: of<Member>('member'),
      roles: of<Role>('role'),
      sets: of<PermissionSet>('permission_set'),
      accounts: of<ServiceAccount>('service_account'),
    };
  }

  /** The state at an instant, from the log; null: the present one, from the entities. */
  side(at: number | null, now: number): Side {
    this.history();
    // Only an account's end depends on the present instant: a minute is close enough to share the work.
    return kept(this.sides, String(at ?? `now ${Math.floor(now / MINUTE)}`), () =>
      this.sideOf(at === null ? this.present() : this.history().entitiesAt(at), at ?? now),
    );
  }

  sideOf(entities: AccessEntities, at: number): Side {
    const sets = [...entities.sets.values()];
    const compiler = this.compilerOf(sets);
    return { state: stateOf(entities, at, compiler.catalog), compiler };
  }

  private compilerOf(sets: readonly PermissionSet[]): Compiler {
    const same = this.compilers.find(
      (one) => one.sets.length === sets.length && one.sets.every((s, i) => s === sets[i]),
    );
    if (same !== undefined) return same.compiler;
    const compiler = new Compiler(catalogOf(sets), this.numbers);
    this.compilers = [{ sets, compiler }, ...this.compilers].slice(0, SIDES_MAX);
    return compiler;
  }

  everyone(): Everyone {
    return this.make('everyone', () => {
      const history = this.history();
      const present = this.present();
      const gone = (record: HolderRecord, still: boolean): HolderRecord =>
        still ? record : { ...record, status: 'revoked' };
      const last = <T>(kind: string, id: string): T =>
        history.versionsOf(kind, id).findLast(({ data }) => data !== null)?.data as T;
      const found: HolderRecord[] = [];
      for (const id of history.idsOf('member')) {
        const member = present.members.get(id) ?? last<Member | undefined>('member', id);
        if (member !== undefined) found.push(gone(memberRecord(member), present.members.has(id)));
      }
      for (const id of history.idsOf('service_account')) {
        const account = present.accounts.get(id) ?? last<ServiceAccount | undefined>('service_account', id);
        if (account !== undefined) found.push(gone(accountRecord(account, -Infinity), present.accounts.has(id)));
      }
      const holders = sortHolders(found);
      return { holders, numberOf: new Map(holders.map(({ key }, i) => [key, i])) };
    });
  }

  actors(): Actors {
    return this.make('actors', () => {
      const { holders } = this.everyone();
      const codes = new Map(this.store.actors.map((actor, code) => [actor, code]));
      const spans = new Map<number, ActorSpan[]>();
      for (const [holder, { actor, type, id }] of holders.entries()) {
        const code = codes.get(actor);
        if (code === undefined) continue;
        const from = this.history().versionsOf(type, id)[0]?.from ?? -Infinity;
        kept(spans, code, () => []).push({ holder, from });
      }
      for (const list of spans.values()) list.sort((a, b) => a.from - b.from);
      return new Actors(holders.length, this.store.actors.length, spans);
    });
  }

  relations(): Relations {
    return this.make('relations', () => {
      const { events, actions, sharings } = this.store;
      let targets = 0;
      for (let i = 0; i < events.count; i++) targets = Math.max(targets, events.target[i]! + 1);
      const byTarget = new Map<number, Sharing[]>();
      for (const sharing of sharings) kept(byTarget, sharing.target, () => []).push(sharing);
      return {
        creators: creatorsOf(events, actions.indexOf('thread.create'), targets),
        sharings: byTarget,
        holderIds: this.everyone().holders.map(({ id }) => id),
      };
    });
  }

  /** Uses recorded in [from, to), by the numbers of `everyone`. */
  usage(from: number, to: number): Usage {
    const { events, actions } = this.store;
    const actors = this.actors();
    const begin = firstRow(events, from);
    const end = firstRow(events, to);
    return kept(this.usages, `${begin} ${end}`, () => usageOf(events, begin, end, actors, actions.length));
  }

  /** The relations in which what `usage` counts was done. */
  relationsUsed(from: number, to: number): Uint8Array {
    const { events, actions } = this.store;
    const input = { actors: this.actors(), actions, relations: this.relations() };
    const [begin, end] = [firstRow(events, from), firstRow(events, to)];
    return this.make(`relations used ${begin} ${end}`, () => relationsUsed(events, begin, end, input));
  }

  /** Codes of the actions whose demand a permission satisfies. */
  actionsAsking(permission: string): readonly number[] {
    return this.make(`asking ${permission}`, () =>
      [...this.store.actions.entries()].flatMap(([code, action]) =>
        DEMANDS[action]?.anyOf.includes(permission) ? [code] : [],
      ),
    );
  }
}
