/** Keys of service accounts: SVC-01 to SVC-04 (PCI DSS 4.0.1, 8.6.3 by the organization's own risk analysis; 7.2.5 and 7.2.5.1). */
import type { ServiceAccount } from '../../../entities/index.ts';
import { firstRow } from '../../../rbac/questions/index.ts';
import { type Past, pastOf } from '../asOf.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { overlap, type Span, union } from '../spans.ts';
import { accountItem, accountsOf, endOf, type KeyInForce, keyItem, none, spanOfKey } from './accounts.ts';
import { count, DAY_MS, logGap, plainRule, timeText, together, untold } from './plain.ts';

const daysOf = (ms: number): string => count(Math.floor(ms / DAY_MS), 'day');

function keyAges(scope: CheckScope): RuleAnswer {
  const accounts = accountsOf(scope);
  const { keys, missing } = accounts;
  const most = scope.parameters.key_age_days * DAY_MS;
  const age = ({ key }: KeyInForce): number => scope.period.to - Date.parse(key.created_at);
  return {
    population: keys.length,
    failing: keys
      .filter((one) => age(one) > most)
      .map((one) => keyItem(one, `${daysOf(age(one))} old, made ${timeText(Date.parse(one.key.created_at))}.`)),
    ...{ missing, notApplicable: none(accounts, keys.length, 'key') },
    looked: { keys: keys.map(({ key }) => [key.id, key.created_at]), missing },
  };
}

const SVC_01 = plainRule({
  ...{ id: 'SVC-01', version: 1, populationOf: 'keys in force' },
  explain: ({ key_age_days }) =>
    `Passes when no key in force at the end of the period was made more than ${count(key_age_days, 'day')} before it. How often keys change is for the organization's risk analysis to say.`,
  answer: keyAges,
});

function keyLives(scope: CheckScope): RuleAnswer {
  const accounts = accountsOf(scope);
  const { keys, missing } = accounts;
  const most = scope.parameters.key_life_days;
  const lives = keys.map((one) => {
    const { from, to } = spanOfKey({ ...one.key, revoked_at: null }, { ...one.account, revoked_at: null });
    return { one, life: to - from };
  });
  return {
    population: keys.length,
    failing: lives.flatMap(({ one, life }) => {
      if (life <= most * DAY_MS) return [];
      return [keyItem(one, life === Infinity ? 'Never expires.' : `Expires ${daysOf(life)} after it was made.`)];
    }),
    ...{ missing, notApplicable: none(accounts, keys.length, 'key') },
    looked: { keys: lives.map(({ one, life }) => [one.key.id, life === Infinity ? null : life]), missing },
  };
}

const SVC_02 = plainRule({
  ...{ id: 'SVC-02', version: 1, populationOf: 'keys in force' },
  explain: ({ key_life_days }) =>
    `Passes when every key in force at the end of the period, or its account, expires within ${count(key_life_days, 'day')} of when the key was made.`,
  answer: keyLives,
});

/** A request let in before the end may be recorded so much later. */
export const IN_FLIGHT_MS = 5_000;

interface Life {
  /** When the account could be used, by what was decided at the time; a stretch that is not told counts as one in which it could. */
  readonly spans: readonly Span[];
  readonly last: ServiceAccount;
}

function lifeOf(past: Past, id: string): Life | null {
  let last: ServiceAccount | null = null;
  const lists: (readonly Span[])[] = [];
  for (const version of past.spansOf('service_account', id)) {
    const { data, known } = version;
    if (data !== null) last = data;
    if (!known) lists.push([version]);
    else if (data !== null) lists.push(overlap([version], union(data.keys.map((key) => [spanOfKey(key, data)]))));
  }
  return last === null ? null : { spans: union(lists), last };
}

interface Misuse {
  first: number;
  seq: number;
  count: number;
}

/** Successful events of each service account, recorded after it could no longer be used. By account id; null: no such account is known. */
function misuses({ world, period }: CheckScope, past: Past): Map<string, Misuse | null> {
  const { columns, actors, actions } = world.log;
  const prefix = 'service_account:';
  const spans = actors.map((actor) => {
    if (!actor.startsWith(prefix)) return undefined;
    return lifeOf(past, actor.slice(prefix.length))?.spans ?? null;
  });
  const refusal = actions.indexOf('service_account.key.refuse');
  const found = new Map<string, Misuse | null>();
  const end = firstRow(columns, period.to);
  for (let i = firstRow(columns, period.from); i < end; i++) {
    const code = columns.actor[i]!;
    const list = spans[code];
    if (list === undefined || columns.outcome[i] !== 0 || columns.action[i] === refusal) continue;
    const at = columns.recorded[i]!;
    const id = actors[code]!.slice(prefix.length);
    if (list === null) found.set(id, null);
    else if (endedBefore(list, at)) note(found, id, at, columns.seq[i]!);
  }
  return found;
}

/** Whether every stretch that began before an instant is over, and one was there. */
function endedBefore(spans: readonly Span[], at: number): boolean {
  const begun = spans.findLast(({ from }) => from <= at);
  return begun !== undefined && begun.to + IN_FLIGHT_MS < at;
}

function note(found: Map<string, Misuse | null>, id: string, at: number, seq: number): void {
  const known = found.get(id) ?? null;
  if (known === null) found.set(id, { first: at, seq, count: 1 });
  else known.count++;
}

function usedAfterEnd(scope: CheckScope): RuleAnswer {
  const past = pastOf(scope.world);
  const found = misuses(scope, past);
  const { from, to } = scope.period;
  const lives = past.idsOf('service_account').flatMap((id) => {
    const life = lifeOf(past, id);
    return life === null || Date.parse(life.last.created_at) >= to ? [] : [{ id, ...life }];
  });
  const failing = lives.flatMap(({ id, last }) => {
    const misuse = found.get(id) ?? null;
    if (misuse === null) return [];
    const { first, seq } = misuse;
    const why = `${count(misuse.count, 'event')} after no key of it was in force, the first one ${timeText(first)} (event ${seq}).`;
    return [accountItem(last, why, first)];
  });
  const strangers = [...found].filter(([, misuse]) => misuse === null).map(([id]) => id);
  const withheld = lives.filter(({ id }) => past.isUntold('service_account', id, scope.period)).length;
  const missing = together(
    logGap(past, from),
    untold(withheld, 'service account'),
    strangers.length === 0
      ? null
      : `The log names ${count(strangers.length, 'service account')} of which nothing else is told.`,
  );
  const notApplicable = lives.length === 0 && missing === null ? 'There is no service account.' : null;
  return {
    ...{ population: lives.length, failing, missing, notApplicable },
    looked: {
      lives: lives.map(({ id, spans }) => [id, ...overlap(spans, [{ from: 0, to }]).map((one) => [one.from, one.to])]),
      misuses: failing.map(({ id, why }) => [id, why]),
      missing,
    },
  };
}

const SVC_03 = plainRule({
  ...{ id: 'SVC-03', version: 1, populationOf: 'service accounts' },
  explain: () =>
    `Passes when no service account succeeded with anything in the period after it, or the last of its keys, had expired or was revoked; ${IN_FLIGHT_MS / 1000} seconds are left to requests under way. Refused uses of ended keys are no uses. Which key was used is not looked at: an account with another key in force is in use rightly.`,
  answer: usedAfterEnd,
});

/**
 * When a key was last used before an instant, as far as record and log tell. The log names keys where it may be withheld, so an act of the
 * account is one of the key only where no other key could be used since `horizon`.
 * @returns `later`: it was used after the instant, and whether also before is not told by the record, which keeps the last use alone.
 */
function lastUse(one: KeyInForce, past: Past, at: number, horizon: number, feed: ReadonlyMap<string, string | null>) {
  const { key, account } = one;
  const uses = [key.last_used_at, feed.get(key.id) ?? null].flatMap((text) =>
    text === null ? [] : [Date.parse(text)],
  );
  const before = uses.filter((use) => use < at);
  const alone = account.keys.every((other) => other.id === key.id || spanOfKey(other, account).to <= horizon);
  const act = alone ? past.lastActOf(`service_account:${account.id}`, at) : -Infinity;
  return { last: Math.max(Date.parse(key.created_at), act, ...before), later: uses.length > before.length };
}

function unusedKeys(scope: CheckScope): RuleAnswer {
  const accounts = accountsOf(scope);
  const { to } = scope.period;
  const horizon = to - scope.parameters.idle_days * DAY_MS;
  const feed = new Map(
    scope.world
      .records('service_account')
      .flatMap(({ keys }) => keys.map((key) => [key.id, key.last_used_at] as const)),
  );
  const uses = accounts.keys.map((one) => ({ one, ...lastUse(one, accounts.past, to, horizon, feed) }));
  const idle = uses.filter(({ last }) => last < horizon);
  const open = idle.filter(({ later }) => later).length;
  const keyed = new Set(accounts.keys.map(({ account }) => account.id));
  const bare = accounts.inForce
    .filter(({ id }) => !keyed.has(id))
    .map((account) => ({ account, last: lastOfBare(account, accounts.past, to) }));
  const missing = together(
    accounts.missing,
    open === 0 ? null : `When ${count(open, 'key')} was used before the end of the period is not told.`,
  );
  const population = uses.length + bare.length;
  return {
    population,
    failing: [
      ...idle
        .filter(({ later }) => !later)
        .map(({ one, last }) => keyItem(one, `Unused for ${daysOf(to - last)}, and in force.`, last)),
      ...bare
        .filter(({ last }) => last < horizon)
        .map(({ account, last }) =>
          accountItem(account, `Without a usable key for ${daysOf(to - last)}, and not revoked.`, last),
        ),
    ],
    ...{ missing, notApplicable: none(accounts, population, 'service account') },
    looked: {
      keys: uses.map(({ one, last, later }) => [one.key.id, last, later]),
      bare: bare.map(({ account, last }) => [account.id, last]),
      missing,
    },
  };
}

/** Since when an account without a usable key is so: its last key's end, else when it was made. */
function lastOfBare(account: ServiceAccount, past: Past, at: number): number {
  const ends = account.keys.map(endOf).filter((end) => end < at);
  return Math.max(Date.parse(account.created_at), past.lastActOf(`service_account:${account.id}`, at), ...ends);
}

const SVC_04 = plainRule({
  ...{ id: 'SVC-04', version: 1, populationOf: 'keys in force and accounts without one' },
  explain: ({ idle_days }) =>
    `Passes when every key in force at the end of the period was made or used within ${count(idle_days, 'day')} before it, and no account stays unrevoked for longer without a usable key. Insufficient where a key was used after the period and what was before is not told.`,
  answer: unusedKeys,
});

export const KEY_RULES: readonly CheckRule[] = [SVC_01, SVC_02, SVC_03, SVC_04];
