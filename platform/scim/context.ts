/** A SCIM request on its way through the library, which knows no tenants and turns every fault it does not know into "not found". */
import SCIMMY from 'scimmy';
import { AppError } from '../../shared/errors.ts';
import { Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';
import type { Happening } from '../tenancy/events.ts';

export interface ScimContext {
  readonly org: OrgContext;
  /** What the request did, one event each; empty: nothing was changed. */
  readonly events: Happening[];
  /** The fault as it was, beside what the library makes of it. */
  failure: unknown;
}

/** Resources of one list at most: every one of them is read to be filtered. */
export const RESULTS_MAX = 200;
/** Members or groups of an organization that a directory can manage. */
export const RESOURCES_MAX = 50_000;

export function scimError(status: number, type: string, detail: string): Error {
  return new SCIMMY.Types.Error(status, type, detail);
}

function translated(error: unknown): Error {
  if (error instanceof SCIMMY.Types.Error) return error;
  if (error instanceof Problem) return scimError(error.status, '', error.detail ?? error.message);
  if (error instanceof AppError && error.code === 'NOT_FOUND') return scimError(404, '', error.message);
  if (error instanceof AppError && error.code === 'CONFLICT') return scimError(409, 'uniqueness', error.message);
  if (error instanceof AppError && error.code === 'INPUT_INVALID') return scimError(400, 'invalidValue', error.message);
  return scimError(500, '', 'An unexpected fault; nothing was changed.');
}

/** Runs a handler of the library; its fault is kept and translated. */
export async function guarded<T>(context: ScimContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    context.failure = error;
    throw translated(error);
  }
}
