/**
 * Ninety days in the life of an organization: who does what, when, and how it ends. What a permission decides ends as the permissions
 * of that moment say, so that the past answers questions about access as a real one would.
 */
import type { Thread } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { BUILT_IN, compilePolicy, DEMANDS, type Policy, parsePermission } from '../../shared/rbac/index.ts';
import type { EventDraft } from '../audit/draft.ts';
import type { Replayed } from '../log/append.ts';
import { threadStory } from '../threads/service.ts';
import type { DemoPerson } from './organizations.ts';
import type { SeededRandom } from './random.ts';
import { type DemoThreads, type DemoWorkspace, relationTo } from './threads.ts';

export const DEMO_DAYS = 90;
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A member who can act: active, with what they may do now. */
export interface DemoMember extends DemoPerson {
  readonly memberId: string;
  readonly role: string;
  readonly policy: Policy;
  readonly workspaces: readonly string[] | null;
}

export interface DemoScene {
  /** Those who can act at this moment. */
  readonly members: readonly DemoMember[];
  readonly workspaces: readonly DemoWorkspace[];
  readonly threads: DemoThreads;
  /** Milliseconds since 1970. */
  readonly end: number;
}

type Outcome = NonNullable<EventDraft['outcome']>;
export type DemoDraft = EventDraft & Replayed;

interface Actor {
  readonly actor: Thread['owner'];
  /** Member or account id. */
  readonly sharedId: string;
  readonly policy: Policy;
  readonly role: string | null;
  readonly workspaces: readonly string[] | null;
  readonly disclosed: Json;
}

const service = (name: string, ...permissions: string[]) => ({
  name,
  permissions,
  policy: compilePolicy(
    permissions.map((text) => ({ grant: parsePermission(text), version: BUILT_IN.version })),
    BUILT_IN,
  ),
});
/** What works by itself, and what it may do. */
export const DEMO_SERVICES = [
  service('ci-deploy', 'scripts:execute', 'threads:create', 'threads:read', 'threads:update:own', 'logs:read:own'),
  service('billing-sync', 'threads:create', 'threads:read', 'threads:update', 'logs:read'),
  service('report-runner', 'directives:read', 'scripts:execute', 'threads:read', 'logs:read'),
  service('ehr-import', 'threads:create', 'threads:read', 'threads:update:own', 'logs:read:own', 'logs:delete:own'),
] as const;
const AGENTS = ['Firefox 143', 'Chrome 141', 'Safari 26', 'Edge 141', 'mission-cli 4.2'] as const;
const FRAMEWORKS = ['SOC 2', 'HIPAA', 'GDPR', 'PCI DSS', 'CCPA'] as const;

/** Activity by hour of the local day, 0 to 23: a working day with a dip at noon, and machines at night. */
const HOURS = [2, 1.5, 1.5, 1.5, 2, 3, 4, 7, 12, 15, 16, 14, 10, 13, 15, 14, 12, 9, 6, 4, 3.5, 3, 2.5, 2] as const;

const ACTIONS: readonly (readonly [action: string, weight: number])[] = [
  ['thread.read', 30],
  ['thread.create', 7],
  ['thread.update', 12],
  ['thread.delete', 2],
  ['thread.share', 1.5],
  ['thread.log.read', 9],
  ['thread.log.append', 6],
  ['thread.log.delete', 0.8],
  ['auth.login', 9],
  ['auth.logout', 5],
  ['usage.read', 4],
  ['script.execute', 5],
  ['directive.read', 3],
  ['member.list', 0.6],
  ['export.bundle.create', 0.25],
  ['compliance.mode.enable', 0.05],
  ['retention.policy.update', 0.08],
  ['settings.update', 0.4],
  // Attempts of those who may not; what succeeds of these is planned day by day in access.ts.
  ['member.role.update', 0.3],
  ['role.update', 0.1],
  ['workspace.update', 0.1],
];
/** What machines do. */
const SERVICE_ACTIONS = /^(thread\.(read|create|update|log\.(read|append|delete))|script\.execute|usage\.read)$/;
const ATTEMPTS = new Set(['member.role.update', 'role.update', 'workspace.update']);
const ADMIN_ACTIONS = /^(export|compliance|retention|settings)\./;
/** Permissions of the catalog whose actions the platform itself does not serve. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'script.execute': 'scripts:execute',
  'directive.read': 'directives:read',
};

/**
 * Rising times over the period by weekday and hour; an incident of one hour, ten days before the end, has ten times the events.
 * @param utcOffset of the organization's zone, hours: its working day decides the rhythm.
 */
export function demoTimes(
  random: SeededRandom,
  { end, utcOffset }: { readonly end: number; readonly utcOffset: number },
  count: number,
): Float64Array {
  const hours = DEMO_DAYS * 24;
  const start = end - hours * HOUR;
  const weights = Array.from({ length: hours }, (_, i) => {
    const local = new Date(start + i * HOUR + utcOffset * HOUR);
    const weekend = local.getUTCDay() === 0 || local.getUTCDay() === 6;
    const incident = i === hours - 10 * 24 - 5;
    return HOURS[local.getUTCHours()]! * (weekend ? 0.35 : 1) * (incident ? 10 : 1);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const times = new Float64Array(count);
  let hour = 0;
  let passed = 0;
  for (let i = 0; i < count; i++) {
    // Evenly spread over the weights, so that times come out rising without a sort.
    const at = ((i + random.fraction()) / count) * total;
    while (hour < hours - 1 && passed + weights[hour]! <= at) passed += weights[hour++]!;
    const within = Math.min(0.999999, (at - passed) / weights[hour]!);
    times[i] = Math.floor(start + (hour + within) * HOUR);
  }
  return times;
}

function someone(random: SeededRandom, scene: DemoScene, action: string): Actor {
  if (SERVICE_ACTIONS.test(action) && random.chance(0.4)) {
    const { name, policy } = random.pick(DEMO_SERVICES);
    const id = `sa_${name}`;
    const actor = { type: 'service_account', id } as const;
    return { actor, sharedId: id, policy, role: null, workspaces: null, disclosed: { name } };
  }
  const { id, name, email, memberId, role, policy, workspaces } = random.pick(scene.members);
  return { actor: { type: 'user', id }, sharedId: memberId, policy, role, workspaces, disclosed: { name, email } };
}

const permissionsOf = (action: string): readonly string[] =>
  ELSEWHERE[action] === undefined ? (DEMANDS[action]?.anyOf ?? []) : [ELSEWHERE[action]];

function may(by: Actor, action: string, thread: Thread | null): boolean {
  if (ADMIN_ACTIONS.test(action)) return by.role === 'admin' || by.role === 'manager';
  const wanted = permissionsOf(action);
  if (wanted.length === 0) return true;
  const relation = thread === null ? undefined : relationTo(thread, by.actor, by.sharedId);
  if (DEMANDS[action]?.whole === true && by.workspaces !== null) return false;
  return wanted.some((permission) => by.policy.check(permission, relation));
}

interface Attempt {
  readonly by: Actor;
  readonly thread: Thread | null;
  readonly allowed: boolean;
}

/** Tries of the same action until somebody may: most of what is done is allowed, some of it is not. */
const TRIES_MAX = 4;

function attempt(random: SeededRandom, scene: DemoScene, action: string, time: number): Attempt {
  const wanted = !ATTEMPTS.has(action);
  for (let n = 1; ; n++) {
    const by = someone(random, scene, action);
    let thread: Thread | null = null;
    if (action.startsWith('thread.')) {
      const workspace = random.pick(by.workspaces ?? scene.workspaces.map(({ id }) => id));
      thread =
        action === 'thread.create'
          ? scene.threads.draft(random, workspace, by.actor, time)
          : (scene.threads.pick(random, workspace) ?? null);
    }
    const missing = action.startsWith('thread.') && thread === null;
    const allowed = !missing && may(by, action, thread);
    if (missing ? n > 8 * TRIES_MAX : allowed === wanted || n > TRIES_MAX) return { by, thread, allowed };
  }
}

function outcomeOf(random: SeededRandom, action: string, allowed: boolean, incident: boolean): Outcome {
  if (action === 'auth.login') return random.chance(incident ? 0.7 : 0.06) ? 'failure' : 'success';
  if (!allowed) return 'denied';
  return random.chance(incident ? 0.2 : 0.006) ? 'failure' : 'success';
}

/** Does to the thread what the event says of it; gives the thread before and after. */
function change(random: SeededRandom, scene: DemoScene, action: string, thread: Thread, time: number) {
  const { threads } = scene;
  const next = { ...thread, updated_at: new Date(time).toISOString(), version: thread.version + 1 };
  switch (action) {
    case 'thread.create':
      threads.add(thread);
      return { before: null, after: thread };
    case 'thread.update': {
      const after = { ...next, status: random.chance(0.3) ? ('closed' as const) : ('open' as const) };
      threads.replace(thread, after);
      return { before: thread, after };
    }
    case 'thread.share': {
      const shared = new Set([random.pick(scene.members).memberId, random.pick(scene.members).memberId]);
      const after = { ...next, shared_with: [...shared].sort() };
      threads.replace(thread, after);
      return { before: thread, after };
    }
    case 'thread.delete':
      threads.remove(thread);
      return { before: thread, after: null };
    default:
      return null;
  }
}

function adminChange(action: string): Json | null {
  switch (action) {
    case 'compliance.mode.enable':
      return { before: { mfa_required: false }, after: { mfa_required: true, audit_log_retention_days: 2192 } };
    case 'retention.policy.update':
      return { before: { days: 365 }, after: { days: 730 } };
    case 'settings.update':
      return { before: { session_minutes: 60 }, after: { session_minutes: 30 } };
    default:
      return null;
  }
}

function targetOf(
  random: SeededRandom,
  action: string,
  scene: DemoScene,
): { id: string; type: string; name?: string } | null {
  const kind = action.split('.')[0]!;
  switch (kind) {
    case 'member': {
      if (action === 'member.list') return null;
      const { memberId, name } = random.pick(scene.members);
      return { type: kind, id: memberId, name };
    }
    case 'role':
      return { type: kind, id: 'incident-responder', name: 'Incident responder' };
    case 'workspace': {
      const { id, name } = random.pick(scene.workspaces);
      return { type: kind, id, name };
    }
    case 'compliance':
      return { type: 'framework', id: random.pick(FRAMEWORKS) };
    case 'script':
    case 'directive':
    case 'export':
    case 'retention':
      return { type: kind, id: `${kind.slice(0, 3)}_${50_000 + random.below(400)}` };
    default:
      return null;
  }
}

type Told = Pick<EventDraft, 'target' | 'workspace'> & { readonly disclosures: NonNullable<EventDraft['disclosures']> };

/** What the event tells of what it is about, as the platform itself would. */
function tellThread(
  random: SeededRandom,
  scene: DemoScene,
  action: string,
  thread: Thread,
  time: number,
  done: boolean,
): Told {
  const changed = done ? change(random, scene, action, thread, time) : null;
  const { target, workspace, disclosures } = threadStory(changed?.before ?? thread, changed?.after ?? null);
  return {
    target: target!,
    workspace: workspace!,
    disclosures: changed === null ? { target: disclosures!.target! } : disclosures!,
  };
}

function told(
  random: SeededRandom,
  scene: DemoScene,
  action: string,
  { thread }: Attempt,
  outcome: Outcome,
  time: number,
): Told {
  if (thread !== null) return tellThread(random, scene, action, thread, time, outcome === 'success');
  const target = targetOf(random, action, scene);
  const changed = outcome === 'success' ? adminChange(action) : null;
  const disclosures = {
    ...(target?.name === undefined ? {} : { target: { name: target.name } }),
    ...(changed === null ? {} : { change: changed }),
  };
  return { target: target === null ? null : { type: target.type, id: target.id }, workspace: null, disclosures };
}

/** What is tried, by whom and on what. What cannot be, as nothing is there or there is no room, becomes something that can. */
function choose(random: SeededRandom, scene: DemoScene, first: string, time: number): [action: string, tried: Attempt] {
  let action = first;
  for (let n = 0; ; n++) {
    const tried = attempt(random, scene, action, time);
    const { thread, allowed } = tried;
    const empty = action.startsWith('thread.') && thread === null;
    const full = action === 'thread.create' && allowed && !scene.threads.hasRoom(thread!.workspace_id);
    if (!empty && !full && !(ATTEMPTS.has(action) && allowed)) return [action, tried];
    action = n > 0 || ATTEMPTS.has(action) ? 'usage.read' : empty ? 'thread.create' : 'thread.read';
  }
}

/** One event at that time. */
export function demoEvent(random: SeededRandom, scene: DemoScene, time: number, n: number): DemoDraft {
  const age = scene.end - time;
  const incident = age > 10 * DAY + 4 * HOUR && age <= 10 * DAY + 5 * HOUR;
  const wanted = incident && random.chance(0.5) ? 'auth.login' : random.weighted(ACTIONS);
  const [action, tried] = choose(random, scene, wanted, time);
  const { by, allowed } = tried;
  const outcome = outcomeOf(random, action, allowed, incident);
  const { disclosures, ...about } = told(random, scene, action, tried, outcome, time);
  return {
    action,
    outcome,
    actor: by.actor,
    ...about,
    request: `req_${n.toString(36).padStart(8, '0')}`,
    occurredAt: new Date(time - random.below(400)).toISOString(),
    recordedAt: time,
    disclosures: {
      actor: by.disclosed,
      ...disclosures,
      source: {
        ip: incident ? `198.51.100.${random.below(40)}` : `203.0.113.${random.below(250)}`,
        user_agent: by.actor.type === 'user' ? random.pick(AGENTS) : 'mission-cli 4.2',
      },
    },
  };
}
