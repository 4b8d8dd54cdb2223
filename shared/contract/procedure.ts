import type { z } from 'zod';

/** `open`: callable while the vault is locked. `unlocked`: refused with VAULT_LOCKED before anything is read. */
export type Access = 'open' | 'unlocked';
/** `query` changes nothing; `command` may; `job` starts long work and answers at once with its job id. */
export type ProcedureKind = 'query' | 'command' | 'job';

export interface Procedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: ProcedureKind;
  readonly access: Access;
  readonly summary: string;
  readonly input: I;
  readonly output: O;
}

function of(kind: ProcedureKind) {
  return <I extends z.ZodType, O extends z.ZodType>(
    access: Access,
    summary: string,
    input: I,
    output: O,
  ): Procedure<I, O> => ({ kind, access, summary, input, output });
}

export const query = of('query');
export const command = of('command');
export const job = of('job');
