/** Requests refused by a rate limit, as events: one for many, at most one a minute and key. */
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
