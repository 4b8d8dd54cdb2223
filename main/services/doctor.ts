/** What the console needs, looked at one by one. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { z } from 'zod';
import type { DoctorCheck } from '../../shared/contract/app.ts';
import { AppError } from '../../shared/errors.ts';
import { PlatformHttp } from '../sync/http.ts';
import type { Context, Opened } from './context.ts';

type Check = z.infer<typeof DoctorCheck>;

const NODE_MIN = 24;
const MIB = 1024 * 1024;
const FREE_WARN_BYTES = 1024 * MIB;
const FREE_FAIL_BYTES = 100 * MIB;
const PLATFORM_MS_MAX = 5000;

const check = (id: string, title: string, verdict: Check['verdict'], detail: string): Check => ({
  ...{ id, title, verdict, detail },
});

function words(error: unknown): string {
  return error instanceof AppError ? `${error.code}: ${error.message}` : 'An unexpected fault.';
}

function runtime(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
  return check('runtime', 'Runtime', major >= NODE_MIN ? 'ok' : 'fail', detail);
}

async function folder(dataDir: string): Promise<Check[]> {
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK);
  } catch {
    return [check('folder', 'Data folder', 'fail', `${dataDir} cannot be read and written.`)];
  }
  const open = process.platform !== 'win32' && (statSync(dataDir).mode & 0o077) !== 0;
  const disk = await statfs(dataDir);
  const free = disk.bavail * disk.bsize;
  const verdict = free < FREE_FAIL_BYTES ? 'fail' : free < FREE_WARN_BYTES ? 'warn' : 'ok';
  return [
    check('folder', 'Data folder', open ? 'warn' : 'ok', open ? `${dataDir} is open to other users.` : dataDir),
    check(
      'disk',
      'Free space',
      verdict,
      `${(free / 1e9).toLocaleString('en-US', { maximumFractionDigits: 1 })} GB free`,
    ),
  ];
}

async function keychain(context: Context): Promise<Check> {
  const { status, detail } = await context.ports.keychain.probe();
  return check('keychain', 'OS keychain', status === 'available' ? 'ok' : 'warn', detail);
}

async function mirrors({ mirrors: all }: Opened): Promise<Check[]> {
  return Promise.all(
    all.ids().map(async (orgId) => {
      const title = `Mirror ${orgId}`;
      try {
        const { counts, openAlarms } = await (await all.get(orgId)).reader.summary();
        const events = `${counts.events.toLocaleString('en-US')} events`;
        if (openAlarms > 0) return check(`mirror:${orgId}`, title, 'fail', `${openAlarms} open alarms; ${events}`);
        return check(`mirror:${orgId}`, title, 'ok', events);
      } catch (error) {
        return check(`mirror:${orgId}`, title, 'fail', words(error));
      }
    }),
  );
}

async function platforms({ db }: Opened): Promise<Check[]> {
  return Promise.all(
    (await db.listConnections()).map(async ({ id, url, signedOut }) => {
      const title = `Platform ${url}`;
      if (signedOut) return check(`platform:${id}`, title, 'warn', 'Signed out: sign in again to sync.');
      try {
        const http = new PlatformHttp({ url, timeoutMs: PLATFORM_MS_MAX, retries: 0 });
        await http.send({ path: '/v1/meta', bytesMax: 65_536, type: 'application/json' });
        return check(`platform:${id}`, title, 'ok', 'It answers.');
      } catch (error) {
        return check(`platform:${id}`, title, 'warn', words(error));
      }
    }),
  );
}

/** All checks; those of databases and platforms only while the vault is open. */
export async function runDoctor(context: Context, opened: Opened | null, vaultState: string): Promise<Check[]> {
  const { dataDir, exportsDir } = context.ports.paths;
  const vault = check('vault', 'Vault', vaultState === 'orphaned' ? 'fail' : 'ok', `It is ${vaultState}.`);
  const exports = check(
    'exports',
    'Exports folder',
    'ok',
    existsSync(exportsDir) ? exportsDir : `${exportsDir} (made at the first export)`,
  );
  const base = [runtime(), ...(await folder(dataDir)), exports, await keychain(context), vault];
  if (opened === null) return base;
  return [...base, ...(await mirrors(opened)), ...(await platforms(opened))];
}
