/** Ninety days in the life of an organization: who does what, when, and how it ends. */
import type { Json } from '../../shared/json/index.ts';
import type { EventDraft } from '../audit/draft.ts';
import type { Replayed } from '../log/append.ts';
import type { DemoPerson, DemoRole } from './organizations.ts';
import type { SeededRandom } from './random.ts';

export const DEMO_DAYS = 90;
const DAY = 86_400_000;
const HOUR = 3_600_000;

export interface DemoMember extends DemoPerson {
  readonly role: DemoRole;
}

export interface DemoScene {
  readonly members: readonly DemoMember[];
  readonly workspaces: readonly { readonly id: string; readonly name: string }[];
  /** Milliseconds since 1970. */
  readonly end: number;
  /** Offset of the organization's zone from UTC, hours: its working day decides the rhythm. */
  readonly utcOffset: number;
}

type Outcome = NonNullable<EventDraft['outcome']>;
export type DemoDraft = EventDraft & Replayed;

const SERVICES = ['ci-deploy', 'billing-sync', 'report-runner', 'ehr-import'] as const;
const AGENTS = ['Firefox 143', 'Chrome 141', 'Safari 26', 'Edge 141', 'mission-cli 4.2'] as const;
const FRAMEWORKS = ['SOC 2', 'HIPAA', 'GDPR', 'PCI DSS', 'CCPA'] as const;
const ROLE_NAMES = ['viewer', 'developer', 'manager', 'admin'] as const;

/** Activity by hour of the local day, 0 to 23: a working day with a dip at noon, and machines at night. */
const HOURS = [2, 1.5, 1.5, 1.5, 2, 3, 4, 7, 12, 15, 16, 14, 10, 13, 15, 14, 12, 9, 6, 4, 3.5, 3, 2.5, 2] as const;

const ACTIONS: readonly (readonly [action: string, weight: number])[] = [
  ['thread.read', 30],
  ['thread.create', 11],
  ['thread.update', 12],
  ['thread.delete', 1.5],
  ['logs.read', 9],
  ['logs.delete', 0.8],
  ['auth.login', 9],
  ['auth.logout', 5],
  ['usage.read', 4],
  ['script.execute', 7],
  ['directive.read', 4],
  ['member.invite', 0.5],
  ['member.role.update', 0.4],
  ['member.remove', 0.15],
  ['service_account.rotate', 0.3],
  ['export.bundle.create', 0.25],
  ['compliance.mode.enable', 0.05],
  ['retention.policy.update', 0.08],
  ['workspace.update', 0.2],
  ['settings.update', 0.4],
];
/** What machines do. */
const SERVICE_ACTIONS = new Set([
  'thread.read',
  'thread.create',
  'thread.update',
  'logs.read',
  'logs.delete',
  'usage.read',
  'script.execute',
]);
const ADMIN_ACTIONS = /^(member|service_account|export|compliance|retention|workspace|settings)\./;

/** Rising times over the period by weekday and hour; an incident of one hour, ten days before the end, has ten times the events. */
export function demoTimes(random: SeededRandom, scene: DemoScene, count: number): Float64Array {
  const hours = DEMO_DAYS * 24;
  const start = scene.end - hours * HOUR;
  const weights = Array.from({ length: hours }, (_, i) => {
    const local = new Date(start + i * HOUR + scene.utcOffset * HOUR);
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

function targetOf(
  random: SeededRandom,
  action: string,
  scene: DemoScene,
): { type: string; id: string; name?: string } | null {
  const [kind] = action.split('.');
  if (kind === 'auth' || kind === 'usage' || kind === 'settings') return null;
  if (kind === 'member') {
    const member = random.pick(scene.members);
    return { type: 'member', id: member.id, name: member.name };
  }
  if (kind === 'service_account') {
    const id = random.pick(SERVICES);
    return { type: 'service_account', id: `sa_${id}`, name: id };
  }
  if (kind === 'compliance') return { type: 'framework', id: random.pick(FRAMEWORKS) };
  if (kind === 'workspace') {
    const workspace = random.pick(scene.workspaces);
    return { type: 'workspace', id: workspace.id, name: workspace.name };
  }
  const prefix =
    { thread: 'thr', logs: 'log', script: 'scr', directive: 'dir', export: 'bnd', retention: 'pol' }[kind!] ?? 'obj';
  return { type: kind === 'logs' ? 'log' : kind!, id: `${prefix}_${(50_000 + random.below(8_000)).toString()}` };
}

function changeOf(random: SeededRandom, action: string): Json | null {
  switch (action) {
    case 'member.role.update': {
      const before = random.below(ROLE_NAMES.length);
      const after = (before + 1 + random.below(ROLE_NAMES.length - 1)) % ROLE_NAMES.length;
      return { before: { role: ROLE_NAMES[before]! }, after: { role: ROLE_NAMES[after]! } };
    }
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

function outcomeOf(
  random: SeededRandom,
  action: string,
  actor: { type: string; role: DemoRole | null },
  incident: boolean,
): Outcome {
  if (action === 'auth.login') return random.chance(incident ? 0.7 : 0.06) ? 'failure' : 'success';
  if (action === 'logs.delete' && actor.type === 'service_account') return random.chance(0.6) ? 'denied' : 'success';
  if (ADMIN_ACTIONS.test(action) && actor.role !== 'admin' && actor.role !== 'manager') return 'denied';
  if (incident && random.chance(0.3)) return random.pick(['denied', 'failure'] as const);
  return random.weighted([
    ['success', 985],
    ['denied', 9],
    ['failure', 6],
  ] as const);
}

/** One event at that time. */
export function demoEvent(random: SeededRandom, scene: DemoScene, time: number, n: number): DemoDraft {
  const age = scene.end - time;
  const incident = age > 10 * DAY + 4 * HOUR && age <= 10 * DAY + 5 * HOUR;
  const action = incident && random.chance(0.5) ? 'auth.login' : random.weighted(ACTIONS);
  const service = SERVICE_ACTIONS.has(action) && random.chance(0.45) ? random.pick(SERVICES) : null;
  const people =
    ADMIN_ACTIONS.test(action) && random.chance(0.95)
      ? scene.members.filter(({ role }) => role === 'admin' || role === 'manager')
      : scene.members;
  const person = random.pick(people);
  const actor =
    service === null
      ? ({ type: 'user', id: person.id } as const)
      : ({ type: 'service_account', id: `sa_${service}` } as const);
  const target = targetOf(random, action, scene);
  const change = changeOf(random, action);
  const workspace = /^(thread|logs|script|directive)\./.test(action) ? random.pick(scene.workspaces).id : null;
  const occurred = time - random.below(400);
  return {
    action,
    outcome: outcomeOf(random, action, { type: actor.type, role: service === null ? person.role : null }, incident),
    actor,
    target: target === null ? null : { type: target.type, id: target.id },
    workspace,
    request: `req_${n.toString(36).padStart(8, '0')}`,
    occurredAt: new Date(occurred).toISOString(),
    recordedAt: time,
    disclosures: {
      actor: service === null ? { name: person.name, email: person.email } : { name: service },
      ...(target?.name === undefined ? {} : { target: { name: target.name } }),
      source: {
        ip: incident ? `198.51.100.${random.below(40)}` : `203.0.113.${random.below(250)}`,
        user_agent: service === null ? random.pick(AGENTS) : 'mission-cli 4.2',
      },
      ...(change === null ? {} : { change }),
    },
  };
}
