/** `call`: every procedure of the contract, through the same dispatcher as the screens. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { z } from 'zod';
import { contract, type ProcedureName } from '../../../../shared/contract/index.ts';
import { AppError } from '../../../../shared/errors.ts';
import { EXIT, exitOf, usage } from '../exitCodes.ts';
import { type GlobalOptions, type Session, thrown, withSession } from '../session.ts';

interface CallOptions {
  readonly list?: boolean;
  readonly schema?: string;
  readonly stdin?: boolean;
  readonly wait: boolean;
}

const names = Object.keys(contract) as ProcedureName[];

function procedure(name: string): (typeof contract)[ProcedureName] {
  if (!Object.hasOwn(contract, name))
    throw new AppError('PROCEDURE_UNKNOWN', `There is no procedure ${name.slice(0, 100)}.`);
  return contract[name as ProcedureName];
}

function printList(json: boolean): void {
  const rows = names.map((name) => {
    const { kind, access, summary } = contract[name];
    return { name, kind, access, summary };
  });
  if (json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else
    for (const row of rows)
      process.stdout.write(`${row.name.padEnd(24)} ${row.kind.padEnd(8)} ${row.access.padEnd(9)} ${row.summary}\n`);
}

function printSchema(name: string): void {
  const { input, output, kind, access, summary } = procedure(name);
  const schema = {
    ...{ name, kind, access, summary },
    input: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }),
    output: z.toJSONSchema(output, { io: 'output', unrepresentable: 'any' }),
  };
  process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
}

/** One call; of a job, the ended job's result. Throws the error of the answer. */
async function one(session: Session, name: string, input: unknown, wait: boolean): Promise<unknown> {
  if (procedure(name).access === 'unlocked') await session.unlock();
  const result = await session.dispatch(name, input);
  if (!result.ok) throw thrown(result.error);
  if (procedure(name).kind !== 'job' || !wait) return result.value;
  const { jobId } = result.value as { jobId: string };
  return (await session.wait(jobId)).result;
}

function parseInput(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    throw usage('The input is not JSON.');
  }
}

const Line = z.strictObject({ name: z.string(), input: z.unknown().optional() });

/** Many calls in one session, one JSON object a line in, one `Result` a line out, in order. The exit code is that of the first failure. */
async function fromStdin(session: Session, wait: boolean): Promise<number> {
  let exit: number = EXIT.ok;
  for await (const text of createInterface({ input: process.stdin })) {
    if (text.trim() === '') continue;
    try {
      const line = Line.safeParse(parseInput(text));
      if (!line.success) throw usage('A line needs {"name": ..., "input": ...}.');
      const value = await one(session, line.data.name, line.data.input ?? {}, wait);
      process.stdout.write(`${JSON.stringify({ ok: true, value })}\n`);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      exit ||= exitOf(error.code);
      process.stdout.write(`${JSON.stringify({ ok: false, error: error.toEnvelope() })}\n`);
    }
  }
  return exit;
}

export function addCall(program: Command, finish: (code: number) => void): void {
  program
    .command('call [procedure] [input]')
    .summary('call any procedure of the contract and print its answer as JSON')
    .description(
      'Calls a procedure with its input as JSON and prints the answer as JSON. A job is waited for and its result printed.',
    )
    .option('--list', 'list the procedures with kind, access and meaning')
    .option('--schema <procedure>', 'print the JSON schemas of a procedure')
    .option(
      '--stdin',
      'read {"name","input"} objects, one a line, and answer each with one line; state such as a connection draft lives as long',
    )
    .option('--no-wait', 'print the job id at once; the command still ends with the job')
    .addHelpText(
      'after',
      `
Examples:
  console call --list
  console call orgs.list
  console call --schema audit.query
  console call audit.query '{"orgId":"acme","filter":{"actions":["auth.*"],"outcomes":["denied"]},"limit":5}'
  console call integrity.verify '{"orgId":"acme"}'`,
    )
    .action(async (name: string | undefined, text: string | undefined, options: CallOptions, command: Command) => {
      const globals = command.optsWithGlobals<GlobalOptions>();
      if (options.list) return printList(globals.json === true);
      if (options.schema !== undefined) return printSchema(options.schema);
      if (options.stdin) return finish(await withSession(globals, (session) => fromStdin(session, options.wait)));
      if (name === undefined) throw usage('Name a procedure, or use --list.');
      procedure(name);
      const input = parseInput(text);
      await withSession(globals, async (session) => {
        const value = await one(session, name, input, options.wait);
        process.stdout.write(`${JSON.stringify(value)}\n`);
        const started = z.object({ jobId: z.uuid() }).safeParse(value);
        if (!options.wait && started.success) await session.wait(started.data.jobId);
      });
    });
}
