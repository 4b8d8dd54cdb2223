/** How a key comes in: its secret and its rate limit before anything of a tenant, its standing in the request's own transaction. */
import { parseKey } from '../../shared/access/index.ts';
import { grantsOfAccount } from '../../shared/rbac/index.ts';
import { unauthenticated } from '../auth/credentials.ts';
import type { Core } from '../core.ts';
import { Problem } from '../http/problems.ts';
import type { KeyEntry } from '../tenancy/context.ts';
import { proveKey } from './directory.ts';
import { keyPepper } from './hash.ts';
import { touchKey } from './keys.ts';
import { rateHeaders, type Slot, takeSlot } from './rate.ts';
import { logRefusals } from './refusals.ts';

interface Standing {
  readonly name: string;
  readonly workspace_id: string | null;
  readonly permissions: readonly string[];
  readonly catalog_version: number;
}

function limited(slot: Slot): Problem {
  return new Problem('rate-limited', `This key may make ${slot.plan.limit} requests a minute.`, {
    ...rateHeaders(slot),
    'retry-after': String(Math.max(1, slot.retry_s)),
  });
}

/**
 * No verified key is remembered: proving one takes a lookup and an HMAC, and what is not remembered cannot outlive a revocation.
 */
export function openKeys(core: Core): KeyEntry {
  const pepper = keyPepper(core);
  return {
    admit: async (text) => {
      const parts = parseKey(text);
      if (parts === null) throw unauthenticated();
      // A transaction of its own, committed whatever becomes of the request: a failing request counts too.
      const found = await core.platform(async (tx) => {
        const key = await proveKey(tx, pepper, parts);
        return key === null ? null : { key, slot: await takeSlot(tx, key.keyId, key.rateLimit, core.now()) };
      });
      if (found === null) throw unauthenticated();
      const { keyId, orgId, accountId } = found.key;
      const key = { keyId, orgId, accountId };
      if (!found.slot.admitted) {
        if (found.slot.log) await logRefusals(core, key);
        throw limited(found.slot);
      }
      if (found.slot.touch) await touchKey(core, orgId, keyId);
      return { key, headers: rateHeaders(found.slot) };
    },
    standing: ({ keyId, accountId }) => ({
      name: 'tenant.key',
      sql: `SELECT a.name, a.workspace_id, a.permissions, a.catalog_version
         FROM service_account_keys k JOIN service_accounts a ON a.id = k.account_id
         WHERE k.id = $1 AND a.id = $2 AND k.revoked_at IS NULL AND a.revoked_at IS NULL
           AND (k.expires_at IS NULL OR k.expires_at > $3) AND (a.expires_at IS NULL OR a.expires_at > $3)`,
      params: [keyId, accountId, new Date(core.now())],
    }),
    entrant: ({ keyId, accountId }, rows) => {
      const account = (rows as readonly Standing[])[0];
      if (account === undefined) throw unauthenticated('The key is no longer in force.');
      const { name, workspace_id, permissions, catalog_version } = account;
      return {
        principal: { type: 'service_account', accountId, name, keyId },
        holder: `account:${accountId}`,
        grants: (book) => grantsOfAccount({ id: accountId, permissions, catalog_version }, book),
        workspaces: workspace_id === null ? null : [workspace_id],
      };
    },
  };
}
