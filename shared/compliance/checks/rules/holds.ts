/** Legal holds: RET-04. */
import type { LegalHold } from '../../../entities/index.ts';
import type { CheckRule } from '../rule.ts';
import type { CheckPeriod, CheckWorld } from '../world.ts';
import { type Answered, answer, byId, DAY, dayOf, type Failing, firstAt, notApplicable, startOf } from './common.ts';

interface Deletion {
  readonly id: string;
  readonly title: string;
  readonly at: number;
  /** User whose data went; null: everything that was there. */
  readonly user: string | null;
  /** What went was recorded before this instant, ms. */
  readonly before: number;
}

/** Prunings by the platform's records; erasures by the log's events and by the register, of which either tells what the other may lack. */
function deletionsIn(world: CheckWorld, period: CheckPeriod): Deletion[] {
  const { log } = world;
  const { seq, recorded, action, target, outcome, count } = log.columns;
  const within = (at: number): boolean => at >= period.from && at < period.to;
  const found = new Map<number, Deletion>();
  for (const { id, at, to, shredded, event_seq } of world.records('pruning')) {
    const time = Date.parse(at);
    // The first event that was left bounds what went; where that is gone too, the pruning's own time does. What was shredded beyond is not bounded.
    const left = to - log.begin;
    const before = shredded === 0 && left >= 0 && left < count ? recorded[left]! : time;
    if (within(time))
      found.set(event_seq, {
        id: `pruning ${id}`,
        title: `the pruning of ${dayOf(time)}`,
        at: time,
        user: null,
        before,
      });
  }
  for (const { id, user_id, erasure } of world.records('data_request')) {
    if (erasure === null || !within(Date.parse(erasure.at))) continue;
    const at = Date.parse(erasure.at);
    found.set(erasure.event_seq, {
      id: `data_request ${id}`,
      title: `the erasure of ${dayOf(at)}`,
      at,
      user: user_id,
      before: at,
    });
  }
  const verbs = log.actions.map((one) => (one === 'retention.prune' ? 1 : one === 'privacy.erase' ? 2 : 0));
  for (let row = firstAt(log, period.from); row < count && recorded[row]! < period.to; row++) {
    const verb = verbs[action[row]!];
    if (verb === 0 || outcome[row] !== 0 || found.has(seq[row]!)) continue;
    const at = recorded[row]!;
    const named = log.targets[target[row]!]!;
    const user = verb === 2 && named.startsWith('user:') ? named.slice('user:'.length) : null;
    const title = `the ${verb === 1 ? 'pruning' : 'erasure'} of ${dayOf(at)}`;
    found.set(seq[row]!, { id: `event ${seq[row]}`, title, at, user, before: at });
  }
  return [...found.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

const madeAt = ({ created_at }: LegalHold): number => Date.parse(created_at);
const releasedAt = ({ released_at }: LegalHold): number => (released_at === null ? Infinity : Date.parse(released_at));

type Touch = 'yes' | 'maybe' | 'no';

/** Whether what went was under the hold. What is gone cannot be looked at again: where only its content would tell, the answer is "maybe". */
function touches(hold: LegalHold, { at, user, before }: Deletion): Touch {
  if (at < madeAt(hold) || at >= releasedAt(hold)) return 'no';
  const from = hold.from === null ? -Infinity : startOf(hold.from);
  const to = hold.to === null ? Infinity : startOf(hold.to) + DAY;
  if (from >= before) return 'no';
  if (user !== null && hold.subjects !== null && !hold.subjects.includes(user)) return 'no';
  const everybody = hold.subjects === null || (user !== null && hold.subjects.includes(user));
  const always = from === -Infinity && to >= before;
  return everybody && hold.workspaces === null && always ? 'yes' : 'maybe';
}

/**
 * GDPR Art. 17(3)(e) and 18(1)(c), HIPAA 45 CFR 164.316(b)(2)(i). Only a deletion that hits a hold whatever its content was is failing; a hold
 * of single workspaces, of some people or of a stretch of time may have been spared, which what is left cannot show.
 */
const RET_04: CheckRule = {
  id: 'RET-04',
  version: 1,
  populationOf: 'legal holds in force in the period',
  explain: () =>
    'Passes when no pruning and no erasure in the period took what a legal hold in force at that time covered. Fails for each hold that was hit; insufficient where only the content of what is gone could tell. Does not apply without a hold.',
  *run({ world, period }): Answered {
    const holds = byId(world.records('legal_hold')).filter(
      (hold) => madeAt(hold) < period.to && releasedAt(hold) > period.from,
    );
    if (holds.length === 0) return notApplicable('No legal hold was in force in the period.');
    const deletions = deletionsIn(world, period);
    const failing: Failing[] = [];
    const doubtful: string[] = [];
    for (const hold of holds) {
      const hits = deletions.filter((one) => touches(hold, one) === 'yes');
      if (hits.length === 0) {
        if (deletions.some((one) => touches(hold, one) === 'maybe')) doubtful.push(hold.name);
        continue;
      }
      const why = `While it was in force it was hit by ${hits.map(({ title }) => title).join(', ')}.`;
      failing.push({ id: `legal_hold ${hold.id}`, title: hold.name, at: hits[0]!.at, why });
    }
    const doubt = `Whether deletions in the period spared what it covers cannot be told any more: ${doubtful.join(', ')}.`;
    return answer({
      population: holds.length,
      failing,
      missing: [doubtful.length === 0 ? null : doubt],
      looked: {
        holds: holds.map(({ id, workspaces, subjects, from, to, created_at, released_at }) => ({
          ...{ id, workspaces, subjects, from, to, created_at, released_at },
        })),
        deletions: deletions.map(({ id, at, user, before }) => ({ id, at, user, before })),
      },
    });
  },
};

export const HOLD_RULES: readonly CheckRule[] = [RET_04];
