/** What is done with the log and at its door: reads (LOG-06), daily reviews (LOG-07), and refused sign-ins (LOG-09). */
import type { CheckRule } from '../rule.ts';
import { ORIGIN } from '../world.ts';
import {
  answer,
  byAction,
  DAY,
  dayOf,
  eachRow,
  type Failing,
  firstAt,
  HOUR,
  isoOf,
  lookedRows,
  MINUTE,
  many,
  rowsIn,
  startOf,
} from './common.ts';
import { isLogRead, testedBy } from './logContent.ts';

/**
 * PCI DSS 4.0.1, 10.2.1.3. A read that is not logged cannot be found in the log, so what is looked at are the reads that are: each must say who read and
 * from where. None at all is no proof of anything, unless evidence shows that the logging of reads was tested.
 */
const LOG_06: CheckRule = {
  id: 'LOG-06',
  version: 1,
  populationOf: 'reads of the log',
  explain: () =>
    'Passes when reads and exports of the audit log stand in it, each with who read and from where. Fails at a read that names nobody or no place; insufficient where the period has no read, unless evidence of the period that names LOG-06 shows a test.',
  *run({ world, period }) {
    const { log } = world;
    const { seq, recorded, action, actor, origin } = log.columns;
    const rows = rowsIn(log, period);
    const reads = byAction(log, isLogRead);
    const failing: Failing[] = [];
    let [population, withheld] = [0, 0];
    yield* eachRow(rows, (row) => {
      if (!reads[action[row]!]) return;
      population++;
      if (origin[row] === ORIGIN.withheld) withheld++;
      const nobody = log.actors[actor[row]!]!.startsWith('system:');
      if (!nobody && origin[row] !== ORIGIN.absent) return;
      const why = nobody ? 'Names no person or account who read.' : 'Names no place it was read from.';
      failing.push({
        id: `event ${seq[row]}`,
        title: `Event ${seq[row]}, ${log.actions[action[row]!]}`,
        at: recorded[row]!,
        why,
      });
    });
    const tests = testedBy(world, 'LOG-06', period);
    return answer({
      population: population === 0 ? tests.length : population,
      failing,
      missing: [
        population > 0 || tests.length > 0 ? null : 'No read of the log is recorded in the period.',
        withheld === 0 ? null : `The origin of ${many(withheld, 'read')} is withheld from this reader.`,
      ],
      notes: [population === 0 && tests.length > 0 ? 'Nobody read; the logging of reads was tested.' : null],
      looked: { rows: lookedRows(log, rows), reads: population, withheld, tests, failing: failing.map(({ id }) => id) },
    });
  },
};

/** Our own figure: no standard says how late a daily review may be. Three days let Monday look at a weekend, which PCI DSS does not leave out. */
export const REVIEW_HOURS = 72;

/** PCI DSS 4.0.1, 10.4.1 and 10.4.1.1: logs are reviewed at least once a day; HIPAA 45 CFR 164.308(a)(1)(ii)(D): regularly. */
const LOG_07: CheckRule = {
  id: 'LOG-07',
  version: 2,
  populationOf: 'days of the period',
  explain: () =>
    `Passes when each UTC day of the period, weekends too, has a review of its log, recorded within ${REVIEW_HOURS} hours of the day's end. Fails for each day without one, or with a later one; insufficient while the time of a day has not run out.`,
  *run({ world, period }) {
    yield;
    const first = world.log.begin === 0 && world.log.columns.count > 0 ? world.log.columns.recorded[0]! : period.from;
    const made = new Map<string, number>();
    for (const { day, created_at } of world.records('log_review')) {
      made.set(day, Math.min(Date.parse(created_at), made.get(day) ?? Infinity));
    }
    const failing: Failing[] = [];
    const looked: (string | null)[] = [];
    let pending = 0;
    const begin = startOf(dayOf(Math.max(period.from, first)));
    for (let start = begin; start + DAY <= period.to; start += DAY) {
      const day = dayOf(start);
      const late = start + DAY + REVIEW_HOURS * HOUR;
      const at = made.get(day) ?? null;
      looked.push(at === null ? null : `${day} ${at <= late}`);
      if (at !== null && at <= late) continue;
      if (at === null && world.asOf <= late) {
        pending++;
        continue;
      }
      const why =
        at === null
          ? 'No review of this day is recorded.'
          : `Was reviewed only on ${isoOf(at)}, more than ${REVIEW_HOURS} hours after its end.`;
      failing.push({ id: `day ${day}`, title: day, at: start, why });
    }
    return answer({
      population: looked.length,
      failing,
      missing: [pending === 0 ? null : `${many(pending, 'day')} may still be reviewed.`],
      looked: { days: looked, pending },
    });
  },
};

/** The window in which failures are counted together, as the platform's own lockout does. */
export const SIGN_IN_WINDOW_MS = 15 * MINUTE;

/** Times of the last failures of one account, as many as the limit. */
class Failures {
  private readonly times: Float64Array;
  private at = 0;

  constructor(limit: number) {
    this.times = new Float64Array(limit).fill(-Infinity);
  }

  /** Takes one more; gives when the one lies that many before it. */
  take(time: number): number {
    const before = this.times[this.at]!;
    this.times[this.at] = time;
    this.at = (this.at + 1) % this.times.length;
    return before;
  }
}

/**
 * PCI DSS 4.0.1, 8.3.4: at most ten attempts. A sign-in that the lockout refuses is not evaluated and leaves no failure (or is denied), so a failure
 * beyond the limit within the window shows that there was no lockout. A success begins anew.
 */
const LOG_09: CheckRule = {
  id: 'LOG-09',
  version: 1,
  populationOf: 'sign-ins of the period',
  explain: ({ failed_sign_ins }) =>
    `Passes when after ${failed_sign_ins} failed sign-ins of one account within 15 minutes the next is refused, not evaluated. Fails at each further failure in the window.`,
  *run({ world: { log }, period, parameters }) {
    const { seq, recorded, action, actor, target, outcome } = log.columns;
    const login = log.actions.indexOf('auth.login');
    const limit = parameters.failed_sign_ins;
    const accounts = new Map<string, Failures>();
    const failing: Failing[] = [];
    let [population, failed] = [0, 0];
    const rows = { from: firstAt(log, period.from - SIGN_IN_WINDOW_MS), to: firstAt(log, period.to) };
    yield* eachRow(rows, (row) => {
      if (action[row] !== login) return;
      const at = recorded[row]!;
      const within = at >= period.from;
      if (within) population++;
      const account = log.targets[target[row]!] || log.actors[actor[row]!]!;
      if (outcome[row] === 0) accounts.delete(account);
      if (outcome[row] !== 1) return;
      if (within) failed++;
      const failures = accounts.get(account) ?? new Failures(limit);
      accounts.set(account, failures);
      if (at - failures.take(at) >= SIGN_IN_WINDOW_MS || !within) return;
      const why = `One failed sign-in more than ${limit} within 15 minutes, and it was still evaluated.`;
      failing.push({ id: `event ${seq[row]}`, title: `Event ${seq[row]}, ${account}`, at, why });
    });
    return answer({
      population,
      failing,
      notes: [`${many(failed, 'failed sign-in')}.`],
      looked: { rows: lookedRows(log, rows), population, failed, failing: failing.map(({ id }) => id) },
    });
  },
};

export const LOG_USE_RULES: readonly CheckRule[] = [LOG_06, LOG_07, LOG_09];
