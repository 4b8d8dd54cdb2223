import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessHistory, type HistoryStep } from './index.ts';

type Data = Readonly<Record<string, unknown>>;
const IDS = ['m0', 'm1', 'm2'];
const ROLES = ['admin', 'viewer', 'ops'];

interface Happened {
  readonly id: string;
  readonly role: string | null;
  readonly gap: number;
  readonly withheld: boolean;
}
const happened = fc.record({
  id: fc.constantFrom(...IDS),
  role: fc.constantFrom(...ROLES, null),
  gap: fc.integer({ min: 0, max: 3 }),
  withheld: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});
const member = (id: string, role: string, version: number): Data => ({
  ...{ id, user_id: `u-${id}`, role, permissions: [], status: 'active', version },
  invited_at: new Date(0).toISOString(),
});

/** A log whose first events may be of before the mirror's time: `existing` members are never created in it. */
function makeSteps(list: readonly Happened[], existing: ReadonlyMap<string, string>) {
  const truth = new Map([...existing].map(([id, role]) => [id, member(id, role, 0) as Data | null]));
  const steps: HistoryStep[] = [];
  const states: { at: number; truth: Map<string, Data | null> }[] = [];
  const told = new Map<string, boolean>();
  let at = 100;
  for (const [seq, { id, role, gap, withheld }] of list.entries()) {
    at += gap;
    const before = truth.get(id) ?? null;
    const after = role === null ? null : member(id, role, seq + 1);
    if (before === null && after === null) continue;
    truth.set(id, after);
    // As the projection stores it: what was before only where no earlier step tells it; a removal needs no content.
    const state = after === null ? 'delete' : withheld ? 'unknown' : 'put';
    const keeps = !withheld && before !== null && told.get(id) !== true;
    steps.push({
      seq,
      kind: 'member',
      id,
      validFrom: at,
      state,
      data: state === 'put' ? after : null,
      before: keeps ? before : null,
    });
    told.set(id, state !== 'unknown');
    states.push({ at, truth: new Map(truth) });
  }
  return { steps, states, truth, end: at };
}
const rolesOf = (entities: ReturnType<AccessHistory['entitiesAt']>): Record<string, string> =>
  Object.fromEntries([...entities.members].map(([id, { role }]) => [id, role]));

describe('access history, against the raw events', () => {
  it('gives the state of any instant, and agrees with the feed', () => {
    fc.assert(
      fc.property(fc.array(happened, { maxLength: 25 }), fc.constantFrom([], ['m0'], ['m0', 'm2']), (list, old) => {
        const { steps, states, truth, end } = makeSteps(
          list.map((one) => ({ ...one, withheld: false })),
          new Map(old.map((id) => [id, 'viewer'])),
        );
        const feed = new Map([['member', new Map([...truth].filter((one): one is [string, Data] => one[1] !== null))]]);
        const history = new AccessHistory(steps, feed);
        expect(history.unknownChanges(Infinity)).toBe(0);
        // Members no event names are known from the feed alone, and said to be.
        const silent = old.filter((id) => !steps.some((step) => step.id === id));
        expect(history.disagreements().map(({ id }) => id)).toEqual(silent);
        for (let at = 99; at <= end + 1; at++) {
          const then =
            states.findLast((state) => state.at <= at)?.truth ??
            new Map(old.map((id) => [id, member(id, 'viewer', 0)]));
          const expected = Object.fromEntries(
            [...then].flatMap(([id, data]) => (data === null ? [] : [[id, data.role as string]])),
          );
          expect(rolesOf(history.entitiesAt(at))).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('says since when a condition has held', () => {
    fc.assert(
      fc.property(fc.array(happened, { maxLength: 25 }), (list) => {
        const { steps, states, end } = makeSteps(
          list.map((one) => ({ ...one, withheld: false })),
          new Map([['m0', 'viewer']]),
        );
        const history = new AccessHistory(steps, new Map());
        const roleAt = (id: string, at: number): unknown => {
          const then = states.findLast((state) => state.at <= at)?.truth;
          return (then === undefined ? (id === 'm0' ? member(id, 'viewer', 0) : null) : then.get(id))?.role;
        };
        for (const { id } of steps) {
          for (const role of ROLES) {
            for (let at = 100; at <= end; at++) {
              if (roleAt(id, at) !== role) continue;
              // Walked back millisecond by millisecond; equal times are told apart by the last of them.
              let since: number | null = at;
              while (since >= 100 && roleAt(id, since - 1) === role) since -= 1;
              if (since < 100) since = null;
              const answer = history.since('member', id, at, (data) => data.role === role);
              const broken = steps.some((s) => s.id === id && s.validFrom === answer && s.data?.role !== role);
              if (!broken) expect(answer).toBe(since);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('never takes a withheld change for a known one, and fills it from the next change or from the feed', () => {
    fc.assert(
      fc.property(fc.array(happened, { maxLength: 25 }), (list) => {
        const { steps, states, truth, end } = makeSteps(list, new Map());
        const feed = new Map([['member', new Map([...truth].filter((one): one is [string, Data] => one[1] !== null))]]);
        const history = new AccessHistory(steps, feed);
        // A withheld change stays unknown only when the next of its entity tells nothing of before: it is withheld too, or a removal.
        const open = steps.filter((step, i) => {
          if (step.state !== 'unknown') return false;
          const next = steps.slice(i + 1).find(({ id }) => id === step.id);
          return next !== undefined && next.before === null;
        });
        expect(history.unknownChanges(Infinity)).toBe(open.length);
        expect(history.disagreements()).toEqual([]);
        if (open.length > 0) return;
        for (let at = 100; at <= end; at++) {
          const then = states.findLast((state) => state.at <= at)?.truth ?? new Map();
          const expected = Object.fromEntries(
            [...then].flatMap(([id, data]) => (data === null ? [] : [[id, data.role]])),
          );
          expect(rolesOf(history.entitiesAt(at))).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('names what log and feed do not say alike', () => {
    const step = (seq: number, id: string, role: string): HistoryStep => {
      return { seq, kind: 'member', id, validFrom: seq, state: 'put', data: member(id, role, 1), before: null };
    };
    const feed = new Map([
      [
        'member',
        new Map([
          ['m0', member('m0', 'admin', 1)],
          ['m1', member('m1', 'viewer', 1)],
        ]),
      ],
    ]);
    const history = new AccessHistory(
      [step(0, 'm0', 'viewer'), step(1, 'm1', 'viewer'), step(2, 'm2', 'viewer')],
      feed,
    );
    expect(history.disagreements()).toEqual([
      { kind: 'member', id: 'm0' },
      { kind: 'member', id: 'm2' },
    ]);
  });

  it('knows the founder from the event that founds the organization', () => {
    const organization = { id: 'acme', owner_id: 'u-m0', created_at: new Date(5).toISOString(), version: 1 };
    const founded: HistoryStep = {
      ...{ seq: 0, kind: 'organization', id: 'acme', validFrom: 5, state: 'put', data: organization, before: null },
    };
    const feed = (role: string) =>
      new Map([
        ['organization', new Map<string, Data>([['acme', organization]])],
        ['member', new Map([['m0', member('m0', role, 1)]])],
      ]);
    const history = new AccessHistory([founded], feed('admin'));
    expect(history.disagreements()).toEqual([]);
    expect(history.since('member', 'm0', 9, ({ role }) => role === 'admin')).toBe(5);
    const step = { seq: 1, kind: 'member', id: 'm0', validFrom: 7, state: 'put' } as const;
    const later = new AccessHistory(
      [founded, { ...step, data: member('m0', 'viewer', 2), before: member('m0', 'admin', 1) }],
      feed('viewer'),
    );
    expect(later.since('member', 'm0', 6, ({ role }) => role === 'admin')).toBe(5);
    expect(new AccessHistory([founded], feed('viewer')).disagreements()).toEqual([{ kind: 'member', id: 'm0' }]);
  });
});
