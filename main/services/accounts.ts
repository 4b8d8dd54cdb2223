/** What is asked of the platform at once or not at all: keys with their secret, and whole role catalogues. */
import { v7 } from 'uuid';
import { z } from 'zod';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { IssuedKey } from '../../shared/entities/index.ts';
import { readJson } from '../sync/session.ts';
import { connectionOf } from './connectionNotes.ts';
import type { Context } from './context.ts';
import type { Files } from './files.ts';
import type { JobHandle } from './jobs.ts';
import type { Online } from './online.ts';
import type { SyncService } from './sync.ts';
import { readTextFile } from './textFile.ts';

/** What the platform takes at once. */
const IMPORT_MIB_MAX = 32;
const IMPORT_MS_MAX = 5 * 60_000;

const Imported = z.object({
  roles: z.int(),
  permissions: z.int(),
  unchanged: z.int(),
  notes: z.array(z.string().max(2_000)).max(10_000),
});

type Handlers = {
  readonly [N in 'accounts.issueKey' | 'roles.import']: (input: HandlerInput<N>) => Promise<Output<N>>;
};

export function accountHandlers(context: Context, online: Online, sync: SyncService, files: Files): Handlers {
  /** Without an idempotency key: the platform would have to keep the secret to answer a repetition. */
  async function issueKey(input: HandlerInput<'accounts.issueKey'>): Promise<Output<'accounts.issueKey'>> {
    const { orgId, account_id: id, input: body } = input;
    const path = `/service-accounts/${encodeURIComponent(id)}/keys`;
    const bytes = await online.change(orgId, { method: 'POST', path, body });
    const { account, key, secret } = readJson(bytes, IssuedKey);
    const { writer } = await context.opened().mirrors.get(orgId);
    await writer.adoptEntity('service_account', account.id, account.version, account);
    context.log.info('key issued', { orgId, id: account.id });
    return { keyId: key.id, secret, expiresAt: key.expires_at === null ? null : Date.parse(key.expires_at) };
  }

  async function importRoles(
    input: HandlerInput<'roles.import'>,
    handle: JobHandle,
  ): Promise<z.infer<typeof Imported>> {
    const { orgId, format, path } = input;
    try {
      handle.report({ phase: 'Reading the file', done: 0, total: null, unit: 'roles' });
      const text = await readTextFile(path, IMPORT_MIB_MAX);
      handle.report({ phase: 'Importing on the platform', done: 0, total: null, unit: 'roles' });
      const request = {
        ...{ method: 'POST' as const, path: '/roles/import', body: { format, text } },
        ...{ headers: { 'idempotency-key': v7() }, timeoutMs: IMPORT_MS_MAX },
      };
      const result = readJson(await online.change(orgId, request, handle.signal), Imported);
      handle.report({ phase: 'Syncing', done: result.roles, total: result.roles, unit: 'roles' });
      const { jobId } = await sync.start({ orgId });
      // The roles are imported, whatever becomes of this sync.
      await context.jobs.ended(jobId);
      return result;
    } finally {
      await files.discardUpload(path);
    }
  }

  return {
    'accounts.issueKey': issueKey,
    'roles.import': async (input) => {
      await connectionOf(context, input.orgId);
      return context.jobs.start({
        kind: 'import-roles',
        orgId: input.orgId,
        title: 'Import roles',
        unit: 'roles',
        run: (handle) => importRoles(input, handle),
      });
    },
  };
}
