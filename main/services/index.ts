/** Builds every service and ties each procedure of the contract to its one handler. */
import { randomUUID } from 'node:crypto';
import type { JobKind } from '../../shared/contract/jobs.ts';
import { AppError, type ErrorEnvelope } from '../../shared/errors.ts';
import type { AppOptions } from '../app.ts';
import { createChecks } from '../compliance/checks.ts';
import { createDispatcher, type Dispatch, type Handlers } from '../ipc/dispatcher.ts';
import { Vault } from '../keys/vault.ts';
import type { Ports } from '../ports.ts';
import { createLevels } from '../sla/sla.ts';
import { accessHandlers } from './access.ts';
import { accountHandlers } from './accounts.ts';
import { createActivity } from './activity.ts';
import { appHandlers } from './appHandlers.ts';
import { assessmentHandlers, createAssessor } from './assessments.ts';
import { auditHandlers } from './audit.ts';
import { bundleHandlers } from './bundles.ts';
import { checklistHandlers } from './checklist.ts';
import { checksHandlers } from './checks.ts';
import { createSecretClipboard } from './clipboard.ts';
import { complianceHandlers } from './compliance.ts';
import { connectionHandlers, signInHandlers } from './connections.ts';
import { type Context, createHolder } from './context.ts';
import { createDrafts } from './drafts.ts';
import { createEvents, type Events } from './events.ts';
import { evidenceBytes, evidenceHandlers } from './evidence.ts';
import { createFiles } from './files.ts';
import { takeInstanceLock } from './instanceLock.ts';
import { integrityHandlers } from './integrity.ts';
import { createJobs } from './jobs.ts';
import { createLifecycle } from './lifecycle.ts';
import { createLog, type Log } from './log.ts';
import { modeHandlers } from './modes.ts';
import { removeDrafts } from './newFile.ts';
import { createOnline } from './online.ts';
import { orgHandlers } from './orgs.ts';
import { outboxHandlers } from './outbox.ts';
import { createPlatforms } from './platforms.ts';
import { privacyHandlers } from './privacy.ts';
import { retentionHandlers } from './retention.ts';
import { reviewHandlers } from './reviews.ts';
import { createSender } from './sender.ts';
import { periodReports, slaHandlers } from './sla.ts';
import { ssoHandlers } from './ssoSettings.ts';
import { createSync } from './sync.ts';
import { createSyncClock } from './syncClock.ts';
import { createVaultService } from './vault.ts';

export interface Services {
  readonly dispatch: Dispatch;
  readonly events: Events;
  readonly handlers: Handlers;
  close(): Promise<void>;
}

/** An unexpected fault of a job: its envelope names the line of the local log. */
function jobFault(log: Log) {
  return (error: unknown, jobKind: JobKind): ErrorEnvelope => {
    if (error instanceof AppError) return error.toEnvelope();
    const id = randomUUID();
    log.error('job fault', error, { jobKind, id });
    return { code: 'INTERNAL', message: `An unexpected fault. The local log has it under ${id}.`, details: { id } };
  };
}

function buildContext(ports: Ports, options: AppOptions, log: Log) {
  const holder = createHolder();
  const events = createEvents((error) => log.error('event listener', error));
  const jobs = createJobs({
    clock: ports.clock,
    emit: (job) => events.emit('job', job),
    toEnvelope: jobFault(log),
  });
  const context: Context = { ports, options, events, jobs, log, opened: holder.get };
  return { context, holder };
}

/** Handlers over one context, and the lifecycle beneath them. */
function buildHandlers(context: Context, holder: ReturnType<typeof createHolder>) {
  const { ports, log } = context;
  const { now } = ports.clock;
  const vault = new Vault({ dataDir: ports.paths.dataDir, keychain: ports.keychain, now });
  const files = createFiles(ports);
  const drafts = createDrafts(now);
  const platforms = createPlatforms(() => holder.get().secrets, now);
  const sender = createSender(context, platforms);
  const secretClipboard = createSecretClipboard(ports.clipboard);
  const online = createOnline(context, platforms);
  const sync = createSync(context, platforms, sender);
  const clock = createSyncClock(context, sync);
  const levels = createLevels();
  const checks = createChecks(now);
  const assessor = createAssessor(context, checks, evidenceBytes);
  const lifecycle = createLifecycle({
    ...{ context, holder, vault, drafts, platforms, clock, sender, secretClipboard, levels, checks },
    lock: () => void vaultService.lock().catch((error: unknown) => log.error('auto-lock', error)),
  });
  const vaultService = createVaultService(context, {
    vault,
    open: lifecycle.open,
    close: lifecycle.close,
    afterOpen: lifecycle.started,
  });
  const outbox = outboxHandlers(context, sender);
  const audit = auditHandlers(context, files);
  const orgs = orgHandlers(context);
  const access = accessHandlers(context, files, platforms);
  const service = slaHandlers(context, online, files, levels);
  const checking = checksHandlers(context, files, checks);
  const asking = { ...audit, ...orgs, ...access, ...service, ...checking };
  const handlers: Handlers = {
    ...appHandlers({ context, holder, vault, vaultService, files, lifecycle }),
    ...signInHandlers(context, drafts),
    ...connectionHandlers(context, drafts, platforms, sender),
    ...orgs,
    'sync.start': sync.start,
    ...audit,
    ...integrityHandlers(context),
    ...bundleHandlers(context, files, {
      reports: (orgId, from, to) => periodReports(context, levels, orgId, from, to),
      assessor,
    }),
    ...outbox,
    ...accountHandlers(context, online, sync, files),
    'clipboard.copySecret': secretClipboard.copySecret,
    ...access,
    ...reviewHandlers(context),
    ...ssoHandlers(context, online),
    ...complianceHandlers(),
    ...checklistHandlers(context),
    ...modeHandlers(context),
    ...checking,
    ...evidenceHandlers(context, files, platforms, outbox['outbox.add'], asking),
    ...assessmentHandlers(context, files, assessor),
    ...privacyHandlers(context, online, sync, files),
    ...retentionHandlers(context, online, sync),
    ...service,
  };
  return { handlers, lifecycle, vaultService };
}

export function buildServices(ports: Ports, options: AppOptions): Services {
  const { dataDir } = ports.paths;
  const release = takeInstanceLock(dataDir, options.host, options.control ?? null);
  const log = createLog(dataDir);
  removeDrafts(ports.paths.exportsDir);
  const { context, holder } = buildContext(ports, options, log);
  const { handlers, lifecycle, vaultService } = buildHandlers(context, holder);
  const activity = createActivity(context.events, ports.clock.now, lifecycle.touch);
  const dispatch = createDispatcher({
    handlers,
    isUnlocked: () => holder.peek() !== null,
    timer: () => performance.now(),
    onCall: ({ procedure, elapsedMs, code }) => {
      activity.called(procedure);
      if (code !== null) log.info('call failed', { procedure, elapsedMs: Math.round(elapsedMs), code });
    },
    onUnexpected: (error, procedure, id) => log.error('unexpected fault', error, { procedure, id }),
  });
  let closing: Promise<void> | null = null;
  return {
    dispatch,
    events: context.events,
    handlers,
    close() {
      closing ??= vaultService.end().finally(release);
      return closing;
    },
  };
}
