/** Notification channels: rows, feed and the signing secret, which is sealed at rest and shown once. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import type { z } from 'zod';
import type { SlaChannel, SlaChannelInput, SlaChannelMade, SlaChannelPatch } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { channelFaults, slaFaults } from '../../shared/sla/rules.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { checkUrl } from '../http/guardedFetch.ts';
import { patched } from '../http/patch.ts';
import { invalidField } from '../http/problems.ts';
import { refuse } from '../http/refuse.ts';
import type { Happening } from '../tenancy/events.ts';
import { loadBook, readChannel } from './book.ts';
import { NO_SMTP } from './mail.ts';
import type { NotifyOptions } from './options.ts';

/** Standard Webhooks: 24 to 64 random bytes. */
const SECRET_BYTES = 32;
const SECRET_PREFIX = 'whsec_';

const context = (orgId: string, id: string): string => `sla_channel:${orgId}:${id}`;

/** What the log keeps of a change to a channel; the secret is in none of it. */
export function channelStory(before: SlaChannel | null, after: SlaChannel | null): Omit<Happening, 'action'> {
  const one = (after ?? before)!;
  return {
    target: { type: 'sla_channel', id: one.id },
    disclosures: {
      target: { name: one.name },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

/** Throws Problem invalid-request for an address this platform never reaches, or e-mail where it sends none. */
function checkReachable({ kind, address }: Pick<SlaChannel, 'kind' | 'address'>, options: NotifyOptions): void {
  if (kind === 'email') {
    if (options.smtp === null) throw invalidField('/kind', NO_SMTP);
    return;
  }
  try {
    checkUrl(address, options);
  } catch (error) {
    throw invalidField('/address', error instanceof AppError ? error.message : 'Not an address.');
  }
}

async function saved(tx: Tx, orgId: string, id: string): Promise<SlaChannel> {
  const version = await nextVersion(tx);
  await tx.query('UPDATE sla_channels SET version = $2 WHERE id = $1', [id, version]);
  const channel = await readChannel(tx, orgId, id);
  await recordChange(tx, 'sla_channel', id, version, channel as unknown as Json);
  return channel;
}

/** The caller holds the organization's lock and records the event. Throws what `refuse` throws. */
export async function addChannel(
  core: Core,
  tx: Tx,
  orgId: string,
  input: z.output<typeof SlaChannelInput>,
  options: NotifyOptions,
): Promise<SlaChannelMade> {
  const id = input.id ?? v7();
  refuse(channelFaults(id, input, await loadBook(tx, orgId, core.now())));
  checkReachable(input, options);
  const key = input.kind === 'webhook' ? randomBytes(SECRET_BYTES) : null;
  await tx.query(
    `INSERT INTO sla_channels (id, name, kind, address, events, sla_id, enabled, secret_sealed, created_at, version)
     VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, 0)`,
    [
      id,
      input.name,
      input.kind,
      input.address,
      JSON.stringify([...new Set(input.events)]),
      input.sla_id,
      input.enabled,
      key === null ? null : core.sealer.seal(key, context(orgId, id)),
      new Date(core.now()),
    ],
  );
  return {
    channel: await saved(tx, orgId, id),
    secret: key === null ? null : SECRET_PREFIX + key.toString('base64'),
  };
}

/** As `addChannel`; the secret stays. */
export async function updateChannel(
  core: Core,
  tx: Tx,
  before: SlaChannel,
  patch: SlaChannelPatch,
  options: NotifyOptions,
): Promise<SlaChannel> {
  const { id, org_id } = before;
  refuse(slaFaults({ type: 'sla_channel.update', id, patch }, await loadBook(tx, org_id, core.now())));
  const after = patched(before, patch);
  if (after.address !== before.address) checkReachable(after, options);
  await tx.query(
    'UPDATE sla_channels SET name = $2, address = $3, events = $4::jsonb, sla_id = $5, enabled = $6 WHERE id = $1',
    [id, after.name, after.address, JSON.stringify([...new Set(after.events)]), after.sla_id, after.enabled],
  );
  return await saved(tx, org_id, id);
}

/** Removes a channel with its delivery log; what waits is not sent. */
export async function removeChannel(tx: Tx, before: SlaChannel): Promise<void> {
  await tx.query('DELETE FROM sla_channels WHERE id = $1', [before.id]);
  await recordChange(tx, 'sla_channel', before.id, await nextVersion(tx), null);
}

/** The signing key in clear, for the one call that needs it. */
export async function signingKey(core: Core, tx: Tx, orgId: string, id: string): Promise<Uint8Array> {
  const { sealed } = only(
    await tx.query<{ sealed: Uint8Array }>('SELECT secret_sealed AS sealed FROM sla_channels WHERE id = $1', [id]),
  );
  return core.sealer.open(sealed, context(orgId, id));
}
