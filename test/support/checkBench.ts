/** A large world for figures of the automated checks: a year of events, members that come and change, accounts, and the records people keep. */
import type { CheckWorld, LogFacts } from '../../shared/compliance/checks/world.ts';
import { PRESETS } from '../../shared/compliance/modes.ts';
import type { EntityKind, Safeguards } from '../../shared/entities/index.ts';
import {
  aKey,
  aMember,
  anAccount,
  anOrganization,
  checkWorld,
  DAY,
  iso,
  START,
  type TestChange,
} from './checkWorld.ts';

export const YEAR_DAYS = 365;
/** Members who leave in the last moment. */
export const LEAVERS = 100;
const ADMINS = 20;
const ACCOUNTS = 200;
const TARGETS = 50_000;
/** Of 25 events in a row one is a change of access, as in the bench of the first sync. */
const TURN = ['member.role.update', 'auth.login', 'auth.logout', 'log.read', 'export.create', 'usage.read'].concat(
  ...['thread.create', 'thread.update', 'thread.delete', 'workspace.read'].map((action) => Array(3).fill(action)),
  Array(7).fill('thread.read'),
);
const ROLES = ['viewer', 'developer', 'manager'];

/** The same numbers each time, below n. */
function noise(): (n: number) => number {
  let state = 1;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** `members` people and 200 accounts act in turn; the targets of changes of access are members. */
function logOfYear(events: number, members: number): LogFacts {
  const below = noise();
  const actions = [...new Set(TURN)];
  const actors = [
    ...Array.from({ length: members }, (_, n) => `user:u-m${n}`),
    ...Array.from({ length: ACCOUNTS }, (_, n) => `service_account:s${n}`),
  ];
  const targets = [
    ...Array.from({ length: members }, (_, n) => `member:m${n}`),
    ...Array.from({ length: TARGETS }, (_, n) => `thread:t${n}`),
  ];
  const recorded = Float64Array.from({ length: events }, (_, i) => START + Math.floor((i * YEAR_DAYS * DAY) / events));
  const change = (i: number): boolean => i % TURN.length === 0;
  return {
    columns: {
      ...{ count: events, seq: Uint32Array.from({ length: events }, (_, i) => i), recorded },
      occurred: recorded.map((at) => at - below(2_000)),
      actor: Uint32Array.from({ length: events }, () => below(actors.length)),
      action: Uint32Array.from({ length: events }, (_, i) => actions.indexOf(TURN[i % TURN.length]!)),
      target: Uint32Array.from({ length: events }, (_, i) => (change(i) ? below(members) : members + below(TARGETS))),
      outcome: Uint8Array.from({ length: events }, (_, i) => (change(i) ? 0 : below(50) === 0 ? 1 : 0)),
      origin: new Uint8Array(events).fill(1),
    },
    ...{ actors, actions, targets, begin: 0, size: events, root: '00'.repeat(32), counterGaps: [] },
    recomputed: { at: START + YEAR_DAYS * DAY, size: events, matched: true },
  };
}

/** Everybody joins on day 0; each change of access that the log names gives its target the next role; some leave at the end. */
function changesOf({ columns, actions }: LogFacts, members: number): TestChange[] {
  const role = new Uint32Array(members);
  const code = actions.indexOf('member.role.update');
  const as = (n: number) =>
    aMember(`m${n}`, { role: n < ADMINS ? 'admin' : ROLES[role[n]! % ROLES.length]!, mfa: n % 10 !== 0 });
  const joined = Array.from(
    { length: members },
    (_, n): TestChange => ({ day: 0, kind: 'member', id: `m${n}`, data: as(n) }),
  );
  const changed: TestChange[] = [];
  for (let i = 0; i < columns.count; i++) {
    if (columns.action[i] !== code) continue;
    const n = columns.target[i]!;
    role[n]!++;
    changed.push({ day: (columns.recorded[i]! - START) / DAY, kind: 'member', id: `m${n}`, data: as(n) });
  }
  const left = Array.from({ length: LEAVERS }, (_, n): TestChange => {
    return { day: YEAR_DAYS - 1 / DAY, kind: 'member', id: `m${members - 1 - n}`, data: null };
  });
  return [...joined, ...changed, ...left];
}

const SAFEGUARDS: Safeguards = {
  ...{ id: 'safeguards', org_id: 'acme', updated_at: iso(0), audit_logging: true, region: 'eu-central-1', version: 1 },
  at_rest: { on: true, basis: 'measured', detail: '' },
  in_transit: { on: true, basis: 'measured', detail: '' },
  data_keys: [{ id: 'k', purpose: 'secrets', created_at: iso(0) }],
};
const dayOf = (n: number): string => iso(n).slice(0, 10);

/** A new world each time: what rules derive of one is kept with it. */
export function largeWorld(events: number, members: number): CheckWorld {
  const log = logOfYear(events, members);
  const world = checkWorld({
    ...{ asOf: YEAR_DAYS, log, changes: changesOf(log, members) },
    present: [
      { kind: 'organization', id: 'acme', data: anOrganization({ mfa_required: true }) },
      ...Array.from({ length: ACCOUNTS }, (_, n) => ({
        ...{
          kind: 'service_account' as const,
          id: `s${n}`,
          data: anAccount(`s${n}`, { keys: [aKey(`k${n}`, { expires_at: iso(400) })] }),
        },
      })),
    ],
    safeguards: SAFEGUARDS,
    records: {
      log_review: Array.from({ length: YEAR_DAYS }, (_, n) => ({
        ...{ id: `r${n}`, day: dayOf(n), note: '', created_at: iso(n + 1.3) },
      })),
      incident: Array.from({ length: 500 }, (_, n) => ({
        ...{ id: `i${n}`, title: `Incident ${n}`, severity: 'high' as const, detected_at: iso(n % YEAR_DAYS) },
        ...{ responded_at: iso((n % YEAR_DAYS) + 0.02), created_at: iso(n % YEAR_DAYS) },
        ...{ resolved_at: iso((n % YEAR_DAYS) + 0.5), personal_data: false, aware_at: null, authority_told_at: null },
        ...{ notice_reason: '', note: '' },
      })),
      compliance_mode: ['soc2', 'hipaa', 'pci-dss'].map((id) => {
        const { suggested: settings } = PRESETS.find(({ framework }) => framework === id)!;
        return {
          ...{ id, framework: id, enabled: true, settings },
          revisions: [{ version: 1, enabled: true, settings, at: iso(0), by: 'u-owner', reason: '' }],
        };
      }),
    },
  });
  // Records are made once, as a console and a platform do, and not parsed at every question.
  const kept = new Map<EntityKind, unknown>();
  return {
    ...world,
    records: (kind) => {
      if (!kept.has(kind)) kept.set(kind, world.records(kind));
      return kept.get(kind) as ReturnType<typeof world.records<typeof kind>>;
    },
  };
}
