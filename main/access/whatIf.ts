/** The answers that suppose: a change before it is made, a role or grants other than they were, and what is not used. */
import type { RoleDraft } from '../../shared/contract/access.ts';
import type { Output } from '../../shared/contract/index.ts';
import type { Member, ServiceAccount, Workspace } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import {
  type Asker,
  BUILT_IN,
  type CustomRole,
  compilePolicy,
  DEMANDS,
  grantsOfMember,
  isBuiltIn,
  ROLE_DEPTH_MAX,
  ROLES,
  refusalsOf,
} from '../../shared/rbac/index.ts';
import {
  accountRecord,
  actionMasks,
  applyCommand,
  type Compiler,
  coversUse,
  diffStates,
  firstRow,
  type HolderRecord,
  maskOf,
  memberRecord,
  pathsTo,
  pathText,
  type Replayed,
  type ReplayInput,
  type RoleChoice,
  replay,
  type Side,
  type Stretch,
  smallestRole,
  usedOf,
  wildcardReach,
  writtenGrants,
} from '../../shared/rbac/questions/index.ts';
import type { Answers, Asked } from './answers.ts';

const PREVIEW_ROWS = 5_000;
const UNUSED_LISTED = 50_000;
/** Of one step of a replay; other questions are answered between two. */
const STEP_MS = 100;
/** Id of a drafted role that has none yet. */
const DRAFT_ID = 'the drafted role';

/** A built-in role is what it is wherever it is named: a draft of one stands under an id of its own. */
const underDraft = (id: string, draft: RoleDraft | null): string => (draft?.id === id && isBuiltIn(id) ? DRAFT_ID : id);

export interface PreviewAsked extends Asked<'access.preview'> {
  /** E-mail of the signed-in person; null: not known, so that nothing is said of their rights. */
  readonly email: string | null;
  readonly workspaces: ReadonlyMap<string, Workspace>;
}

/** A page of a replay; targets are filled in by who can read the log. */
export type ReplayPage = Omit<Output<'access.replay'>, 'rows'> & {
  readonly rows: readonly Omit<Output<'access.replay'>['rows'][number], 'target'>[];
};

/** A replay without the page of it that is asked for. */
export type ReplayAsked = Omit<Asked<'access.replay'>, 'offset' | 'limit'>;

export interface ReplayProgress {
  /** Events looked at, and those of the period that ask for a permission. */
  readonly done: number;
  readonly total: number;
  readonly finished: boolean;
}

/** A replay under way. */
interface Work {
  readonly key: string;
  readonly revision: number;
  readonly steps: ReturnType<typeof replay>;
  readonly total: number;
  done: number;
  tookMs: number;
}

export class WhatIf {
  private readonly answers: Answers;
  /** The last replay, whose pages are asked for one after the other. */
  private last: {
    readonly key: string;
    readonly revision: number;
    readonly done: Replayed;
    readonly tookMs: number;
  } | null = null;
  private work: Work | null = null;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  preview({ command, email, workspaces, now }: PreviewAsked): Output<'access.preview'> {
    const began = performance.now();
    const { model } = this.answers;
    const entities = model.present();
    const before = model.side(null, now);
    const after = model.sideOf(applyCommand(entities, command, before.state.catalog), now);
    const diff = diffStates(before, after);
    const written = writtenGrants(entities, command);
    const asker = email === null ? null : this.asker(email, before);
    return {
      changes: this.answers.changeRows(diff, [before, after], 0, PREVIEW_ROWS),
      total: diff.total,
      holders: diff.holders.length,
      wildcardDelta: written === null ? [] : wildcardReach(written, before.state.catalog),
      refusals: refusalsOf(command, { entities, workspaces, asker, catalog: before.state.catalog, now }),
      elapsedMs: performance.now() - began,
    };
  }

  /** The signed-in person's own policy; an empty one for who is no active member. */
  private asker(email: string, { state }: Side): Asker {
    const members = [...this.answers.model.present().members.values()];
    const member = members.find((one) => one.email.toLowerCase() === email.toLowerCase());
    const book = { catalog: state.catalog, roles: state.roles };
    const grants = member === undefined || member.status === 'suspended' ? [] : grantsOfMember(member, book);
    return {
      memberId: member?.id ?? null,
      userId: member?.user_id ?? null,
      workspaces: member?.workspaces ?? null,
      policy: compilePolicy(grants, state.catalog),
    };
  }

  /** Works on a replay for some milliseconds. Throws as `replay`. */
  replayStep(asked: ReplayAsked): ReplayProgress {
    const { revision } = this.answers.store;
    const key = JSON.stringify([asked.from, asked.to, asked.role, asked.holder, asked.permissions]);
    if (this.last?.key === key && this.last.revision === revision) {
      const { events } = this.last.done;
      return { done: events, total: events, finished: true };
    }
    if (this.work?.key !== key || this.work.revision !== revision) {
      const input = this.replayInput(asked);
      this.work = {
        key,
        revision,
        steps: replay(input),
        total: Math.max(0, input.end - input.begin),
        done: 0,
        tookMs: 0,
      };
    }
    const { work } = this;
    const began = performance.now();
    while (performance.now() < began + STEP_MS) {
      const step = work.steps.next();
      if (step.done === true) {
        this.last = { key, revision, done: step.value, tookMs: work.tookMs + performance.now() - began };
        this.work = null;
        return { done: work.total, total: work.total, finished: true };
      }
      work.done = step.value;
    }
    work.tookMs += performance.now() - began;
    return { done: work.done, total: work.total, finished: false };
  }

  dropReplay(): void {
    this.work = null;
  }

  /** Throws INPUT_INVALID when neither a role nor a holder is named. */
  replay(asked: Asked<'access.replay'>): ReplayPage {
    const { model, store, views } = this.answers;
    const { to, offset, limit } = asked;
    const { events, actions } = store;
    for (let { finished } = this.replayStep(asked); !finished; ) ({ finished } = this.replayStep(asked));
    const { done, tookMs } = this.last!;
    const { holders } = model.everyone();
    const actors = model.actors();
    const { byKey } = model.side(null, asked.now).state;
    const rows = Array.from(done.rows.subarray(offset, offset + limit), (row, i) => {
      const was = events.outcome[row] === 2 ? ('refused' as const) : ('allowed' as const);
      const verdict = done.verdicts[offset + i];
      const record = holders[actors.at(events.actor[row]!, events.recorded[row]!)];
      const action = actions[events.action[row]!]!;
      return {
        seq: events.seq[row]!,
        at: events.recorded[row]!,
        holder: record === undefined ? null : views.holder(byKey.get(record.key) ?? record),
        action,
        permission: DEMANDS[action]!.anyOf.join(' or '),
        was,
        would:
          verdict === 3 ? ('undetermined' as const) : was === 'allowed' ? ('refused' as const) : ('allowed' as const),
      };
    });
    return {
      total: done.rows.length,
      wouldRefuse: done.refuse,
      wouldAllow: done.allow,
      undetermined: done.undetermined,
      same: done.same,
      rows,
      // What the replay took, also where it was worked out before this page was asked for.
      basis: views.basis('log', done.events, to, performance.now() - tookMs),
    };
  }

  private replayInput(asked: ReplayAsked): ReplayInput {
    const { from, to, role, holder } = asked;
    if (from > to) throw new AppError('INPUT_INVALID', 'The later instant comes first.');
    if (holder === null && (role === null || role.id === null)) {
      throw new AppError(
        'INPUT_INVALID',
        'Name the role that would be otherwise, or the holder whose access would be.',
      );
    }
    const { model, store } = this.answers;
    const { holders } = model.everyone();
    const only = holder === null ? null : `${holder.type} ${holder.id}`;
    return {
      events: store.events,
      begin: firstRow(store.events, from),
      end: firstRow(store.events, to),
      actions: store.actions,
      actors: model.actors(),
      relations: model.relations(),
      stretches: (number) => {
        const record = holders[number]!;
        if (only !== null && record.key !== only) return null;
        const list = this.stretches(record, asked);
        return only === null && !list.some(({ touched }) => touched) ? null : list;
      },
    };
  }

  /** Access of a holder over the period under the supposition; `touched` where the supposed role is in the chain. */
  private stretches(record: HolderRecord, asked: ReplayAsked): (Stretch & { touched: boolean })[] {
    const { model, store } = this.answers;
    const history = model.history();
    const compiler = model.side(null, asked.now).compiler;
    const list: (Stretch & { touched: boolean })[] = [];
    for (let at = asked.from; at < asked.to; ) {
      const data = history.versionAt(record.type, record.id, at)?.data ?? null;
      const holder =
        data === null
          ? null
          : record.type === 'member'
            ? memberRecord(data as Member)
            : accountRecord(data as ServiceAccount, at);
      let next = history.nextChange(record.type, record.id, at);
      if (record.type === 'service_account' && data?.expires_at) {
        const end = Date.parse(data.expires_at as string);
        if (end > at) next = Math.min(next, end);
      }
      const supposed = holder === null ? null : suppose(holder, asked, compiler);
      const roles = new Map<string, CustomRole>();
      const touched =
        supposed?.role == null
          ? false
          : this.fillChain(supposed.role, at, asked.role, roles, (t) => {
              next = Math.min(next, t);
            });
      const profile =
        supposed === null
          ? null
          : compiler.profile({ ...supposed, role: supposed.role && underDraft(supposed.role, asked.role) }, roles);
      const masks =
        profile === null
          ? new Uint8Array(store.actions.length)
          : actionMasks(profile, store.actions, model.numbers, supposed!.confined);
      list.push({ from: at, masks, touched });
      at = next;
    }
    return list.length === 0
      ? [{ from: asked.from, masks: new Uint8Array(store.actions.length), touched: false }]
      : list;
  }

  /** The roles of a chain as they were, with the drafted one in its place; says when one of them changes next. */
  private fillChain(
    head: string,
    at: number,
    draft: RoleDraft | null,
    roles: Map<string, CustomRole>,
    changes: (time: number) => void,
  ): boolean {
    const history = this.answers.model.history();
    let touched = false;
    for (let id: string | null = head, depth = 0; id !== null && depth <= ROLE_DEPTH_MAX; depth++) {
      const drafted: boolean = draft !== null && id === (draft.id ?? DRAFT_ID);
      touched ||= drafted;
      if (drafted) {
        const { inherits, permissions } = draft!;
        const own = underDraft(id, draft);
        roles.set(own, { id: own, inherits, permissions, catalog_version: Infinity });
        id = inherits;
        continue;
      }
      if (isBuiltIn(id)) break;
      changes(history.nextChange('role', id, at));
      const role = history.versionAt('role', id, at)?.data as CustomRole | null | undefined;
      if (role === null || role === undefined) break;
      roles.set(id, { ...role, inherits: role.inherits && underDraft(role.inherits, draft) });
      id = role.inherits;
    }
    return touched;
  }

  unused({ from, to, offset, limit, now }: Asked<'access.unused'>): Output<'access.unused'> {
    const began = performance.now();
    const { model, store, views } = this.answers;
    const side = model.side(null, now);
    const { state, compiler } = side;
    const usage = model.usage(from, to);
    const related = model.relationsUsed(from, to);
    const { numberOf } = model.everyone();
    const choices = this.choices(side);
    const found = state.holders.filter((record) => compiler.profile(record, state.roles).perms.length > 0);
    let listed = 0;
    const rows = found.slice(offset, offset + limit).map((record) => {
      const profile = compiler.profile(record, state.roles);
      const number = numberOf.get(record.key)!;
      const { used, unused } = usedOf(profile, usage, number, store.actions, model.numbers);
      const shown = unused.slice(0, Math.max(0, UNUSED_LISTED - listed));
      listed += shown.length;
      const smaller =
        record.role === null
          ? null
          : smallestRole(used.size === 0 ? choices.all : choices.useful, profile.perms.length, (role) =>
              coversUse(role, usage, related, number, store.actions, model.numbers),
            );
      return {
        holder: views.holder(record),
        role: record.role,
        granted: profile.perms.length,
        used: used.size,
        unused: shown
          .map((permission) => ({
            permission: model.numbers.ids[permission]!,
            paths: pathsTo(profile, permission, model.numbers, compiler.catalog).map(pathText),
          }))
          .sort((a, b) => (a.permission < b.permission ? -1 : 1)),
        smallerRole: smaller === null ? null : { id: smaller.role.id, name: smaller.role.name, fewer: smaller.fewer },
      };
    });
    const events = firstRow(store.events, to) - firstRow(store.events, from);
    return { total: found.length, rows, basis: views.basis('log', events, to, began) };
  }

  /** Roles by rising size; `useful` those that any audited action asks for. */
  private choices({ state, compiler }: Side): { all: RoleChoice[]; useful: RoleChoice[] } {
    const named = this.answers.model.present().roles;
    const ids = [...ROLES, ...state.roles.keys()];
    const all = ids
      .map((id) => ({ id, name: named.get(id)?.name ?? id, profile: compiler.role(id, state.roles) }))
      .sort((a, b) => a.profile.perms.length - b.profile.perms.length || (a.id < b.id ? -1 : 1));
    const asked = [...BUILT_IN.entries.keys()].map((id) => compiler.numbers.find(id));
    const useful = all.filter(({ profile }) => asked.some((number) => maskOf(profile, number) !== 0));
    return { all, useful };
  }
}

/** The holder as it is supposed to have been. */
function suppose(holder: HolderRecord, { role, holder: only, permissions }: ReplayAsked, compiler: Compiler) {
  if (only === null) return holder;
  return {
    ...holder,
    ...(role === null || holder.type === 'service_account' ? {} : { role: role.id ?? DRAFT_ID }),
    ...(permissions === null ? {} : { permissions, catalogVersion: compiler.catalog.version }),
  };
}
