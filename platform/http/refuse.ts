/** The shared rules as refusals of requests. */

import { AppError } from '../../shared/errors.ts';
import type { Fault } from '../../shared/fault.ts';
import { Problem } from './problems.ts';

/** Fields named in one answer. */
const ERRORS_MAX = 20;

/**
 * Throws for the first kind of fault there is: NOT_FOUND, Problem invalid-request with every field that is
 * wrong, conflict, limit-reached.
 */
export function refuse(faults: readonly Fault[]): void {
  const of = (kind: Fault['kind']): Fault[] => faults.filter((fault) => fault.kind === kind);
  const [gone] = of('gone');
  if (gone !== undefined) throw new AppError('NOT_FOUND', gone.words);
  const fields = of('field');
  if (fields.length > 0) {
    const errors = fields.slice(0, ERRORS_MAX).map(({ path, words }) => ({ path: path ?? '', message: words }));
    throw new Problem('invalid-request', fields[0]!.words, {}, { errors });
  }
  const [conflict] = of('conflict');
  if (conflict !== undefined) {
    const errors = conflict.path === null ? {} : { errors: [{ path: conflict.path, message: conflict.words }] };
    throw new Problem('conflict', conflict.words, {}, errors);
  }
  const [full] = of('limit');
  if (full?.limit !== undefined) {
    const { name, max, used } = full.limit;
    throw new Problem('limit-reached', full.words, {}, { details: { limit: name, max, used } });
  }
}
