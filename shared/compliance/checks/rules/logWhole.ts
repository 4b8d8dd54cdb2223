/** The log as a whole: that it recomputes (LOG-01), has no gap (LOG-02), and reaches back far enough (LOG-05). */
import { effectiveSettings } from '../../modes.ts';
import { parsePeriod, periodWords, shift } from '../../period.ts';
import type { CheckRule, CheckScope } from '../rule.ts';
import {
  answer,
  beginAt,
  DAY,
  dayOf,
  eachRow,
  type Failing,
  firstAt,
  HOUR,
  indexOf,
  isoOf,
  lookedRows,
  many,
  modesAtEnd,
  rowsIn,
  saidUnknown,
} from './common.ts';

/** A mirror recomputes its whole log weekly; a day more, so that a machine that was off does not count as never checked. */
const RECOMPUTED_DAYS = 8;

/** PCI DSS 4.0.1, 10.3.2 and 10.3.4; HIPAA 45 CFR 164.312(c)(2): unauthorized changes of the log are found. */
const LOG_01: CheckRule = {
  id: 'LOG-01',
  version: 1,
  populationOf: 'events of the log',
  explain: () =>
    `Passes when every event was hashed again, and the result is the root that the platform signed. Fails where it is another; insufficient where that was never done, does not reach the last event of the period, or lies more than ${RECOMPUTED_DAYS} days back.`,
  *run({ world: { log, asOf }, period }) {
    yield;
    const last = firstAt(log, period.to);
    const needed = last === 0 ? 0 : log.columns.seq[last - 1]! + 1;
    const done = log.recomputed;
    const covers = done !== null && done.size >= needed;
    const recent = done !== null && (done.at >= asOf - RECOMPUTED_DAYS * DAY || done.at >= period.to);
    const failing: Failing[] =
      done?.matched === false
        ? [
            {
              ...{ id: 'log', title: 'Audit log', at: done.at },
              why: 'Hashed again, its events do not give the signed root: they were changed.',
            },
          ]
        : [];
    const why =
      done === null
        ? 'The log was never hashed again.'
        : covers
          ? `The log was last hashed again on ${dayOf(done.at)}, too long ago.`
          : `The log was hashed again up to ${many(done.size, 'event')}; the period's last is number ${needed}.`;
    return answer({
      population: needed,
      failing,
      missing: [covers && recent ? null : why],
      looked: { needed, covers, recent, matched: done?.matched ?? null },
    });
  },
};

/** Two events in a row of which the second does not follow the first. */
function sequenceGaps({ world: { log } }: CheckScope, found: Failing[]): (row: number) => void {
  const { seq, recorded } = log.columns;
  return (row) => {
    const expected = row === 0 ? log.begin : seq[row - 1]! + 1;
    if (seq[row] === expected) return;
    const id = `event ${seq[row]} sequence`;
    const why = `Follows number ${expected - 1}: ${many(Math.abs(seq[row]! - expected), 'event')} between them are missing or twice there.`;
    found.push({ id, title: `Event ${seq[row]}`, at: recorded[row]!, why });
  };
}

function counterGaps({ world: { log }, period }: CheckScope): Failing[] {
  return [...log.counterGaps]
    .sort((a, b) => a - b)
    .flatMap((seq) => {
      const row = indexOf(log, seq);
      const at = row < 0 ? null : log.columns.recorded[row]!;
      if (at === null || at < period.from || at >= period.to) return [];
      const why = 'Its producer counted further than the log has events of it: some never arrived.';
      return [{ id: `event ${seq} counter`, title: `Event ${seq}`, at, why }];
    });
}

function silence(from: number, to: number, limit: number): Failing {
  const why = `Nothing was recorded for ${((to - from) / HOUR).toFixed(1)} hours, until ${isoOf(to)}; at most ${limit} are allowed.`;
  return { id: `silence ${isoOf(from)}`, title: `Silence from ${isoOf(from)}`, at: from, why };
}

/**
 * PCI DSS 4.0.1, 10.7.2: failures of logging are found at once. Whether a log was written is told by its heartbeat: any event will do. Silence counts
 * from the last event before the period, so that one across midnight is found by the period of a single day, or from the log's beginning if that is
 * later, and up to the period's end.
 */
const LOG_02: CheckRule = {
  id: 'LOG-02',
  version: 2,
  populationOf: 'events of the period',
  explain: ({ heartbeat_hours }) =>
    `Passes when sequence numbers follow each other from the first event there is, no producer's counter jumps, and no more than ${heartbeat_hours} hours pass without an event up to any instant of the period. Fails at each jump and each longer silence; insufficient where the period begins before the events that are kept.`,
  *run(scope) {
    const { world, period, parameters } = scope;
    const { log } = world;
    const { recorded, count } = log.columns;
    const rows = rowsIn(log, period);
    const failing: Failing[] = [];
    yield* eachRow({ from: 0, to: rows.to }, sequenceGaps(scope, failing));
    failing.push(...counterGaps(scope));
    const limit = parameters.heartbeat_hours;
    const first = count === 0 ? null : recorded[0]!;
    let before = rows.from > 0 ? recorded[rows.from - 1]! : Math.max(period.from, first ?? period.from);
    const since = isoOf(before);
    const pulse = (at: number): void => {
      if (at - before > limit * HOUR) failing.push(silence(before, at, limit));
      before = at;
    };
    if (first !== null && first < period.to) {
      yield* eachRow(rows, (row) => pulse(recorded[row]!));
      pulse(period.to);
    }
    const pruned = log.begin > 0 && (first === null || first > period.from);
    return answer({
      population: rows.to - rows.from,
      failing,
      missing: [
        pruned ? `Events before number ${log.begin} were pruned, and the period begins before them.` : null,
        first === null ? 'The log is empty.' : null,
      ],
      looked: { rows: lookedRows(log, rows), since, begin: log.begin, failing: failing.map(({ id }) => id) },
    });
  },
};

const THREE_MONTHS = parsePeriod('P3M');

/**
 * HIPAA 45 CFR 164.316(b)(2)(i): six years; PCI DSS 4.0.1, 10.5.1: twelve months, three of them at hand. What must be kept is the strictest of the
 * compliance modes on at the period's end. A log from which nothing ever went is complete however young it is. Whole tiles are pruned, so
 * the oldest event that is left stands for what went before it.
 */
const LOG_05: CheckRule = {
  id: 'LOG-05',
  version: 1,
  populationOf: 'demands on how far the log reaches back',
  explain: () =>
    "Passes when the oldest event at hand lies before the period's end by at least what the compliance modes ask for, and by three months; or nothing was ever pruned. Fails where pruning left less; insufficient where later pruning hides how far the log reached then.",
  *run({ world, period }) {
    yield;
    const { log } = world;
    const modes = modesAtEnd(world, period);
    const keep = effectiveSettings(modes.on.map(({ settings }) => settings))?.audit_log_retention ?? null;
    const begin = beginAt(world, period.to);
    const oldest = firstAt(log, period.to) === 0 ? null : log.columns.recorded[0]!;
    const hidden = begin > 0 && begin < log.begin;
    const demands = [
      ...(keep === null ? [] : [{ id: 'required', period: parsePeriod(keep) }]),
      { id: 'at-hand', period: THREE_MONTHS },
    ];
    const failing = demands.flatMap(({ id, period: wanted }): Failing[] => {
      const since = shift(period.to, wanted, -1);
      if (begin === 0 || hidden || oldest === null || oldest <= since) return [];
      const why = `The oldest event is of ${dayOf(oldest)}; ${periodWords(wanted)} before the period's end is ${dayOf(since)}.`;
      return [
        {
          id: `reach ${id}`,
          title: id === 'required' ? 'What the modes ask for' : 'Three months at hand',
          at: oldest,
          why,
        },
      ];
    });
    return answer({
      population: demands.length,
      failing,
      missing: [
        saidUnknown(modes),
        oldest === null ? 'No event up to the end of the period is at hand.' : null,
        hidden ? "Pruning after the period's end took events that were there then." : null,
      ],
      notes: [begin === 0 ? 'Nothing was ever pruned.' : null],
      looked: { begin, oldest, keep, hidden },
    });
  },
};

export const LOG_WHOLE_RULES: readonly CheckRule[] = [LOG_01, LOG_02, LOG_05];
