/** The register of requests of data subjects: RET-05. */
import type { DataRequest } from '../../../entities/index.ts';
import { parsePeriod, shift } from '../../period.ts';
import type { CheckRule } from '../rule.ts';
import { type Answered, answer, byId, dayOf, type Failing, modesAtEnd, notApplicable, saidUnknown } from './common.ts';

/** 11 CCR § 7101(a). */
const KEPT = parsePeriod('P24M');
const PRIVACY_LAWS: ReadonlySet<string> = new Set(['gdpr', 'ccpa']);

/** What 11 CCR § 7101(b) asks of a record, and what is overdue on the last day of the period. */
function faultsOf(one: DataRequest, lastDay: string): string[] {
  const answered = one.state === 'fulfilled' || one.state === 'denied';
  const due = one.state !== 'withdrawn' && one.due_on <= lastDay;
  const late = one.answered_on !== null && one.answered_on > one.due_on;
  return [
    ...(one.subject.trim() === '' ? ['names nobody who asked'] : []),
    ...(one.channel.trim() === '' ? ['does not say how it came in'] : []),
    ...(answered && one.answered_on === null ? ['does not say when it was answered'] : []),
    ...(one.state === 'denied' && one.denied_reason.trim() === '' ? ['was denied without a reason'] : []),
    ...(due && late ? [`was due on ${one.due_on} and answered on ${one.answered_on}`] : []),
    ...(due && !answered && one.answered_on === null ? [`was due on ${one.due_on} and is not answered`] : []),
  ];
}

/**
 * GDPR Art. 12(3): within a month, which may be extended by two: then the record's due day is a later one. 11 CCR § 7101: records of 24 months.
 * A request cannot be removed from the register; of an extension made after the due day nothing is left to be seen, as a record keeps no past.
 */
const RET_05: CheckRule = {
  id: 'RET-05',
  version: 1,
  populationOf: 'requests received in the 24 months before the end of the period, or due in it',
  explain: () =>
    'Passes when each request whose day has come is answered by the day it is due, or its day was put off; each names who asked, how, when it was answered, and why it was denied. Does not apply without a request where neither the GDPR nor the CCPA mode is on; insufficient where one is on and no request is recorded, or the log does not reach back 24 months.',
  *run({ world, period }): Answered {
    const modes = modesAtEnd(world, period);
    const lastDay = dayOf(period.to - 1);
    const since = shift(period.to, KEPT, -1);
    const all = byId(world.records('data_request')).filter(({ received_on }) => received_on <= lastDay);
    const asked = modes.on.some(({ id }) => PRIVACY_LAWS.has(id)) || modes.unknown.length > 0;
    if (all.length === 0 && !asked) {
      return notApplicable('No request was received, and neither the GDPR nor the CCPA mode is on.');
    }
    const looked = all.filter(
      ({ received_on, due_on, answered_on }) =>
        received_on >= dayOf(since) || due_on >= dayOf(period.from) || answered_on === null,
    );
    const failing = looked.flatMap((one): Failing[] => {
      const why = faultsOf(one, lastDay);
      const at = Date.parse(one.due_on);
      return why.length === 0
        ? []
        : [
            {
              id: `data_request ${one.id}`,
              title: `${one.kind} request of ${one.received_on}`,
              at,
              why: `It ${why.join(', ')}.`,
            },
          ];
    });
    const { begin, columns } = world.log;
    const short = begin > 0 && (columns.count === 0 || columns.recorded[0]! > since);
    return answer({
      population: looked.length,
      failing,
      missing: [
        saidUnknown(modes),
        looked.length === 0
          ? 'No request is recorded: a complete register and one that nobody keeps look alike.'
          : null,
        short ? 'The log of changes to the register does not reach back 24 months.' : null,
      ],
      looked: {
        requests: looked.map((one) => ({
          id: one.id,
          due: one.due_on,
          answered: one.answered_on,
          faults: faultsOf(one, lastDay),
        })),
        ...{ asked, short },
      },
    });
  },
};

export const REQUEST_RULES: readonly CheckRule[] = [RET_05];
