/** Service accounts and their keys as checks look at them: which are in force just before an instant, and when they ended. */
import type { ServiceAccount, ServiceKey } from '../../../entities/index.ts';
import { type Past, pastOf } from '../asOf.ts';
import type { CheckScope } from '../rule.ts';
import type { Span } from '../spans.ts';
import { untold } from './plain.ts';

const time = (text: string | null): number => (text === null ? Infinity : Date.parse(text));

/** When something ends, ms: revoked or expired, whichever is first; Infinity: not at all. */
export function endOf({ expires_at, revoked_at }: Pick<ServiceKey, 'expires_at' | 'revoked_at'>): number {
  return Math.min(time(expires_at), time(revoked_at));
}

/** Stretch in which a key could be used, its account's end taken into account. Empty stretches have `to` before `from`. */
export function spanOfKey(key: ServiceKey, account: ServiceAccount): Span {
  return { from: Date.parse(key.created_at), to: Math.min(endOf(key), endOf(account)) };
}

export interface KeyInForce {
  readonly key: ServiceKey;
  readonly account: ServiceAccount;
}

export interface Accounts {
  readonly past: Past;
  /** Not revoked and not expired at the end of the period, by rising id. */
  readonly inForce: readonly ServiceAccount[];
  /** Keys that could be used then, by rising id. */
  readonly keys: readonly KeyInForce[];
  /** What is not told, in words. */
  readonly missing: string | null;
}

/** Accounts and keys at the end of the period. */
export function accountsOf({ world, period }: CheckScope): Accounts {
  const past = pastOf(world);
  const { entities, unknown } = past.present('service_account', period.to);
  const inForce = [...entities.values()].filter((account) => endOf(account) >= period.to);
  const keys = inForce
    .flatMap((account) => account.keys.map((key) => ({ key, account })))
    .filter(({ key, account }) => {
      const { from, to } = spanOfKey(key, account);
      return from < period.to && to >= period.to;
    })
    .sort((a, b) => (a.key.id < b.key.id ? -1 : 1));
  return { past, inForce, keys, missing: untold(unknown.length, 'service account') };
}

/** Why a check of keys or accounts has nothing to say; null: it has, or something is missing. */
export function none({ missing }: Accounts, n: number, what: string): string | null {
  return n === 0 && missing === null ? `There is no ${what} in force.` : null;
}

/** A failing key; its id is the middle part of the key, never a secret. */
export function keyItem({ key, account }: KeyInForce, why: string, at: number | null = null) {
  return { id: `key ${key.id}`, title: `Key ${key.id} of ${account.name}`, at, why };
}

export function accountItem(account: ServiceAccount, why: string, at: number | null = null) {
  return { id: `service_account ${account.id}`, title: account.name, at, why };
}
