/** Answers of the mirror as evidence: the whole answer as a table, with the log it rests on. */
import { z } from 'zod';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import { type EvidenceProcedure, QUERY_ROWS_MAX } from '../../shared/contract/evidence.ts';
import { contract, type HandlerInput, type Output } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { foldNodes } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { MirrorReader } from '../db/api.ts';
import { csvTable } from './csv.ts';

export type Asking = {
  readonly [N in EvidenceProcedure]: (input: HandlerInput<N>) => Promise<Output<N>>;
};

/** Rows of one page, which every paged procedure here allows. */
const PAGE = 500;
/** The log may grow while its pages are read; then it is read again. */
const TRIES_MAX = 3;

export interface Answered {
  readonly csv: Uint8Array;
  readonly rows: number;
  readonly digest: string;
  readonly logSize: number;
  readonly logRoot: string;
}

type Cell = string | number | boolean | null;

/** Columns of a row: what is nested by its path, lists as JSON. */
function cellsOf(value: unknown, path: string, into: Map<string, Cell>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) cellsOf(inner, path === '' ? key : `${path}.${key}`, into);
  } else if (typeof value === 'number' && /At$/.test(path)) {
    // Every instant of the contract is in milliseconds and called so; a reader of the file does not know that.
    into.set(path, new Date(value).toISOString());
  } else {
    into.set(path, typeof value === 'object' && value !== null ? JSON.stringify(value) : ((value ?? null) as Cell));
  }
}

/** Columns in the order in which rows first have them. */
function tableOf(rows: readonly unknown[]): Uint8Array {
  const columns = new Set<string>();
  const all = rows.map((row) => {
    const cells = new Map<string, Cell>();
    cellsOf(row, '', cells);
    for (const name of cells.keys()) columns.add(name);
    return cells;
  });
  const names = [...columns];
  return toUtf8(csvTable([names, ...all.map((cells) => names.map((name) => cells.get(name) ?? null))]));
}

/** What varies from one asking to the next and says nothing about the answer. */
const VOLATILE = new Set(['elapsedMs', 'pending']);
const steady = (row: unknown): unknown =>
  typeof row === 'object' && row !== null && !Array.isArray(row)
    ? Object.fromEntries(Object.entries(row).filter(([key]) => !VOLATILE.has(key)))
    : row;

function rowsOf(procedure: EvidenceProcedure, answer: unknown): { rows: readonly unknown[]; total: number } {
  const all = (rows: readonly unknown[]) => ({ rows, total: rows.length });
  switch (procedure) {
    case 'access.effective':
      return all((answer as Output<'access.effective'>).grants);
    case 'sla.list':
      return all((answer as Output<'sla.list'>).cards);
    case 'checks.results': {
      const run = answer as Output<'checks.results'>;
      if (run === null) throw new AppError('NOT_FOUND', 'No run of this period is kept: evaluate the checks first.');
      return all(run.checks);
    }
    case 'audit.query': {
      const { rows, matched } = answer as Output<'audit.query'>;
      return { rows, total: matched };
    }
    default:
      return answer as { rows: readonly unknown[]; total: number };
  }
}

const tooMany = (): AppError =>
  new AppError('INPUT_INVALID', `An answer of more than ${QUERY_ROWS_MAX.toLocaleString('en')} rows: narrow it down.`);

async function allRows(asking: Asking, orgId: string, procedure: EvidenceProcedure, input: object): Promise<unknown[]> {
  const ask = asking[procedure] as (asked: unknown) => Promise<unknown>;
  const schema: z.ZodType = contract[procedure].input;
  const paged = !['access.effective', 'sla.list', 'checks.results'].includes(procedure);
  const found: unknown[] = [];
  for (;;) {
    const read = schema.safeParse({ ...input, orgId, ...(paged ? { offset: found.length, limit: PAGE } : {}) });
    if (!read.success) throw new AppError('INPUT_INVALID', z.prettifyError(read.error).slice(0, 500));
    const { rows, total } = rowsOf(procedure, await ask(read.data));
    if (total > QUERY_ROWS_MAX) throw tooMany();
    found.push(...rows.map(steady));
    if (!paged || rows.length === 0 || found.length >= total) return found;
  }
}

/**
 * The whole answer as it is now. `logSize`: an answer about the log leaves out events from there on. Throws INPUT_INVALID for what is no input of
 * the procedure or too large an answer, CONFLICT while the log keeps growing, BUNDLE_INCOMPLETE without a proven log.
 */
export async function answered(
  asking: Asking,
  reader: MirrorReader,
  asked: {
    readonly orgId: string;
    readonly procedure: EvidenceProcedure;
    readonly input: object;
    readonly logSize: number | null;
  },
): Promise<Answered> {
  const { orgId, procedure, input, logSize } = asked;
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    const { completed, size } = await reader.state();
    if (completed === null) throw new AppError('BUNDLE_INCOMPLETE', 'The mirror has no proven log yet: sync first.');
    const rows = await allRows(asking, orgId, procedure, input);
    if ((await reader.state()).size !== size) continue;
    const end = logSize ?? completed.size;
    const kept = procedure === 'audit.query' ? rows.filter((row) => (row as { seq: number }).seq < end) : rows;
    const csv = tableOf(kept);
    return {
      ...{ csv, rows: kept.length, digest: toHex(sha256(csv)) },
      ...{ logSize: completed.size, logRoot: toHex(completed.root) },
    };
  }
  throw new AppError('CONFLICT', 'The log grew while it was read. Ask again when the sync is over.');
}

/** Whether the log had this root (hex) at that size; null where the proven log of the mirror is smaller. */
export async function logHolds(reader: MirrorReader, size: number, root: string): Promise<boolean | null> {
  const { completed } = await reader.state();
  if (completed === null || completed.size < size) return null;
  if (size === completed.size) return toHex(completed.root) === root;
  return size > 0 && toHex(foldNodes(await reader.cover(0, size), sha256)) === root;
}
