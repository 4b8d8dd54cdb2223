/** What every service is built from, and what exists only while the vault is open. */
import { AppError } from '../../shared/errors.ts';
import type { AppOptions } from '../app.ts';
import type { ConsoleDb } from '../db/api.ts';
import type { Secrets } from '../keys/secrets.ts';
import type { Ports } from '../ports.ts';
import type { Events } from './events.ts';
import type { Jobs } from './jobs.ts';
import type { Log } from './log.ts';
import type { Mirrors } from './mirrors.ts';
import type { PageChecks } from './pageChecks.ts';
import type { Unfinished } from './unfinished.ts';

/** Open databases and secrets: gone as a whole when the vault locks. */
export interface Opened {
  readonly db: ConsoleDb;
  readonly secrets: Secrets;
  readonly mirrors: Mirrors;
  readonly unfinished: Unfinished;
  readonly pageChecks: PageChecks;
}

export interface Context {
  readonly ports: Ports;
  readonly options: AppOptions;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly log: Log;
  /** What is open now. Throws VAULT_LOCKED. */
  opened(): Opened;
}

/** Holder of the opened state, filled by the lifecycle alone. */
export interface Holder {
  /** Throws VAULT_LOCKED. */
  get(): Opened;
  peek(): Opened | null;
  set(opened: Opened | null): void;
}

export function createHolder(): Holder {
  let held: Opened | null = null;
  return {
    get() {
      if (held === null) throw new AppError('VAULT_LOCKED');
      return held;
    },
    peek: () => held,
    set(opened) {
      held = opened;
    },
  };
}
