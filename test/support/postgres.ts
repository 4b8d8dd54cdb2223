/** A throw-away PostgreSQL server of the Debian package, run as an unprivileged user, on a socket in a temporary folder. */
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const LIB = '/usr/lib/postgresql';
const TIME_MS_MAX = 60_000;

export interface TempPostgres {
  /** A fresh database owned by a login that is no superuser. */
  createDatabase(): Promise<string>;
  stop(): void;
}

function binaries(): string | null {
  if (!existsSync(LIB)) return null;
  const versions = readdirSync(LIB)
    .filter((name) => existsSync(join(LIB, name, 'bin', 'initdb')))
    .sort((a, b) => Number(a) - Number(b));
  const newest = versions.at(-1);
  return newest === undefined ? null : join(LIB, newest, 'bin');
}

/** Null, with a note on the console, where the server is not installed or cannot be run unprivileged. */
export function startPostgres(): TempPostgres | null {
  const bin = binaries();
  const root = process.getuid?.() === 0;
  if (bin === null) {
    console.info('PostgreSQL is not installed: its half of the platform tests is skipped.');
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'mc-pg-'));
  const run = (program: string, args: string[]): string => {
    const [command, list] = root
      ? (['runuser', ['-u', 'postgres', '--', join(bin, program), ...args]] as const)
      : ([join(bin, program), args] as const);
    return execFileSync(command, list, {
      timeout: TIME_MS_MAX,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: folder,
      // runuser lies in a folder that the PATH of a bare environment leaves out.
      env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    });
  };
  if (root) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
    chownSync(folder, uid!, gid!);
  }
  const data = join(folder, 'data');
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'boss', '--no-sync', '-E', 'UTF8', '--locale=C']);
  const options = `-k ${folder} -c listen_addresses= -c fsync=off -c max_connections=60`;
  run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  const url = (user: string, database: string): string =>
    `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`;
  let count = 0;
  return {
    createDatabase: async () => {
      count += 1;
      const name = `mc_${count}`;
      const client = new pg.Client({ connectionString: url('boss', 'postgres') });
      await client.connect();
      await client.query(`CREATE ROLE ${name} LOGIN CREATEROLE`);
      await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
      await client.end();
      return url(name, name);
    },
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
