/** `npm run -s platform -- <command>`. Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 the store is in use or of another version. */
import { Command, CommanderError } from 'commander';
import { AppError } from '../shared/errors.ts';
import { createPlatform, REDACT, VERSION } from './app.ts';
import { createUser, findUser } from './auth/users.ts';
import { type Core, type CoreOptions, openCore } from './core.ts';
import { registerDemo } from './demo/cli.ts';
import { registerImport } from './import/cli.ts';
import { addMember } from './members/service.ts';
import { createOrganization } from './orgs/service.ts';
import { registerImportRoles } from './roles/cli.ts';
import { registerSla } from './sla/cli.ts';
import { SMTP_FROM_ENV, SMTP_URL_ENV } from './sla/options.ts';

const EXIT = { FAILED: 1, USAGE: 2, STORE: 3 } as const;
const PASSWORD_ENV = 'MC_PLATFORM_PASSWORD';
const STDIN_BYTES_MAX = 4_096;

interface StoreFlags {
  readonly data?: string;
  readonly publicHost?: string;
}

/** Where the store is: `--data`, or DATABASE_URL for a server (then `--data` only holds the key-encryption key). */
function storeOptions(flags: StoreFlags): CoreOptions {
  const databaseUrl = process.env.DATABASE_URL;
  return {
    dataDir: flags.data ?? (databaseUrl ? null : 'platform-data'),
    ...(databaseUrl ? { databaseUrl } : {}),
    ...(flags.publicHost === undefined ? {} : { publicHost: flags.publicHost }),
  };
}

function withStore(command: Command): Command {
  return command
    .option(
      '--data <dir>',
      'data folder of the embedded database (default: ./platform-data unless DATABASE_URL is set)',
    )
    .option('--public-host <host>', 'host in every log origin; fixed when the store is made');
}

async function withCore(flags: StoreFlags, work: (core: Core) => Promise<void>): Promise<void> {
  const core = await openCore(storeOptions(flags));
  try {
    await work(core);
  } finally {
    await core.close();
  }
}

/** Passwords come by environment or standard input: arguments are seen by everyone on the machine. */
async function readPassword(): Promise<string> {
  const fromEnv = process.env[PASSWORD_ENV];
  if (fromEnv) return fromEnv;
  if (process.stdin.isTTY) process.stderr.write('Password (12 characters or more), then Enter: ');
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > STDIN_BYTES_MAX) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}

interface ServeFlags extends StoreFlags {
  readonly host: string;
  readonly port: string;
  readonly logLevel: string;
}

async function serve(flags: ServeFlags): Promise<void> {
  const port = Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new AppError('INPUT_INVALID', 'Not a port.');
  const platform = await createPlatform({
    ...storeOptions(flags),
    logger: { level: flags.logLevel, redact: { paths: REDACT, censor: '[redacted]' }, stream: process.stderr },
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    platform.close().catch((error: unknown) => {
      process.stderr.write(`${describe(error)}\n`);
      process.exitCode = EXIT.FAILED;
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    process.stdout.write(`listening on ${await platform.app.listen({ host: flags.host, port })}\n`);
  } catch (error) {
    await platform.close();
    throw error;
  }
}

interface AdminFlags extends StoreFlags {
  readonly email: string;
  readonly org: string;
  readonly name?: string;
  readonly orgName?: string;
}

/** First user and organization of an empty store; an existing user or organization is joined. */
async function createAdmin(flags: AdminFlags): Promise<void> {
  await withCore(flags, async (core) => {
    const known = await core.platform((tx) => findUser(tx, { email: flags.email }));
    const user =
      known ??
      (await createUser(core, { email: flags.email, name: flags.name ?? flags.email, password: await readPassword() }));
    const orgs = await core.platform((tx) => tx.query('SELECT 1 AS one FROM organizations WHERE id = $1', [flags.org]));
    if (orgs.length === 0) {
      await createOrganization(core, { id: flags.org, name: flags.orgName ?? flags.org, ownerId: user.id });
    } else {
      await addMember(core, flags.org, { userId: user.id, role: 'admin' });
    }
    process.stdout.write(`${user.email} is admin of ${flags.org}\n`);
  });
}

function buildProgram(): Command {
  const program = new Command('platform')
    .description('Mission Control enterprise API: serve it, prepare its store, fill it.')
    .version(VERSION)
    .exitOverride()
    .showHelpAfterError()
    .addHelpText(
      'after',
      `
Environment:
  DATABASE_URL          a PostgreSQL server instead of the embedded database (the role needs CREATE on it and CREATEROLE)
  MC_PLATFORM_KEK       key-encryption key, 32 bytes in base64 (default: the file "kek" in the data folder)
  ${SMTP_URL_ENV}           server that takes e-mail about service levels: smtp://user:password@host:587 or smtps://host (default: no e-mail)
  ${SMTP_FROM_ENV}          address that e-mail is sent from
  ${PASSWORD_ENV}  password for create-admin (else the first line of standard input)

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 the store is in use, of a newer version or of another host.`,
    );
  withStore(program.command('serve'))
    .description('serve the API until SIGINT or SIGTERM; prints "listening on URL"')
    .option('--host <address>', 'address to listen on; put TLS in front of anything but loopback', '127.0.0.1')
    .option('--port <number>', '0 takes a free one', '8443')
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace', 'info')
    .action(serve);
  withStore(program.command('migrate'))
    .description('make the store or bring it to this version')
    .action(async (flags: StoreFlags) => {
      await withCore(flags, async (core) => {
        process.stdout.write(`store ready: ${core.db.kind}, public host ${core.instance.publicHost}\n`);
      });
    });
  withStore(program.command('create-admin'))
    .description('make a user admin of an organization, both created when absent; password from environment or stdin')
    .requiredOption('--email <address>', 'e-mail of the user')
    .requiredOption('--org <id>', 'organization id: lower-case letters, digits, hyphens')
    .option('--name <name>', 'name of the user')
    .option('--org-name <name>', 'name of the organization')
    .action(createAdmin);
  registerImport(program, storeOptions);
  registerImportRoles(program, storeOptions);
  registerDemo(program, storeOptions);
  registerSla(program, storeOptions);
  return program;
}

function describe(error: unknown): string {
  if (error instanceof AppError) return `${error.code}: ${error.message}`;
  return `INTERNAL: ${error instanceof Error ? error.message : String(error)}`;
}

function exitCode(error: unknown): number {
  if (!(error instanceof AppError)) return EXIT.FAILED;
  if (error.code === 'INPUT_INVALID') return EXIT.USAGE;
  return error.code === 'CONFLICT' ? EXIT.STORE : EXIT.FAILED;
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.USAGE;
  } else {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = exitCode(error);
  }
}
