/** `platform import-roles`: a role catalogue of another system into an organization. */
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Argument, type Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { type CoreOptions, openCore } from '../core.ts';
import { importRoles } from './importRoles.ts';
import { IMPORT_FORMATS, type ImportFormat } from './parse.ts';

const FILE_BYTES_MAX = 64 * 1024 * 1024;

interface ImportRolesFlags {
  readonly data?: string;
  readonly publicHost?: string;
  readonly org: string;
  readonly json?: boolean;
}

/** The file's text, unpacked where it is gzip. Throws INPUT_INVALID naming the file. */
function readText(file: string): string {
  try {
    if (statSync(file).size > FILE_BYTES_MAX) throw new RangeError('larger than 64 MiB');
    const bytes = readFileSync(file);
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = packed ? gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX }) : bytes;
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch (error) {
    throw new AppError('INPUT_INVALID', `${file} cannot be read: ${(error as Error).message}`, undefined, error);
  }
}

/** @param storeOf where the store is, from the flags every command shares. */
export function registerImportRoles(program: Command, storeOf: (flags: ImportRolesFlags) => CoreOptions): void {
  program
    .command('import-roles')
    .summary('take the roles of another system as custom roles')
    .description(
      'Imports Google Cloud IAM roles (JSON array, JSON lines, YAML) or Kubernetes roles (YAML, JSON), plain or gzip. A second import changes what changed.',
    )
    .addArgument(new Argument('<format>', 'what the file holds').choices(IMPORT_FORMATS))
    .argument('<file>', 'the file')
    .requiredOption('--org <id>', 'organization id')
    .option(
      '--data <dir>',
      'data folder of the embedded database (default: ./platform-data unless DATABASE_URL is set)',
    )
    .option('--public-host <host>', 'host in every log origin; fixed when the store is made')
    .option('--json', 'print the result as JSON')
    .action(async (format: ImportFormat, file: string, flags: ImportRolesFlags) => {
      const text = readText(file);
      const core = await openCore(storeOf(flags));
      try {
        const result = await importRoles(core, flags.org, format, text);
        const { version, roles, permissions, unchanged, notes } = result;
        for (const note of notes) process.stderr.write(`${note}\n`);
        process.stdout.write(
          flags.json === true
            ? `${JSON.stringify(result)}\n`
            : `${roles} roles made or changed, ${unchanged} unchanged, ${permissions} new permissions, catalog version ${version}\n`,
        );
      } finally {
        await core.close();
      }
    });
}
