/**
 * The one way in: every call of either host and of the command line passes here, in this order: sender, procedure, size, input, access, handler,
 * output. What comes out is always a `Result`; a stack trace never leaves.
 */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { contract, type HandlerInput, type Output, type ProcedureName } from '../../shared/contract/index.ts';
import { AppError, type ErrorEnvelope, type Result } from '../../shared/errors.ts';

/** Result of the host's sender check; the host alone can tell who is calling. */
export interface CallContext {
  readonly trusted: boolean;
}

export type Handlers = {
  readonly [N in ProcedureName]: (input: HandlerInput<N>) => Promise<Output<N>> | Output<N>;
};

export interface DispatcherPorts {
  readonly handlers: Handlers;
  readonly isUnlocked: () => boolean;
  /** Milliseconds, monotonic. */
  readonly timer: () => number;
  readonly onCall: (call: { procedure: ProcedureName; elapsedMs: number; code: string | null }) => void;
  readonly onUnexpected: (error: unknown, procedure: ProcedureName, id: string) => void;
}

/** Characters of a call's input as JSON; the largest valid one (an audit filter at every bound) is about 0.6 million. */
export const INPUT_CHARS_MAX = 2_000_000;
const ISSUES_MAX = 20;

/** Where and why, never the value: it may be a password. */
function issuesOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.slice(0, ISSUES_MAX).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message,
  }));
}

function fail(code: ErrorEnvelope['code'], message?: string, details?: Record<string, unknown>): Result<never> {
  return { ok: false, error: new AppError(code, message, details).toEnvelope() };
}

function isTooLarge(input: unknown): boolean {
  try {
    return (JSON.stringify(input) ?? '').length > INPUT_CHARS_MAX;
  } catch {
    // Cyclic, or holds a BigInt: not JSON, so no schema of the contract fits it.
    return true;
  }
}

export type Dispatch = (name: string, input: unknown, context: CallContext) => Promise<Result<unknown>>;

export function createDispatcher(ports: DispatcherPorts): Dispatch {
  async function run(procedure: ProcedureName, input: unknown): Promise<Result<unknown>> {
    const definition = contract[procedure];
    if (isTooLarge(input)) return fail('INPUT_INVALID', 'The request is too large.', { charsMax: INPUT_CHARS_MAX });
    const read = definition.input.safeParse(input);
    if (!read.success) return fail('INPUT_INVALID', undefined, { procedure, issues: issuesOf(read.error) });
    if (definition.access === 'unlocked' && !ports.isUnlocked()) return fail('VAULT_LOCKED');
    // The table's type ties each handler to its own schema; a name known only at run time cannot carry that.
    const handler = ports.handlers[procedure] as (value: unknown) => unknown;
    const answer = await handler(read.data);
    const checked = definition.output.safeParse(answer);
    if (checked.success) return { ok: true, value: checked.data };
    const id = randomUUID();
    ports.onUnexpected(checked.error, procedure, id);
    return fail('OUTPUT_INVALID', undefined, { procedure, id, paths: issuesOf(checked.error).map(({ path }) => path) });
  }

  function fromThrown(error: unknown, procedure: ProcedureName): Result<never> {
    if (error instanceof AppError) return { ok: false, error: error.toEnvelope() };
    const id = randomUUID();
    ports.onUnexpected(error, procedure, id);
    return fail('INTERNAL', `An unexpected fault. The local log has it under ${id}.`, { id });
  }

  return async (name, input, context) => {
    if (context.trusted !== true) return fail('SENDER_REFUSED');
    if (!Object.hasOwn(contract, name)) return fail('PROCEDURE_UNKNOWN', undefined, { name: name.slice(0, 100) });
    const procedure = name as ProcedureName;
    const began = ports.timer();
    const result = await run(procedure, input).catch((error: unknown) => fromThrown(error, procedure));
    ports.onCall({ procedure, elapsedMs: ports.timer() - began, code: result.ok ? null : result.error.code });
    return result;
  };
}
