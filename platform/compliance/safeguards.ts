/** How this platform protects each organization's data, kept as a record that checks and screens read; written when it differs from what is kept. */
import { setImmediate } from 'node:timers/promises';
import type { Safeguards } from '../../shared/entities/index.ts';
import { canonicalize, type Json } from '../../shared/json/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import type { Hosting } from '../hosting.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { keepRecord, readRecord, recordStory } from './records.ts';

/** How often it is looked whether a record is missing or out of date. */
const ROUND_MS = 5 * 60_000;

type Facts = Omit<Safeguards, 'updated_at' | 'version'>;

async function factsOf(core: Core, hosting: Hosting, orgId: string): Promise<Facts> {
  const keys = await core.platform((tx) =>
    tx.query<{ purpose: string; created_at: Date; from_size: number }>(
      'SELECT purpose, created_at, from_size FROM sealed_keys WHERE org_id = $1 AND to_size IS NULL ORDER BY purpose',
      [orgId],
    ),
  );
  const terminated = hosting.tls === 'terminated';
  return {
    ...{ id: 'safeguards', org_id: orgId, audit_logging: true, region: hosting.region ?? '' },
    at_rest:
      hosting.atRest === null
        ? { on: false, basis: 'none', detail: 'The operator does not say how the disks are encrypted (MC_AT_REST).' }
        : { on: true, basis: 'declared', detail: hosting.atRest },
    in_transit: terminated
      ? { on: true, basis: 'declared', detail: 'TLS ends before the platform (MC_TLS).' }
      : {
          on: false,
          basis: 'measured',
          detail: 'The platform serves without TLS and nothing is said to stand before it.',
        },
    data_keys: keys.map(({ purpose, created_at, from_size }) => ({
      ...{ id: `${purpose}-${from_size}`, purpose, created_at: created_at.toISOString() },
    })),
  };
}

/** Writes one organization's record where it differs; answers whether it did. */
export async function keepSafeguards(core: Core, hosting: Hosting, orgId: string): Promise<boolean> {
  const facts = await factsOf(core, hosting, orgId);
  return await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const before = await readRecord(tx, 'safeguards', 'safeguards');
    const same = { ...before, updated_at: '', version: 0 };
    const wanted = { ...facts, updated_at: '', version: 0 };
    if (before !== null && canonicalize(same as Json) === canonicalize(wanted as unknown as Json)) return false;
    const after = await keepRecord(tx, 'safeguards', { ...facts, updated_at: new Date(core.now()).toISOString() });
    const draft = { ...recordStory('safeguards', before, after), action: 'safeguards.update', actor: SYSTEM_ACTOR };
    await appendEvents(tx, orgId, [draft], core.now());
    core.grown.add(orgId);
    return true;
  });
}

/** Looks at every organization in turn. */
export async function safeguardsRound(core: Core, hosting: Hosting): Promise<void> {
  const orgs = await core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
  for (const { id } of orgs) {
    await keepSafeguards(core, hosting, id);
    await setImmediate();
  }
}

/** Runs one round at once and then regularly; the returned function stops it after the round under way. */
export function startSafeguards(core: Core, hosting: Hosting, onError: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const tick = (): void => {
    if (busy) return;
    busy = true;
    running = safeguardsRound(core, hosting)
      .catch(onError)
      .finally(() => {
        busy = false;
      });
  };
  tick();
  const timer = setInterval(tick, ROUND_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
