/** Syncs as jobs: one at a time for each organization. */

import { AppError, type ErrorCode } from '../../shared/errors.ts';
import type { ConnectionRecord } from '../db/api.ts';
import { fetchFiles } from '../sync/blobs.ts';
import { noticeLost } from '../sync/ledger.ts';
import { type SyncResult, syncOrganization } from '../sync/sync.ts';
import { tellChecks } from './checkNotices.ts';
import { connectionOf, noteConnection } from './connectionNotes.ts';
import type { Context } from './context.ts';
import type { JobHandle } from './jobs.ts';
import type { Platforms } from './platforms.ts';
import type { Sender } from './sender.ts';
import { tellServiceLevels } from './slaNotices.ts';

/** Codes that end a sync without saying anything about the log. */
const HARMLESS: ReadonlySet<ErrorCode> = new Set(['CANCELLED', 'VAULT_LOCKED']);

export interface SyncService {
  start(input: { orgId: string }): Promise<{ jobId: string }>;
}

export function createSync(context: Context, platforms: Platforms, sender: Sender): SyncService {
  const { ports, jobs, events, log } = context;

  async function afterFault(connection: ConnectionRecord, orgId: string, error: unknown): Promise<void> {
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    if (HARMLESS.has(code)) return;
    const message = error instanceof AppError ? error.message : 'An unexpected fault.';
    if (code === 'LOGIN_REQUIRED') await noteConnection(context, connection.id, { signedOut: true });
    if (code.startsWith('LOG_') || code === 'MIRROR_RESTORED') {
      ports.notifications.show('Audit log alarm', `The log of ${orgId} failed its check: ${message}`);
    }
  }

  async function run(connection: ConnectionRecord, orgId: string, handle: JobHandle): Promise<SyncResult> {
    const { mirrors, secrets } = context.opened();
    const mirror = await mirrors.getOrCreate(orgId);
    const pinned = connection.orgs.find((org) => org.orgId === orgId);
    if (!pinned) throw new AppError('NOT_FOUND', 'No log key is pinned for this organization.', { orgId });
    try {
      await noticeLost(mirror, orgId, secrets, ports.clock.now);
      const result = await platforms.watch(connection.id, () =>
        syncOrganization({
          orgId,
          client: platforms.client(connection),
          mirror,
          pin: pinned.pin,
          lastSeen: secrets,
          now: ports.clock.now,
          signal: handle.signal,
          onProgress: handle.report,
        }),
      );
      const at = ports.clock.now();
      await noteConnection(context, connection.id, { lastContactAt: at });
      log.info('synced', { orgId, elapsedMs: result.elapsedMs, count: result.eventsAdded });
      // That it could not be told is no fault of the sync.
      await tellServiceLevels(context, orgId).catch((error: unknown) => log.error('notices', error, { orgId }));
      await tellChecks(context, orgId).catch((error: unknown) => log.error('check notices', error, { orgId }));
      // What waits goes out while the platform is there; that it could not be sent is no fault of the sync.
      await sender.push(orgId, handle).catch((error: unknown) => log.error('send after sync', error, { orgId }));
      await fetchEvidence(connection, orgId, handle).catch((error: unknown) => {
        if (!(error instanceof AppError)) log.error('files of evidence', error, { orgId });
      });
      return result;
    } catch (error) {
      // What went wrong is the answer; a fault while noting it must not hide it.
      await afterFault(connection, orgId, error).catch((second: unknown) => log.error('sync note', second, { orgId }));
      throw error;
    } finally {
      events.emit('orgs.changed', { orgIds: [orgId] });
    }
  }

  /** Files come after everything else, up to what the settings allow. */
  async function fetchEvidence(connection: ConnectionRecord, orgId: string, handle: JobHandle): Promise<void> {
    const { db, mirrors } = context.opened();
    const bytesMax = (await db.getSettings()).evidenceMebibytes * 1_048_576;
    const mirror = await mirrors.get(orgId);
    const input = { client: platforms.client(connection), mirror, orgId, signal: handle.signal };
    const { fetched } = await fetchFiles(input, bytesMax, ports.clock.now);
    if (fetched > 0) log.info('files of evidence', { orgId, count: fetched });
  }

  async function start({ orgId }: { orgId: string }): Promise<{ jobId: string }> {
    const connection = await connectionOf(context, orgId);
    // Asked again while it runs, the answer is the sync that runs.
    const running = jobs.running('sync', orgId);
    if (running) return { jobId: running.id };
    const name = connection.orgs.find((org) => org.orgId === orgId)?.name ?? orgId;
    return jobs.start({
      kind: 'sync',
      orgId,
      title: `Sync ${name}`,
      unit: 'events',
      run: (handle) => run(connection, orgId, handle),
    });
  }

  return { start };
}
