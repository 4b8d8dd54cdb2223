/** The answers about holders and permissions: who, what, since when, last used. */
import type { Holder } from '../../shared/contract/access.ts';
import type { HandlerInput, Output, ProcedureName } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { isBuiltIn, ROLE_PERMISSIONS, ROLES } from '../../shared/rbac/index.ts';
import {
  ALL,
  type Diff,
  diffRows,
  diffStates,
  firstRow,
  type HolderRecord,
  maskOf,
  NOTHING,
  numbersOf,
  type Profile,
  type Side,
  type Usage,
} from '../../shared/rbac/questions/index.ts';
import type { AccessModel } from './model.ts';
import type { AccessStore } from './store.ts';
import { Views } from './views.ts';

/** The contract's inputs without the organization, and the instant at which they were asked. */
export type Asked<N extends ProcedureName> = Omit<HandlerInput<N>, 'orgId'> & { readonly now: number };

type UsedLast = { readonly lastUsedAt: number | null; readonly uses: number };

export class Answers {
  readonly model: AccessModel;
  readonly store: AccessStore;
  readonly views: Views;
  /** The last difference, whose pages are asked for one after the other. */
  private last: { readonly key: string; readonly diff: Diff } | null = null;

  constructor(model: AccessModel, store: AccessStore) {
    this.model = model;
    this.store = store;
    this.views = new Views(model, store);
  }

  me(email: string | null, now: number): Omit<Output<'access.me'>, 'online'> {
    const side = this.model.side(null, now);
    const wanted = email?.toLowerCase();
    const found = side.state.holders.find(({ type, detail }) => type === 'member' && detail.toLowerCase() === wanted);
    if (found === undefined) return { memberId: null, role: null, permissions: [] };
    const profile = side.compiler.profile(found, side.state.roles);
    const permissions = [...numbersOf(profile, this.model.numbers)].flatMap((number) => {
      const id = this.model.numbers.ids[number]!;
      const mask = maskOf(profile, number);
      if ((mask & ALL) !== 0) return [id];
      return (this.views.scopes(mask) as string[]).map((scope) => `${id}:${scope}`);
    });
    return { memberId: found.id, role: found.role, permissions };
  }

  catalog(now: number): Output<'access.catalog'> {
    const { state, compiler } = this.model.side(null, now);
    const held = new Map<string, number>();
    for (const { role } of state.holders) if (role !== null) held.set(role, (held.get(role) ?? 0) + 1);
    const reaches = (id: string): number => compiler.role(id, state.roles).perms.length;
    const custom = [...this.model.present().roles.values()].map((role) => ({
      id: role.id,
      name: role.name,
      description: role.description,
      builtIn: false,
      inherits: role.inherits,
      grants: [...role.permissions],
      catalogVersion: role.catalog_version,
      reaches: reaches(role.id),
      holders: held.get(role.id) ?? 0,
      source: role.source,
      version: role.version,
    }));
    const builtIn = ROLES.map((id) => ({
      ...{ id, name: id, description: '', builtIn: true, inherits: null, catalogVersion: state.catalog.version },
      grants: [...ROLE_PERMISSIONS[id]],
      ...{ reaches: reaches(id), holders: held.get(id) ?? 0, source: null, version: null },
    }));
    custom.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
    return {
      version: state.catalog.version,
      permissions: [...state.catalog.entries.values()].map(({ id, since }) => ({ id, since })),
      roles: [...builtIn, ...custom],
    };
  }

  role(id: string, now: number): Output<'access.role'> {
    const side = this.model.side(null, now);
    if (!isBuiltIn(id) && !side.state.roles.has(id)) throw new AppError('NOT_FOUND', 'There is no such role.', { id });
    const profile = side.compiler.role(id, side.state.roles);
    const paths = Array.from(numbersOf(profile, this.model.numbers), (number) => ({
      permission: this.model.numbers.ids[number]!,
      paths: this.views.paths(profile, number, null, side),
    }));
    return { id, paths };
  }

  holders({ text, offset, limit, now }: Asked<'access.holders'>): Output<'access.holders'> {
    const wanted = text.trim().toLowerCase();
    const found = this.model
      .everyone()
      .holders.filter(({ id, name, detail }) => [id, name, detail].some((one) => one.toLowerCase().includes(wanted)));
    // The end of an account depends on the instant at which it is looked at.
    const { byKey } = this.model.side(null, now).state;
    const rows = found.slice(offset, offset + limit).map((one) => this.views.holder(byKey.get(one.key) ?? one));
    return { total: found.length, rows };
  }

  who({ permission, at, offset, limit, now }: Asked<'access.who'>): Output<'access.who'> {
    const began = performance.now();
    const side = this.model.side(at, now);
    const number = this.model.numbers.find(permission);
    const found = side.state.holders.flatMap((record) => {
      const profile = side.compiler.profile(record, side.state.roles);
      const mask = number < 0 ? 0 : maskOf(profile, number);
      return mask === 0 ? [] : [{ record, profile, mask }];
    });
    const usage = this.usageUntil(at);
    const rows = found.slice(offset, offset + limit).map(({ record, profile, mask }) => ({
      holder: this.views.holder(record),
      scopes: this.views.scopes(mask),
      paths: this.views.paths(profile, number, record, side),
      ...this.lastUse(usage, record, permission),
    }));
    return { total: found.length, rows, basis: this.basis(at, now, began) };
  }

  effective({ holder, at, now }: Asked<'access.effective'>): Output<'access.effective'> {
    const began = performance.now();
    const side = this.model.side(at, now);
    const record = this.find(holder, side);
    const profile = side.state.byKey.has(record.key) ? side.compiler.profile(record, side.state.roles) : NOTHING;
    const usage = this.usageUntil(at);
    const grants = Array.from(numbersOf(profile, this.model.numbers), (number) => {
      const permission = this.model.numbers.ids[number]!;
      return {
        permission,
        scopes: this.views.scopes(maskOf(profile, number)),
        paths: this.views.paths(profile, number, record, side),
        ...this.lastUse(usage, record, permission),
      };
    });
    return { holder: this.views.holder(record), grants, basis: this.basis(at, now, began) };
  }

  /** The holder in this state; one that is not in it, as it was last known. Throws NOT_FOUND. */
  private find({ type, id }: Pick<Holder, 'type' | 'id'>, { state }: Side): HolderRecord {
    const key = `${type} ${id}`;
    const { holders, numberOf } = this.model.everyone();
    const known = state.byKey.get(key) ?? holders[numberOf.get(key) ?? -1];
    if (known === undefined) throw new AppError('NOT_FOUND', 'There is no such member or service account.', { id });
    return known;
  }

  diff({ from, to, offset, limit, now }: Asked<'access.diff'>): Output<'access.diff'> {
    if (from > to) throw new AppError('INPUT_INVALID', 'The later instant comes first.');
    const began = performance.now();
    const sides = [this.model.side(from, now), this.model.side(to, now)] as const;
    const diff = this.diffOf(from, to, sides);
    const rows = this.changeRows(diff, sides, offset, limit);
    const { total, gained, lost } = diff;
    return { total, gained, lost, rows, basis: this.views.basis('log', this.store.steps.length, to, began) };
  }

  private diffOf(from: number, to: number, sides: readonly [Side, Side]): Diff {
    const key = `${this.store.revision} ${from} ${to}`;
    if (this.last?.key !== key) this.last = { key, diff: diffStates(...sides) };
    return this.last.diff;
  }

  changeRows(diff: Diff, [from, to]: readonly [Side, Side], offset: number, limit: number) {
    return diffRows(diff, offset, limit).map(({ holder: { holder, before, after }, permission, change }) => {
      const sidePaths = (profile: Profile, side: Side) =>
        this.views.paths(profile, permission, side.state.byKey.get(holder.key) ?? holder, side);
      return {
        holder: this.views.holder(holder),
        permission: this.model.numbers.ids[permission]!,
        change,
        before: sidePaths(before, from),
        after: sidePaths(after, to),
      };
    });
  }

  private usageUntil(at: number | null): Usage {
    return this.model.usage(-Infinity, at === null ? Infinity : at + 1);
  }

  /** Newest use and number of uses of a permission: every event whose demand it satisfies. */
  private lastUse(usage: Usage, { key }: HolderRecord, permission: string): UsedLast {
    const holder = this.model.everyone().numberOf.get(key);
    let uses = 0;
    let last = 0;
    if (holder === undefined) return { lastUsedAt: null, uses };
    for (const action of this.model.actionsAsking(permission)) {
      uses += usage.counts[holder * usage.actions + action]!;
      last = Math.max(last, usage.last[holder * usage.actions + action]!);
    }
    return { lastUsedAt: uses === 0 ? null : last, uses };
  }

  private basis(at: number | null, now: number, began: number) {
    const { events } = this.store;
    const seen = at === null ? events.count : firstRow(events, at + 1);
    return this.views.basis(at === null ? 'mirror' : 'log', seen, at ?? now, began);
  }
}
