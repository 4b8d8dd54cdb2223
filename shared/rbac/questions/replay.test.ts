import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN, DEMANDS, ROLES } from '../index.ts';
import {
  Actors,
  ALL,
  actionMasks,
  Compiler,
  coversUse,
  creatorsOf,
  type EventColumns,
  firstRow,
  maskOf,
  NOBODY,
  PermissionNumbers,
  type Profile,
  type Relations,
  type Replayed,
  relationsUsed,
  replay,
  smallestRole,
  stateOf,
  usageOf,
  usedOf,
  VERDICTS,
} from './index.ts';

const ACTIONS = ['thread.create', 'thread.read', 'thread.list', 'thread.log.read', 'member.delete', 'auth.login'];
/** Actor codes: two people, an account, and one nobody knows. Person 1 was holder 1 first, holder 3 after 500. */
const actors = new Actors(
  4,
  4,
  new Map([
    [0, [{ holder: 0, from: 0 }]],
    [
      1,
      [
        { holder: 1, from: 0 },
        { holder: 3, from: 500 },
      ],
    ],
    [2, [{ holder: 2, from: 0 }]],
  ]),
);
const holderAt = (actor: number, at: number): number =>
  actor === 1 ? (at >= 500 ? 3 : 1) : actor === 3 ? NOBODY : actor;

const event = fc.record({
  gap: fc.integer({ min: 0, max: 40 }),
  actor: fc.integer({ min: 0, max: 3 }),
  action: fc.integer({ min: 0, max: ACTIONS.length - 1 }),
  target: fc.integer({ min: 0, max: 5 }),
  outcome: fc.constantFrom(0, 0, 0, 1, 2),
});
const eventsArb = fc.array(event, { maxLength: 60 });
type Plain = { at: number; actor: number; action: number; target: number; outcome: number };
function columns(list: readonly { gap: number; actor: number; action: number; target: number; outcome: number }[]) {
  let at = 0;
  const plain: Plain[] = list.map(({ gap, ...one }) => {
    at += gap;
    return { ...one, at };
  });
  const events: EventColumns = {
    count: plain.length,
    // The log holds other events between.
    seq: Uint32Array.from(plain, (_one, i) => i * 3),
    recorded: Float64Array.from(plain, (one) => one.at),
    actor: Uint32Array.from(plain, ({ actor }) => actor),
    action: Uint32Array.from(plain, ({ action }) => action),
    target: Uint32Array.from(plain, ({ target }) => target),
    outcome: Uint8Array.from(plain, ({ outcome }) => outcome),
  };
  return { plain, events };
}
const sharingArb = fc.array(
  fc.record({
    target: fc.integer({ min: 0, max: 5 }),
    after: fc.integer({ min: 0, max: 60 }),
    with: fc.option(fc.subarray(['h0', 'h1', 'h2', 'h3'])),
  }),
  { maxLength: 6 },
);
type Sharings = readonly { target: number; after: number; with: readonly string[] | null }[];
function relationsOf(events: EventColumns, sharings: Sharings): Relations {
  const byTarget = new Map<number, { target: number; seq: number; with: ReadonlySet<string> | null }[]>();
  for (const one of [...sharings].sort((a, b) => a.after - b.after)) {
    const list = byTarget.get(one.target) ?? [];
    list.push({ target: one.target, seq: one.after * 3 + 1, with: one.with === null ? null : new Set(one.with) });
    byTarget.set(one.target, list);
  }
  return { creators: creatorsOf(events, 0, 6), sharings: byTarget, holderIds: ['h0', 'h1', 'h2', 'h3'] };
}
/** Yes, no or not told, found by reading the events from the start. */
function relation(plain: readonly Plain[], sharings: Sharings, row: number) {
  const { target, actor, at } = plain[row]!;
  const made = plain.find((one) => one.action === 0 && one.outcome === 0 && one.target === target);
  const last = [...sharings]
    .sort((a, b) => a.after - b.after)
    .filter((one) => one.target === target && one.after < row)
    .at(-1);
  const shared =
    last === undefined
      ? made
        ? false
        : null
      : last.with === null
        ? null
        : last.with.includes(`h${holderAt(actor, at)}`);
  return { own: made === undefined ? null : made.actor === actor, shared };
}

const numbers = new PermissionNumbers();
const compiler = new Compiler(BUILT_IN, numbers);
const GRANTS = [
  'threads:*',
  'threads:read:own',
  'threads:read:shared',
  'logs:read:own',
  'logs:read',
  'users:remove',
  '*:read:shared',
];
const state = stateOf(
  { organization: null, members: new Map(), roles: new Map(), accounts: new Map(), sets: new Map() },
  0,
);
const profileOf = (grants: readonly string[]): Profile =>
  compiler.profile(
    {
      ...{
        key: 'k',
        type: 'service_account',
        id: 'k',
        name: 'k',
        detail: '',
        status: 'active',
        role: null,
        confined: false,
        actor: '',
      },
      permissions: grants,
      catalogVersion: BUILT_IN.version,
    },
    state.roles,
  );
/** The decision said in another way; the relation is asked of the event's target. */
function would(grants: readonly string[], action: string, own: boolean | null, shared: boolean | null): boolean | null {
  const demand = DEMANDS[action];
  const held = (demand?.anyOf ?? []).flatMap((id) =>
    grants
      .map((text) => text.split(':'))
      .filter(([r, a]) => (r === '*' || r === id.split(':')[0]) && (a === '*' || a === id.split(':')[1]))
      .map(([, , scope]) => scope ?? 'all'),
  );
  if (held.includes('all')) return true;
  if (held.length === 0 || !demand?.related) return false;
  if (action.endsWith('.list')) return true;
  if (action === 'thread.create') return held.includes('own');
  const asked = [held.includes('own') ? own : false, held.includes('shared') ? shared : false];
  return asked.includes(true) ? true : asked.includes(null) ? null : false;
}
function finish(steps: Generator<number, Replayed>): Replayed {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

describe('replay, against a reading of each event', () => {
  it('gives each real event the verdict of the supposed grants at its time', () => {
    const grantsArb = fc.subarray(GRANTS, { maxLength: 3 });
    fc.assert(
      fc.property(
        eventsArb,
        sharingArb,
        grantsArb,
        grantsArb,
        fc.integer({ min: 0, max: 200 }),
        (list, sharings, first, second, place) => {
          const { plain, events } = columns(list);
          // Often at the very time of an event: from then on the second grants hold.
          const turn = plain[place]?.at ?? place * 5;
          const masks = [first, second].map((grants) => actionMasks(profileOf(grants), ACTIONS, numbers));
          const [begin, end] = [firstRow(events, 20), firstRow(events, 1500)];
          const done = finish(
            replay({
              ...{ events, begin, end, actions: ACTIONS, actors, relations: relationsOf(events, sharings) },
              // Holder 2 is not asked about.
              stretches: (holder) =>
                holder === 2
                  ? null
                  : [
                      { from: 20, masks: masks[0]! },
                      { from: turn, masks: masks[1]! },
                    ].filter(({ from }, i) => i === 0 || from > 20),
            }),
          );
          const expected = plain.flatMap((one, row) => {
            const holder = holderAt(one.actor, one.at);
            if (one.at < 20 || one.at >= 1500 || holder === NOBODY || holder === 2) return [];
            const { own, shared } = relation(plain, sharings, row);
            const grants = turn > 20 && one.at < turn ? first : turn > 20 ? second : first;
            const answer = would(grants, ACTIONS[one.action]!, own, shared);
            const was = one.outcome !== 2;
            const verdict = answer === null ? 'undetermined' : answer === was ? 'same' : answer ? 'allow' : 'refuse';
            return [[row, verdict] as const];
          });
          const differing = expected.filter(([, verdict]) => verdict !== 'same');
          expect(Array.from(done.rows, (row, i) => [row, VERDICTS[done.verdicts[i] as 0]])).toEqual(differing);
          const count = (verdict: string): number => expected.filter((one) => one[1] === verdict).length;
          expect(done).toMatchObject({ events: expected.length, same: count('same'), refuse: count('refuse') });
          expect(done).toMatchObject({ allow: count('allow'), undetermined: count('undetermined') });
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('lets nobody who may use named workspaces only do what is of the whole organization', () => {
  const actions = ['workspace.create', 'workspace.update', 'nothing.known'];
  const masks = (confined: boolean) => [...actionMasks(profileOf(['org:manage']), actions, numbers, confined)];
  expect([masks(false), masks(true)]).toEqual([
    [ALL, ALL, 0],
    [0, ALL, 0],
  ]);
});

describe('use and least privilege, against a reading of each event', () => {
  it('counts uses and names what was never used', () => {
    fc.assert(
      fc.property(eventsArb, fc.subarray(GRANTS), (list, grants) => {
        const { plain, events } = columns(list);
        const usage = usageOf(events, 0, events.count, actors, ACTIONS.length);
        const profile = profileOf(grants);
        for (let holder = 0; holder < 4; holder++) {
          const own = plain.filter((one) => holderAt(one.actor, one.at) === holder && one.outcome !== 2);
          for (const action of ACTIONS.keys()) {
            const uses = own.filter((one) => one.action === action);
            expect(usage.counts[holder * ACTIONS.length + action]).toBe(uses.length);
            expect(usage.last[holder * ACTIONS.length + action]).toBe(uses.at(-1)?.at ?? 0);
          }
          const asked = new Set(own.flatMap((one) => DEMANDS[ACTIONS[one.action]!]?.anyOf ?? []));
          const { used, unused } = usedOf(profile, usage, holder, ACTIONS, numbers);
          expect([...used].map((n) => numbers.ids[n]).sort()).toEqual(
            Array.from(profile.perms, (n) => numbers.ids[n]!)
              .filter((id) => asked.has(id))
              .sort(),
          );
          expect(used.size + unused.length).toBe(profile.perms.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds the smallest role that would have allowed every use', () => {
    const custom = [
      ['threads:read:own'],
      ['threads:read:own', 'logs:read:own'],
      ['threads:*', 'logs:read'],
      ['*:read:shared'],
      [],
    ];
    const choices = [
      ...ROLES.map((id) => ({ id, name: id, grants: null as string[] | null, profile: compiler.role(id, new Map()) })),
      ...custom.map((grants, i) => ({
        id: `c${i}`,
        name: `c${i}`,
        grants: grants as string[] | null,
        profile: profileOf(grants),
      })),
    ].sort((a, b) => a.profile.perms.length - b.profile.perms.length || (a.id < b.id ? -1 : 1));
    fc.assert(
      fc.property(eventsArb, sharingArb, fc.integer({ min: 0, max: 25 }), (list, sharings, granted) => {
        const { plain, events } = columns(list);
        const usage = usageOf(events, 0, events.count, actors, ACTIONS.length);
        const relations = relationsOf(events, sharings);
        const related = relationsUsed(events, 0, events.count, { actors, actions: ACTIONS, relations });
        for (let holder = 0; holder < 4; holder++) {
          const uses = plain.flatMap((one, row) =>
            holderAt(one.actor, one.at) === holder && one.outcome !== 2 && ACTIONS[one.action] !== 'auth.login'
              ? [row]
              : [],
          );
          const fits = choices.filter(({ profile }) => {
            const mask = (id: string) => maskOf(profile, numbers.find(id));
            return uses.every((row) => {
              const { own, shared } = relation(plain, sharings, row);
              const { anyOf, related } = DEMANDS[ACTIONS[plain[row]!.action]!]!;
              return anyOf.some((id) => {
                if ((mask(id) & 1) !== 0) return true;
                return (
                  related === true &&
                  ((own === true && (mask(id) & 2) !== 0) || (shared === true && (mask(id) & 4) !== 0))
                );
              });
            });
          });
          const best = fits.find(({ profile }) => profile.perms.length < granted);
          // Events that ask for nothing are no use.
          const asking = { ...usage, counts: usage.counts.map((n, i) => (i % ACTIONS.length === 5 ? 0 : n)) };
          const found = smallestRole(choices, granted, (role) =>
            coversUse(role, asking, related, holder, ACTIONS, numbers),
          );
          expect(found?.role.id ?? null).toBe(best?.id ?? null);
          if (found) expect(found.fewer).toBe(granted - found.role.profile.perms.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
