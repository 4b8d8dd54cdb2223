/** Requests refused by a rate limit, and with keys that ended, as events: one for many. */
import type { Caller } from '../auth/login.ts';
import type { Core } from '../core.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import type { ProvenKey } from './directory.ts';
import { claimRefusals, takeRefusals } from './rate.ts';

/** Writes the refusals that stand in no event yet. The organization's lock comes first: nobody waits for it with the counter held. */
export async function logRefusals(core: Core, { keyId, orgId, accountId }: ProvenKey): Promise<void> {
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    await asPlatform(tx, core.instance);
    const taken = await takeRefusals(tx, keyId);
    await asTenant(tx, core.instance, orgId);
    if (taken === null) return;
    const account = { type: 'service_account' as const, id: accountId };
    const since = new Date(taken.since / 1000).toISOString();
    await appendEvents(
      tx,
      orgId,
      [
        {
          action: 'service_account.key.limit',
          outcome: 'denied',
          actor: account,
          target: account,
          disclosures: { detail: { key: keyId, refused: taken.refused, since } },
        },
      ],
      core.now(),
    );
    core.grown.add(orgId);
  });
}

/** While serving: what was refused after a key's last event. */
export async function logDueRefusals(core: Core): Promise<void> {
  for (const key of await core.platform(claimRefusals)) await logRefusals(core, key);
}

/** Somebody still uses a key that is no longer in force: worth knowing, but once a day is enough. */
export async function logEndedKey(core: Core, { keyId, orgId, accountId }: ProvenKey, caller: Caller): Promise<void> {
  const mark = [`${keyId} ${new Date(core.now()).toISOString().slice(0, 10)}`, 'ended'];
  await core.tenant(orgId, async (tx) => {
    const known = await tx.query('SELECT 1 AS one FROM session_marks WHERE session_id = $1 AND kind = $2', mark);
    if (known.length > 0) return;
    await lockOrg(tx);
    const marked = await tx.query(
      'INSERT INTO session_marks (session_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING kind',
      mark,
    );
    if (marked.length === 0) return;
    const account = { type: 'service_account' as const, id: accountId };
    const draft = {
      action: 'service_account.key.refuse',
      outcome: 'denied' as const,
      actor: account,
      target: account,
      request: caller.requestId,
      disclosures: { source: { ...caller.source }, detail: { key: keyId } },
    };
    await appendEvents(tx, orgId, [draft], core.now());
    core.grown.add(orgId);
  });
}
