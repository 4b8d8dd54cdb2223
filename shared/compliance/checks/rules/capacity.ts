/** Use against limits: CAP-01. */
import { seatsUsed } from '../../../rbac/index.ts';
import type { CheckRule } from '../rule.ts';
import { type Answered, answer, byId, DAY, type Failing } from './common.ts';

/** What is counted is the present; of a period that ended no longer ago than this it is still told. */
const PRESENT_MS = DAY;

/** A limit of zero allows none: then any use is beyond it. */
const beyond = (used: number, max: number, percent: number): boolean => used * 100 > max * percent;

/**
 * SOC 2 A1.1, GDPR Art. 32(1)(b). A raised limit lowers the share, so acting upon it ends the failure; living with it needs an exception that names the
 * workspace.
 */
const CAP_01: CheckRule = {
  id: 'CAP-01',
  version: 1,
  populationOf: 'workspaces',
  explain: ({ quota_percent }) =>
    `Passes when members and threads of each workspace take at most ${quota_percent} % of its limits. Only the present is counted: insufficient for a period that ended more than a day before what is known.`,
  *run({ world, period, parameters }): Answered {
    if (period.to < world.asOf - PRESENT_MS) {
      const missing = ['Use is known of the present only, and the period has ended.'];
      return answer({ population: 0, missing, looked: null });
    }
    const members = world.records('member');
    const use = byId(world.records('workspace')).map(({ id, name, threads, max_threads, max_users }) => {
      const parts = [
        { what: 'threads', used: threads, max: max_threads },
        { what: 'members', used: seatsUsed(id, members), max: max_users },
      ];
      return { id, name, parts };
    });
    const failing = use.flatMap(({ id, name, parts }): Failing[] => {
      const over = parts.filter(({ used, max }) => beyond(used, max, parameters.quota_percent));
      const why = over.map(({ what, used, max }) => `${used} of ${max} ${what}`).join(', ');
      return over.length === 0 ? [] : [{ id: `workspace ${id}`, title: name, at: null, why: `Takes ${why}.` }];
    });
    return answer({ population: use.length, failing, looked: use.map(({ id, parts }) => ({ id, parts })) });
  },
};

export const CAPACITY_RULES: readonly CheckRule[] = [CAP_01];
