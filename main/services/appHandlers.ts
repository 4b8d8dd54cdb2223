/** Procedures about the console itself: its facts, settings, vault, files, jobs and saved filters. */
import { randomUUID } from 'node:crypto';
import { TOTP } from 'otpauth';
import type { HandlerInput, Output, ProcedureName } from '../../shared/contract/index.ts';
import type { Vault } from '../keys/vault.ts';
import type { Context, Holder } from './context.ts';
import { runDoctor } from './doctor.ts';
import type { Files } from './files.ts';
import type { Lifecycle } from './lifecycle.ts';
import { saveShownRows } from './shownRows.ts';
import type { VaultService } from './vault.ts';

type OwnName = Extract<ProcedureName, `${'app' | 'settings' | 'vault' | 'files' | 'jobs' | 'filters'}.${string}`>;
type Handlers = { readonly [N in OwnName]: (input: HandlerInput<N>) => Promise<Output<N>> | Output<N> };

export interface AppParts {
  readonly context: Context;
  readonly holder: Holder;
  readonly vault: Vault;
  readonly vaultService: VaultService;
  readonly files: Files;
  readonly lifecycle: Lifecycle;
}

/** Fields that were left out must stay out: an undefined one would be written. */
function given<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never;
}

export function appHandlers({ context, holder, vault, vaultService, files, lifecycle }: AppParts): Handlers {
  const { ports, options, jobs } = context;
  const { now } = ports.clock;
  return {
    'app.info': () => ({
      version: options.version,
      host: options.host,
      platform: `${process.platform} ${process.arch}`,
      dataDir: ports.paths.dataDir,
      exportsDir: ports.paths.exportsDir,
      nativeDialogs: ports.dialogs.native,
      now: now(),
      demo: options.demo !== undefined,
    }),
    'app.doctor': async () => runDoctor(context, holder.peek(), (await vault.status()).state),
    'app.demoSignIn': () => {
      if (options.demo === undefined) return null;
      const { url, email, password, totpSecret } = options.demo;
      return { url, email, password, totp: new TOTP({ secret: totpSecret }).generate({ timestamp: now() }) };
    },
    'settings.get': () => holder.get().db.getSettings(),
    'settings.set': async (change) => {
      const settings = await holder.get().db.setSettings(given(change));
      lifecycle.adopt(settings);
      return settings;
    },
    'vault.status': vaultService.status,
    'vault.create': vaultService.create,
    'vault.unlock': vaultService.unlock,
    'vault.lock': vaultService.lock,
    'vault.addSlot': vaultService.addSlot,
    'vault.removeSlot': vaultService.removeSlot,
    'vault.confirmRecovery': vaultService.confirmRecovery,
    'files.pickOpen': files.pickOpen,
    'files.pickSave': files.pickSave,
    'files.saveRows': (input) => saveShownRows(context, files, input),
    'files.reveal': files.reveal,
    'jobs.list': jobs.list,
    'jobs.get': ({ jobId }) => jobs.get(jobId),
    'jobs.cancel': ({ jobId }) => jobs.cancel(jobId),
    'filters.list': ({ orgId }) => holder.get().db.listFilters(orgId),
    'filters.save': (filter) => holder.get().db.saveFilter({ ...filter, id: randomUUID(), createdAt: now() }),
    'filters.delete': async ({ id }) => {
      await holder.get().db.deleteFilter(id);
      return { ok: true };
    },
  };
}
