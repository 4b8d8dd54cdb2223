/** The application: composes the services from the ports of a host, behind one dispatcher. It knows no window. */
import type { EventName, EventPayload } from '../shared/contract/index.ts';
import type { Result } from '../shared/errors.ts';
import type { CallContext } from './ipc/dispatcher.ts';
import type { Ports } from './ports.ts';
import { buildServices } from './services/index.ts';
import type { LockInfo } from './services/instanceLock.ts';

export type { CallContext };

/** The demo platform that `npm start` runs beside the console. */
export interface DemoPlatform {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** Base32 secret of the demo user's one-time codes. */
  readonly totpSecret: string;
}

export interface AppOptions {
  readonly version: string;
  readonly host: 'electron' | 'browser' | 'cli';
  readonly demo?: DemoPlatform;
  /** Address of the host's control socket, by which a second launch asks for a window; written into the lock file. */
  readonly control?: string;
}

export interface App {
  /** Calls a procedure of the contract. Never throws and never answers a stack trace. */
  dispatch(name: string, input: unknown, context: CallContext): Promise<Result<unknown>>;
  /** Subscribes to a pushed event; answers the unsubscribe function. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Cancels work, closes every database, forgets keys, releases the instance lock. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Builds the application over one data folder.
 * @throws AppError MIRROR_BUSY naming the process that has the folder, FILE_UNWRITABLE when the folder cannot be made.
 */
export function createApp(ports: Ports, options: AppOptions): App {
  const services = buildServices(ports, options);
  return { dispatch: services.dispatch, on: services.events.on, close: services.close };
}

export type { LockInfo };
