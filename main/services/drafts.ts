/** Sign-ins whose log keys are not pinned yet: in memory only, a few, for a while. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { toHex } from '../../shared/bytes.ts';
import type { OfferedOrg as OfferedOrgSchema } from '../../shared/contract/connections.ts';
import { AppError } from '../../shared/errors.ts';
import { parseVkey } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { PlatformClient } from '../sync/client.ts';
import type { SignedIn, TokenStore } from '../sync/session.ts';
import { makeClient } from './platforms.ts';

export type OfferedOrg = z.infer<typeof OfferedOrgSchema>;

const DRAFTS_MAX = 5;
const DRAFT_LIFE_MS = 15 * 60_000;
const KEYS_AT_ONCE = 4;

export interface Draft {
  readonly id: string;
  readonly url: string;
  readonly user: { readonly email: string; readonly name: string };
  readonly organizations: readonly OfferedOrg[];
  /** The newest refresh token: it rotated while the keys were read. */
  readonly refreshToken: () => string;
  readonly client: PlatformClient;
  readonly madeAt: number;
}

/** Signs a fresh session in: by password, or by the browser. */
export type SignIn = (client: PlatformClient) => Promise<SignedIn>;

/** The key under which the log is signed now. */
async function offeredKey(client: PlatformClient, orgId: string): Promise<OfferedOrg['logKey']> {
  const { origin, keys } = await client.logKeys(orgId);
  const current = keys.find(({ to_size }) => to_size === null);
  if (!current) throw new AppError('PLATFORM_PROTOCOL', 'The platform names no current log key.', { orgId });
  const { name, publicKey } = parseVkey(current.vkey, sha256);
  if (name !== origin) throw new AppError('PLATFORM_PROTOCOL', 'The log key is for another log.', { orgId });
  return { vkey: current.vkey, origin, fingerprint: toHex(sha256(publicKey)) };
}

async function offers(client: PlatformClient): Promise<OfferedOrg[]> {
  const { organizations } = await client.me();
  const offered: OfferedOrg[] = [];
  for (let at = 0; at < organizations.length; at += KEYS_AT_ONCE) {
    const step = organizations.slice(at, at + KEYS_AT_ONCE).map(async ({ id, name, role }) => ({
      ...{ orgId: id, name, role },
      logKey: await offeredKey(client, id),
    }));
    offered.push(...(await Promise.all(step)));
  }
  return offered;
}

export interface Drafts {
  begin(url: string, signIn: SignIn): Promise<Draft>;
  /** Throws NOT_FOUND when it is too old or was used. */
  get(id: string): Draft;
  remove(id: string): void;
  clear(): void;
}

export function createDrafts(now: () => number): Drafts {
  const drafts = new Map<string, Draft>();
  /** Dropped ones are signed out, so that no session outlives its draft. */
  const drop = (draft: Draft): void => {
    drafts.delete(draft.id);
    void draft.client.session.logout().catch(() => {});
  };
  return {
    async begin(url, signIn) {
      let token: string | null = null;
      const store: TokenStore = {
        read: async () => token,
        write: async (value) => {
          token = value;
        },
        delete: async () => {
          token = null;
        },
      };
      const client = makeClient(url, store, now);
      const { user } = await signIn(client);
      const draft: Draft = {
        id: randomUUID(),
        url: client.http.base.href,
        user,
        organizations: await offers(client),
        refreshToken: () => {
          if (token === null) throw new AppError('LOGIN_REQUIRED');
          return token;
        },
        client,
        madeAt: now(),
      };
      drafts.set(draft.id, draft);
      for (const old of drafts.values()) if (drafts.size > DRAFTS_MAX) drop(old);
      return draft;
    },
    get(id) {
      const draft = drafts.get(id);
      if (draft && now() - draft.madeAt <= DRAFT_LIFE_MS) return draft;
      if (draft) drop(draft);
      throw new AppError('NOT_FOUND', 'This sign-in was used or is too old. Sign in again.', { draftId: id });
    },
    remove: (id) => void drafts.delete(id),
    clear() {
      for (const draft of drafts.values()) drop(draft);
    },
  };
}
