/** How long events are kept: at least what law asks (RET-01), no longer than justified (RET-02), and nothing beyond (RET-03). */
import type { RetentionPolicy } from '../../../entities/index.ts';
import { eventClassOf } from '../../eventClass.ts';
import { effectiveSettings, presetOf } from '../../modes.ts';
import { atLeast, parsePeriod, periodWords, shift } from '../../period.ts';
import type { CheckRule } from '../rule.ts';
import {
  type Answered,
  answer,
  beginAt,
  byAction,
  dayOf,
  eachRow,
  type Failing,
  firstAt,
  lookedRows,
  many,
  modesAtEnd,
  notApplicable,
  saidUnknown,
} from './common.ts';
import { policiesAtEnd, policyOfClass } from './policies.ts';

const words = (text: string): string => periodWords(parsePeriod(text));
const idOf = ({ id }: RetentionPolicy): string => `retention_policy ${id}`;
const terms = ({ id, event_class, workspace_id, keep, max }: RetentionPolicy) => ({
  id,
  event_class,
  workspace_id,
  keep,
  max,
});

/**
 * HIPAA 45 CFR 164.316(b)(2)(i), PCI DSS 4.0.1 10.5.1, 11 CCR § 7101(a), and what the modes were set to. In calendar units: 365 days are less than a
 * year that has a 29 February. Without a policy events are kept without end.
 */
const RET_01: CheckRule = {
  id: 'RET-01',
  version: 1,
  populationOf: 'retention rules, the default included',
  explain: () =>
    "Passes when each retention policy, and the default (without end), keeps events at least as long as every compliance mode on at the period's end asks, and as the law behind it asks. Does not apply without a mode.",
  *run({ world, period }): Answered {
    const modes = modesAtEnd(world, period);
    if (modes.on.length === 0 && modes.unknown.length === 0) return notApplicable('No compliance mode is on.');
    const { all, missing } = policiesAtEnd(world, period);
    const asked = modes.on.flatMap(({ id, settings }) => {
      const { min, citation } = presetOf(id).retention;
      const own = { keep: settings.audit_log_retention, by: `the mode ${id}` };
      return min === null ? [own] : [own, { keep: min, by: citation }];
    });
    const failing = all.flatMap((policy): Failing[] => {
      const broken = asked.filter(({ keep }) => atLeast(parsePeriod(policy.keep), parsePeriod(keep)) !== 'always');
      if (broken.length === 0) return [];
      const demands = broken.map(({ keep, by }) => `${words(keep)} by ${by}`).join(', ');
      return [
        { id: idOf(policy), title: policy.name, at: null, why: `Keeps ${words(policy.keep)}; asked for: ${demands}.` },
      ];
    });
    return answer({
      population: all.length + 1,
      failing,
      missing: [missing, saidUnknown(modes)],
      looked: { policies: all.map(terms), asked, unknown: [...modes.unknown] },
    });
  },
};

/** What is wrong with how long one policy keeps; empty: nothing. */
function excess(policy: RetentionPolicy, ceiling: string | null, gdpr: boolean): string[] {
  const keep = parsePeriod(policy.keep);
  const max = policy.max === null ? null : parsePeriod(policy.max);
  const longest = max ?? keep;
  const above = (text: string): boolean => atLeast(parsePeriod(text), longest) !== 'always';
  return [
    ...(max !== null && atLeast(max, keep) !== 'always'
      ? [`keeps ${words(policy.keep)}, beyond its own ceiling of ${words(policy.max!)}`]
      : []),
    ...(gdpr && max === null ? ['has no ceiling'] : []),
    ...(gdpr && policy.purpose.trim() === '' ? ['names no purpose'] : []),
    ...(ceiling !== null && above(ceiling)
      ? [`may keep ${periodWords(longest)}, beyond ${words(ceiling)} that the modes allow`]
      : []),
  ];
}

/**
 * GDPR Art. 5(1)(e): no longer than the purpose needs, which is written down. A ceiling of a mode yields where another mode must keep longer: the longer
 * one then is what law asks for, and is the ceiling.
 */
const RET_02: CheckRule = {
  id: 'RET-02',
  version: 1,
  populationOf: 'retention rules',
  explain: () =>
    'Passes when no retention policy keeps longer than its own ceiling, or than the modes allow. With the GDPR mode on each has a ceiling and a purpose, and no class of events is without a policy. Does not apply where neither a mode nor a policy sets a ceiling.',
  *run({ world, period }): Answered {
    const modes = modesAtEnd(world, period);
    const effective = effectiveSettings(modes.on.map(({ settings }) => settings));
    const gdpr = modes.on.find(({ id }) => id === 'gdpr');
    const { all, missing } = policiesAtEnd(world, period);
    const asked = effective?.audit_log_retention_max ?? null;
    const longer =
      asked !== null && atLeast(parsePeriod(asked), parsePeriod(effective!.audit_log_retention)) !== 'always';
    const ceiling = longer ? effective!.audit_log_retention : asked;
    const bounded = ceiling !== null || gdpr !== undefined || all.some(({ max }) => max !== null);
    if (!bounded && modes.unknown.length === 0)
      return notApplicable('No compliance mode and no policy sets a ceiling.');
    const failing = all.flatMap((policy): Failing[] => {
      const why = excess(policy, ceiling, gdpr !== undefined);
      return why.length === 0 ? [] : [{ id: idOf(policy), title: policy.name, at: null, why: `It ${why.join(', ')}.` }];
    });
    const bare = [...policyOfClass(all)].filter(([, policy]) => policy === null).map(([one]) => one);
    const endless = bare.length > 0 && (ceiling !== null || gdpr !== undefined);
    if (endless) {
      const why = `Without a policy, so kept without end: ${bare.join(', ')}.`;
      failing.push({ id: 'default', title: 'Events without a policy', at: null, why });
    }
    if (gdpr !== undefined && gdpr.settings.purpose.trim() === '') {
      failing.push({ id: 'mode gdpr', title: 'GDPR mode', at: null, why: 'Its settings name no purpose.' });
    }
    return answer({
      population: all.length + (bare.length > 0 ? 1 : 0) + (gdpr === undefined ? 0 : 1),
      failing,
      missing: [missing, saidUnknown(modes)],
      looked: {
        ...{ policies: all.map((one) => ({ ...terms(one), purpose: one.purpose.trim() !== '' })), ceiling, bare },
        gdpr: gdpr === undefined ? null : gdpr.settings.purpose.trim() !== '',
      },
    });
  },
};

/**
 * GDPR Art. 5(1)(e), PCI DSS 4.0.1 3.2.1. The policy of an event's class holds, else the one of all classes. The log's columns do not tell the workspace of an
 * event: policies of single workspaces are left out, and the answer says so.
 */
const RET_03: CheckRule = {
  id: 'RET-03',
  version: 1,
  populationOf: 'events up to the end of the period',
  explain: () =>
    "Passes when no event in the log is older, at the period's end, than the ceiling of the retention policy of its class. Policies of single workspaces are not looked at. Does not apply without a ceiling; insufficient where policies changed or events were pruned after the period.",
  *run({ world, period }) {
    const { log } = world;
    const { all, ofWorkspaces, missing } = policiesAtEnd(world, period);
    const policies = policyOfClass(all);
    const cutoffs = byAction(log, (action) => {
      const max = policies.get(eventClassOf(action))?.max ?? null;
      return max === null ? -Infinity : shift(period.to, parsePeriod(max), -1);
    });
    const bounded = [...policies.values()].filter((one) => one !== null && one.max !== null);
    if (bounded.length === 0 && missing === null) return notApplicable('No retention policy has a ceiling.');
    const { seq, recorded, action } = log.columns;
    const rows = { from: 0, to: firstAt(log, period.to) };
    const latest = Math.max(-Infinity, ...cutoffs);
    const failing: Failing[] = [];
    yield* eachRow({ from: 0, to: Math.min(rows.to, firstAt(log, latest)) }, (row) => {
      if (recorded[row]! >= cutoffs[action[row]!]!) return;
      const name = log.actions[action[row]!]!;
      const policy = policies.get(eventClassOf(name))!;
      const why = `Of ${dayOf(recorded[row]!)}; "${policy.name}" allows ${words(policy.max!)}.`;
      failing.push({ id: `event ${seq[row]}`, title: `Event ${seq[row]}, ${name}`, at: recorded[row]!, why });
    });
    const gone = beginAt(world, period.to) < log.begin;
    return answer({
      population: rows.to,
      failing,
      missing: [missing, gone ? "Events that were there at the period's end were pruned later." : null],
      notes: [
        ofWorkspaces === 0 ? null : `${many(ofWorkspaces, 'policy', 'policies')} of single workspaces not looked at.`,
      ],
      looked: {
        ...{ rows: lookedRows(log, rows), policies: all.map(terms), gone },
        ...{ failing: failing.length, first: failing[0]?.id ?? null },
      },
    });
  },
};

export const RETENTION_TIME_RULES: readonly CheckRule[] = [RET_01, RET_02, RET_03];
