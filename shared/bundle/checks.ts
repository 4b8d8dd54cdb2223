/** The list of checks that becomes the report. */
import { AppError } from '../errors.ts';

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly verdict: 'pass' | 'fail' | 'warn' | 'not_checked';
  readonly detail: string;
  readonly subject: string | null;
}

/** Every check in the order it is made, with its title. */
export const CHECKS = {
  files: 'The bundle holds exactly the listed files',
  digests: 'Every file has the listed SHA-256',
  statement: 'The statement is readable and about this bundle',
  signature: 'The statement is signed',
  signer: 'The signer is one you trust',
  checkpoint: 'The checkpoint is signed by the log',
  log: 'The log key is one you trust',
  events: 'Every event is canonical, in order and in the period',
  range: 'The events hash to the signed root: none is missing or changed',
  counts: 'The signed counts are those of the data',
  access: 'The access tables agree with each other and with the statement',
  sla: 'The service level reports follow from their own figures and agree with their tables',
  compliance: 'The assessments agree with their tables, reports and evidence',
  report: 'The figures of the report are those of the data',
} as const;
export type CheckId = keyof typeof CHECKS;

/** A failure that names what is at fault. */
export class Fault extends Error {
  readonly subject: string | null;

  constructor(message: string, subject: string | null) {
    super(message);
    this.subject = subject;
  }
}

export class Checks {
  readonly list: Check[] = [];

  add(id: CheckId, verdict: Check['verdict'], detail: string, subject: string | null = null): void {
    this.list.push({ id, title: CHECKS[id], verdict, detail, subject });
  }

  /** Runs one check; what it throws is its failure, what it returns its detail. Undefined after a failure. */
  async run<T>(id: CheckId, check: () => Promise<readonly [T, string]> | readonly [T, string]): Promise<T | undefined> {
    try {
      const [value, detail] = await check();
      this.add(id, 'pass', detail);
      return value;
    } catch (error) {
      if (!(error instanceof Fault) && !(error instanceof AppError)) throw error;
      const subject = error instanceof Fault ? error.subject : error.details?.subject;
      this.add(id, 'fail', error.message, typeof subject === 'string' ? subject : null);
      return undefined;
    }
  }

  /** Marks the checks that could not be made. */
  skip(ids: readonly CheckId[], because: string): void {
    for (const id of ids) this.add(id, 'not_checked', because);
  }

  get failed(): boolean {
    return this.list.some((check) => check.verdict === 'fail');
  }
}

/** Runs a reading; a failure names the file. */
export async function at<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`${name}: ${(error as Error).message}`, name);
  }
}
