/** Mirrored organizations: the overview, their entities, and how to forget one for good. */
import { z } from 'zod';
import { SubscriptionTier } from '../../shared/contract/common.ts';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { ConnectionRecord, MirrorSummary } from '../db/api.ts';
import type { Context } from './context.ts';
import { standing } from './integrity.ts';

type Handlers = {
  readonly [N in 'orgs.list' | 'orgs.forget' | 'entities.list']: (input: HandlerInput<N>) => Promise<Output<N>>;
};

/** Mirrors opened side by side: each starts two threads and reads its file, and all of them at once only wait for one another. */
const OPENED_AT_ONCE = 8;

/** What the overview shows of the organization's own record; a mirror that never synced has none. */
const OrgData = z.object({
  name: z.string().min(1).catch(''),
  subscription_tier: SubscriptionTier.catch('free'),
  region: z.string().catch(''),
  time_zone: z.string().catch('UTC'),
});

interface Known {
  readonly orgId: string;
  readonly connection: ConnectionRecord | null;
  /** Name at the time of pinning. */
  readonly pinnedName: string | null;
}

async function knownOrgs(context: Context): Promise<Known[]> {
  const { db, mirrors } = context.opened();
  const known = new Map<string, Known>();
  for (const orgId of mirrors.ids()) known.set(orgId, { orgId, connection: null, pinnedName: null });
  for (const connection of await db.listConnections()) {
    for (const { orgId, name } of connection.orgs) known.set(orgId, { orgId, connection, pinnedName: name });
  }
  return [...known.values()];
}

/** Name and zone of a mirrored organization, as last synced. */
export async function organizationOf(context: Context, orgId: string): Promise<{ name: string; timeZone: string }> {
  const mirror = await context.opened().mirrors.get(orgId);
  const { organization } = await mirror.reader.summary();
  const data = OrgData.parse(organization ?? {});
  const pinned = (await knownOrgs(context)).find((known) => known.orgId === orgId)?.pinnedName;
  return { name: data.name || pinned || orgId, timeZone: data.time_zone };
}

function view(known: Known, summary: MirrorSummary): OrgSummary {
  const data = OrgData.parse(summary.organization ?? {});
  return {
    orgId: known.orgId,
    connectionId: known.connection?.id ?? null,
    name: data.name || known.pinnedName || known.orgId,
    tier: data.subscription_tier,
    region: data.region,
    timeZone: data.time_zone,
    counts: { ...summary.counts },
    sparkline: summary.sparkline,
    lastSyncAt: summary.lastSyncAt,
    lastSyncError: summary.lastSyncError === null ? null : { ...summary.lastSyncError },
    integrity: {
      state: standing({
        openAlarms: summary.openAlarms,
        size: summary.counts.events,
        provenSize: summary.provenSize,
        synced: summary.verifiedAt !== null,
      }),
      size: summary.provenSize,
      verifiedAt: summary.verifiedAt,
      openAlarms: summary.openAlarms,
    },
    mirrorBytes: summary.bytes,
  };
}

const EMPTY: MirrorSummary = {
  organization: null,
  counts: { events: 0, members: 0, workspaces: 0 },
  sparkline: [],
  lastSyncAt: null,
  lastSyncError: null,
  openAlarms: 0,
  provenSize: 0,
  verifiedAt: null,
  bytes: 0,
};

/** A mirror that does not open is listed with its reason: one damaged file must not hide the others. */
async function summarize(context: Context, known: Known): Promise<OrgSummary> {
  try {
    const mirror = await context.opened().mirrors.get(known.orgId);
    return view(known, await mirror.reader.summary());
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'VAULT_LOCKED') throw error;
    const shown = view(known, { ...EMPTY, lastSyncError: { code: error.code, message: error.message } });
    return { ...shown, integrity: { ...shown.integrity, state: 'unverified' } };
  }
}

export function orgHandlers(context: Context): Handlers {
  return {
    'orgs.list': async () => {
      const known = await knownOrgs(context);
      const summaries: OrgSummary[] = [];
      for (let at = 0; at < known.length; at += OPENED_AT_ONCE) {
        const some = known.slice(at, at + OPENED_AT_ONCE).map((one) => summarize(context, one));
        summaries.push(...(await Promise.all(some)));
      }
      return summaries.sort((a, b) => a.name.localeCompare(b.name, 'en'));
    },
    'orgs.forget': async ({ orgId, confirmName }) => {
      const known = (await knownOrgs(context)).find((one) => one.orgId === orgId);
      if (!known) throw new AppError('NOT_FOUND', 'There is no such organization here.', { orgId });
      const { name } = await summarize(context, known);
      if (confirmName !== name) throw new AppError('INPUT_INVALID', 'The name is not that of the organization.');
      for (const job of context.jobs.list()) {
        if (job.orgId === orgId && job.state === 'running') {
          context.jobs.cancel(job.id);
          await context.jobs.ended(job.id);
        }
      }
      const { db, mirrors, secrets } = context.opened();
      await mirrors.shred(orgId);
      if (known.connection !== null) {
        const orgs = known.connection.orgs.filter((org) => org.orgId !== orgId);
        await db.putConnection({ ...known.connection, orgs });
      }
      await secrets.forgetLastSeen(orgId);
      context.events.emit('orgs.changed', { orgIds: [orgId] });
      return { ok: true };
    },
    'entities.list': async ({ orgId, kind, ...query }) =>
      (await context.opened().mirrors.get(orgId)).reader.entityPage(orgId, kind, query),
  };
}
