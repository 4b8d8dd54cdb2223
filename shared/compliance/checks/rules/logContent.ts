/** What events say: six fields (LOG-03), classes (LOG-04), times (LOG-08), and who acted (LOG-10). */
import { eventClassOf } from '../../eventClass.ts';
import type { CheckRule, CheckScope } from '../rule.ts';
import { type CheckPeriod, type CheckWorld, type LogFacts, ORIGIN } from '../world.ts';
import {
  answer,
  byAction,
  dayOf,
  eachRow,
  type Failing,
  isImported,
  isoOf,
  lookedRows,
  many,
  rowsIn,
} from './common.ts';

/**
 * Actions that are about nothing in particular: signing in and out is about who acts; a list, a discovery and a heartbeat have no single target.
 * Of other systems the verbs that only read: a call that lists everything names nothing.
 */
function needsTarget(action: string): boolean {
  const last = action.slice(action.lastIndexOf('.') + 1);
  if (isImported(action)) return !/^(?:batch|describe|get|head|list|lookup|search|watch)/i.test(last);
  return !/^auth\.|\.(?:list|read|discover|heartbeat)$/.test(action);
}

/** What the platform sums up itself, over many requests that were refused: they came from more places than one. */
const SUMMED_UP: ReadonlySet<string> = new Set(['service_account.key.limit']);

const NAMED = /^(?:user|service_account|system):./s;

interface Fields {
  readonly missing: readonly string[];
  readonly withheld: boolean;
}

/** Which of the six fields a row lacks. */
function fieldsOf(log: LogFacts): (row: number) => Fields | null {
  const { columns: c, targets } = log;
  const who = log.actors.map((actor) => NAMED.test(actor));
  const placed = log.actors.map((actor) => !actor.startsWith('system:'));
  const target = byAction(log, needsTarget);
  const origin = byAction(log, (action) => !SUMMED_UP.has(action));
  const what = byAction(log, (action) => action !== '');
  return (row) => {
    const action = c.action[row]!;
    const actor = c.actor[row]!;
    const asked = placed[actor]! && origin[action]!;
    const withheld = asked && c.origin[row] === ORIGIN.withheld;
    const nowhere = asked && c.origin[row] === ORIGIN.absent;
    const untargeted = target[action]! && targets[c.target[row]!] === '';
    const timed = Number.isFinite(c.occurred[row]) && Number.isFinite(c.recorded[row]);
    const whole = who[actor]! && what[action]! && timed && c.outcome[row]! <= 2 && !nowhere && !untargeted;
    if (whole && !withheld) return null;
    const missing = [
      ...(who[actor] ? [] : ['who']),
      ...(what[action] ? [] : ['what']),
      ...(timed ? [] : ['when']),
      ...(c.outcome[row]! <= 2 ? [] : ['outcome']),
      ...(nowhere ? ['origin'] : []),
      ...(untargeted ? ['target'] : []),
    ];
    return { missing, withheld };
  };
}

/** PCI DSS 4.0.1, 10.2.2: user, type of event, time, success or failure, origination, and what was affected. */
const LOG_03: CheckRule = {
  id: 'LOG-03',
  version: 1,
  populationOf: 'events of the period',
  explain: () =>
    'Passes when every event names who, what, when, outcome, origin and target. The platform itself has no origin; sign-ins, lists and reads need no target. Fails at each event that lacks one; insufficient where an origin is withheld from the reader.',
  *run({ world: { log }, period }) {
    const rows = rowsIn(log, period);
    const lacks = fieldsOf(log);
    const failing: Failing[] = [];
    let withheld = 0;
    yield* eachRow(rows, (row) => {
      const found = lacks(row);
      if (found === null) return;
      if (found.withheld) withheld++;
      if (found.missing.length === 0) return;
      const seq = log.columns.seq[row]!;
      const title = `Event ${seq}, ${log.actions[log.columns.action[row]!]}`;
      failing.push({
        id: `event ${seq}`,
        title,
        at: log.columns.recorded[row]!,
        why: `Lacks ${found.missing.join(', ')}.`,
      });
    });
    return answer({
      population: rows.to - rows.from,
      failing,
      missing: [withheld === 0 ? null : `The origin of ${many(withheld, 'event')} is withheld from this reader.`],
      looked: { rows: lookedRows(log, rows), withheld, failing: failing.length, first: failing[0]?.id ?? null },
    });
  },
};

interface EventKind {
  readonly id: string;
  readonly title: string;
  /** Whether a row of such an action and outcome (0 success) is one. */
  is(action: string, outcome: number): boolean;
}

const read = /\.(?:list|read)$/;
/** PCI DSS 4.0.1, 10.2.1.1 to 10.2.1.7, as this platform's own events show them. Which action stands for which is our judgement. */
export const EVENT_KINDS: readonly EventKind[] = [
  {
    ...{ id: '10.2.1.1', title: "people's access to data" },
    is: (action, outcome) => outcome === 0 && (eventClassOf(action) === 'data' || /^workspace\.read$/.test(action)),
  },
  {
    ...{ id: '10.2.1.2', title: 'administrative acts' },
    is: (action, outcome) =>
      outcome === 0 && ['access', 'configuration'].includes(eventClassOf(action)) && !read.test(action),
  },
  { ...{ id: '10.2.1.3', title: 'access to the audit log' }, is: (action) => isLogRead(action) },
  { ...{ id: '10.2.1.4', title: 'invalid access attempts' }, is: (_action, outcome) => outcome !== 0 },
  {
    ...{ id: '10.2.1.5', title: 'changes of identities and credentials' },
    is: (action, outcome) =>
      outcome === 0 && /^(?:user|member|service_account|role|group|sso)\./.test(action) && !read.test(action),
  },
  {
    ...{ id: '10.2.1.6', title: 'starting, stopping or pruning of the log' },
    is: (action, outcome) =>
      outcome === 0 &&
      /^(?:organization\.create|platform\.(?:start|stop)|compliance_mode\.(?:enable|disable)|retention\.prune)$/.test(
        action,
      ),
  },
  {
    ...{ id: '10.2.1.7', title: 'creation and deletion of system objects' },
    is: (action, outcome) =>
      outcome === 0 &&
      /^(?:organization|workspace|thread|role|permission_set|service_account|sla|sla_channel|sso|group)\.(?:create|delete|revoke|end)$/.test(
        action,
      ),
  },
];

/** Reading the log: what was disclosed of it, its tiles and keys where these are logged, and exports. */
export function isLogRead(action: string): boolean {
  return /^(?:log|export|audit)\.(?:.+\.)?(?:read|list|export|create)$/.test(action);
}

/** Evidence that says the logging was tested: it names the check and is of a day of the period. */
export function testedBy(world: CheckWorld, check: string, { from, to }: CheckPeriod): string[] {
  return world
    .records('evidence')
    .filter(
      ({ checks, evidence_on, withdrawn_at }) =>
        checks.includes(check) &&
        evidence_on >= dayOf(from) &&
        evidence_on <= dayOf(to - 1) &&
        (withdrawn_at === null || Date.parse(withdrawn_at) >= to),
    )
    .map(({ id }) => id)
    .sort();
}

/** An event that never happened proves nothing about its logging, so an unseen class is missing and never failing. */
const LOG_04: CheckRule = {
  id: 'LOG-04',
  version: 1,
  populationOf: 'classes of events',
  explain: () =>
    `Passes when each class of PCI DSS 10.2.1 was seen in the period: ${EVENT_KINDS.map(({ title }) => title).join('; ')}. An unseen one counts where evidence of the period that names LOG-04 shows that its logging was tested; else the answer is insufficient. It never fails: what did not happen is not in a log. Events imported from other systems do not count.`,
  *run({ world, period }) {
    const { log } = world;
    const { action, outcome } = log.columns;
    const rows = rowsIn(log, period);
    const own = byAction(log, (text) => !isImported(text));
    // Each pair of action and outcome is classified once; a row only marks its pair.
    const seen = new Uint8Array(log.actions.length * 3);
    yield* eachRow(rows, (row) => {
      seen[action[row]! * 3 + outcome[row]!] = 1;
    });
    const pairs = [...seen].flatMap((there, at) => (there && own[Math.floor(at / 3)] ? [at] : []));
    const unseen = EVENT_KINDS.filter(({ is }) => !pairs.some((at) => is(log.actions[Math.floor(at / 3)]!, at % 3)));
    const tests = testedBy(world, 'LOG-04', period);
    const tested = tests.length > 0;
    const list = unseen.map(({ id, title }) => `${title} (${id})`).join(', ');
    return answer({
      population: EVENT_KINDS.length,
      missing: [unseen.length === 0 || tested ? null : `Not seen, and no test of their logging is recorded: ${list}.`],
      notes: [unseen.length > 0 && tested ? `Not seen but tested: ${list}.` : null],
      looked: { unseen: unseen.map(({ id }) => id), tests },
    });
  },
};

/**
 * PCI DSS 4.0.1, 10.6.1: clocks agree. What is imported carries the time of another system's act, long before it came here, and says nothing
 * about the platform's clocks: it is counted and left out.
 */
const LOG_08: CheckRule = {
  id: 'LOG-08',
  version: 1,
  populationOf: 'events of the platform',
  explain: ({ skew_seconds }) =>
    `Passes when the claimed time of each event of the platform's own differs from the recorded one by at most ${skew_seconds} seconds. Events imported from other systems are left out.`,
  *run({ world: { log }, period, parameters }) {
    const { seq, recorded, occurred, action } = log.columns;
    const rows = rowsIn(log, period);
    const imported = byAction(log, isImported);
    const limit = parameters.skew_seconds * 1000;
    const failing: Failing[] = [];
    let left = 0;
    yield* eachRow(rows, (row) => {
      if (imported[action[row]!]) {
        left++;
        return;
      }
      const skew = occurred[row]! - recorded[row]!;
      if (Math.abs(skew) <= limit) return;
      const why = `Claims ${isoOf(occurred[row]!)}, ${(Math.abs(skew) / 1000).toLocaleString('en')} seconds ${skew < 0 ? 'before' : 'after'} it was recorded.`;
      const title = `Event ${seq[row]}, ${log.actions[action[row]!]}`;
      failing.push({ id: `event ${seq[row]}`, title, at: recorded[row]!, why });
    });
    return answer({
      population: rows.to - rows.from - left,
      failing,
      notes: [left === 0 ? null : `${many(left, 'imported event')} left out.`],
      looked: { rows: lookedRows(log, rows), imported: left, failing: failing.length, first: failing[0]?.id ?? null },
    });
  },
};

interface Identities {
  /** From `type:id` of every identity of the past to the first instant it was there. */
  readonly since: ReadonlyMap<string, number>;
  /** The first instant of a member of whom is withheld which person it is; Infinity: none. */
  readonly hiddenFrom: number;
}

function identities({ history }: CheckWorld): Identities {
  const since = new Map<string, number>();
  let hiddenFrom = Infinity;
  const add = (key: string, from: number): void => {
    since.set(key, Math.min(from, since.get(key) ?? Infinity));
  };
  for (const id of history.idsOf('member')) {
    for (const { data, from, unknown } of history.versionsOf('member', id)) {
      if (typeof data?.user_id === 'string') add(`user:${data.user_id}`, from);
      else if (unknown) hiddenFrom = Math.min(hiddenFrom, from);
    }
  }
  for (const id of history.idsOf('service_account')) {
    for (const { data, from, unknown } of history.versionsOf('service_account', id)) {
      if (data !== null || unknown) add(`service_account:${id}`, from);
    }
  }
  return { since, hiddenFrom };
}

interface Acting {
  /** Row of the first event of an actor's own in the period, of those that were let in; -1: none. */
  readonly first: Int32Array;
  /** Actors all of whose acts were refused. */
  readonly refused: number;
  readonly imported: number;
}

function* actingIn({ world: { log }, period }: CheckScope): Generator<void, Acting> {
  const { actor, action, outcome } = log.columns;
  const imported = byAction(log, isImported);
  const [first, foreign, denied] = [0, 0, 0].map(() => new Int32Array(log.actors.length).fill(-1));
  yield* eachRow(rowsIn(log, period), (row) => {
    const who = actor[row]!;
    const into = imported[action[row]!] ? foreign! : outcome[row] === 2 ? denied! : first!;
    if (into[who] === -1) into[who] = row;
  });
  const among = (one: Int32Array): number =>
    one.reduce((sum, row, who) => sum + (row >= 0 && first![who] === -1 ? 1 : 0), 0);
  return { first: first!, refused: among(denied!), imported: among(foreign!) };
}

/**
 * PCI DSS 4.0.1, 10.2.2 (user identification), HIPAA 45 CFR 164.312(a)(2)(i). Who was refused in everything is a stranger who stayed outside, and
 * need not be known; actors of imported events are another system's identities.
 */
const LOG_10: CheckRule = {
  id: 'LOG-10',
  version: 2,
  populationOf: 'people and service accounts that acted',
  explain: () =>
    'Passes when every person and service account that did something in the period is, or was, a member or account here, and not only after the act. The platform itself is known; strangers who were refused in everything, and actors of imported events, are counted apart. Insufficient for a person whom nothing names while it is withheld who a member is.',
  *run(scope) {
    const { log } = scope.world;
    const { since: known, hiddenFrom } = identities(scope.world);
    const { first, refused, imported } = yield* actingIn(scope);
    const acting: string[] = [];
    const doubtful: string[] = [];
    const failing: Failing[] = [];
    for (const [who, actor] of log.actors.entries()) {
      const row = first[who]!;
      if (row < 0 || actor.startsWith('system:')) continue;
      acting.push(actor);
      const since = known.get(actor);
      const at = log.columns.recorded[row]!;
      if (since !== undefined && since <= at) continue;
      if (hiddenFrom <= at && actor.startsWith('user:')) {
        doubtful.push(actor);
        continue;
      }
      const act = `${log.actions[log.columns.action[row]!]} (event ${log.columns.seq[row]})`;
      const why =
        since === undefined ? `Did ${act}, and was never a member or account.` : `Did ${act} before it was there.`;
      failing.push({ id: `actor ${actor}`, title: actor, at, why });
    }
    return answer({
      population: acting.length,
      failing,
      missing: [
        doubtful.length === 0
          ? null
          : `Who a member is was withheld; it may be one of ${many(doubtful.length, 'actor')}.`,
      ],
      notes: [
        imported === 0 ? null : `${many(imported, 'actor')} of imported events alone left out.`,
        refused === 0 ? null : `${many(refused, 'actor')} refused in everything left out.`,
      ],
      looked: {
        acting: acting.sort(),
        failing: failing.map(({ id }) => id).sort(),
        doubtful: doubtful.length,
        imported,
        refused,
      },
    });
  },
};

export const LOG_CONTENT_RULES: readonly CheckRule[] = [LOG_03, LOG_04, LOG_08, LOG_10];
