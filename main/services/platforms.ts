/** One live client per connection, and whether its platform answered when it was last asked. */
import { AppError } from '../../shared/errors.ts';
import type { ConnectionRecord } from '../db/api.ts';
import type { Secrets } from '../keys/secrets.ts';
import { PlatformClient } from '../sync/client.ts';
import { PlatformHttp } from '../sync/http.ts';
import { Session, type TokenStore } from '../sync/session.ts';

export type Reach = 'online' | 'offline';

export interface Platforms {
  client(connection: Pick<ConnectionRecord, 'id' | 'url'>): PlatformClient;
  reach(connectionId: string): Reach;
  /** True when the platform did not answer the last time it was asked; false also when it was not asked yet. */
  isAway(connectionId: string): boolean;
  /** Runs a request of a connection and keeps what it tells about the platform's reach. */
  watch<T>(connectionId: string, request: () => Promise<T>): Promise<T>;
  /** The platform has just answered. */
  heard(connectionId: string): void;
  /** Calls back when a platform that was away, or was not asked yet, has answered. */
  onOnline(listener: (connectionId: string) => void): void;
  drop(connectionId: string): void;
  /** Forgets every client, and with them the tokens they hold. */
  dropAll(): void;
}

/** A client whose refresh token lives wherever the store puts it. */
export function makeClient(url: string, store: TokenStore, now: () => number): PlatformClient {
  const http = new PlatformHttp({ url });
  return new PlatformClient(http, new Session(http, store, now));
}

export function createPlatforms(secrets: () => Secrets, now: () => number): Platforms {
  const clients = new Map<string, PlatformClient>();
  const reached = new Map<string, Reach>();
  const listeners: ((connectionId: string) => void)[] = [];
  const heard = (connectionId: string): void => {
    const before = reached.get(connectionId);
    reached.set(connectionId, 'online');
    if (before !== 'online') for (const listener of listeners) listener(connectionId);
  };
  return {
    client({ id, url }) {
      const known = clients.get(id);
      if (known) return known;
      const store: TokenStore = {
        read: () => secrets().refreshToken(id),
        write: (token) => secrets().setRefreshToken(id, token),
        delete: () => secrets().deleteRefreshToken(id),
      };
      const client = makeClient(url, store, now);
      clients.set(id, client);
      return client;
    },
    reach: (connectionId) => reached.get(connectionId) ?? 'offline',
    isAway: (connectionId) => reached.get(connectionId) === 'offline',
    async watch(connectionId, request) {
      try {
        const value = await request();
        heard(connectionId);
        return value;
      } catch (error) {
        const code = error instanceof AppError ? error.code : null;
        if (code === 'PLATFORM_UNREACHABLE') reached.set(connectionId, 'offline');
        throw error;
      }
    },
    heard,
    onOnline: (listener) => void listeners.push(listener),
    drop(connectionId) {
      clients.delete(connectionId);
      reached.delete(connectionId);
    },
    dropAll() {
      clients.clear();
      reached.clear();
    },
  };
}
