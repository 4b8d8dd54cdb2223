/** Requests that wait for nothing: asked of the platform at once or not at all. */
import { AppError } from '../../shared/errors.ts';
import type { OrgRequest } from '../sync/client.ts';
import { HttpFault } from '../sync/http.ts';
import { connectionOf, noteConnection } from './connectionNotes.ts';
import type { Context } from './context.ts';
import type { Platforms } from './platforms.ts';

/**
 * One request; a change among them is sent once. Throws OFFLINE, LOGIN_REQUIRED, PLATFORM_REFUSED in the platform's words with its
 * `status` in the details.
 */
export type AskNow = (orgId: string, request: OrgRequest, signal?: AbortSignal) => Promise<Uint8Array>;

export function createAskNow(context: Context, platforms: Platforms): AskNow {
  return async (orgId, request, signal) => {
    const connection = await connectionOf(context, orgId);
    const client = platforms.client(connection);
    try {
      return await platforms.watch(connection.id, () => client.change(orgId, request, signal));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'LOGIN_REQUIRED') await noteConnection(context, connection.id, { signedOut: true });
      if (error.code === 'PLATFORM_UNREACHABLE') throw new AppError('OFFLINE', undefined, error.details, error);
      if (error instanceof HttpFault) throw new AppError(error.code, error.words, { status: error.status }, error);
      throw error;
    }
  };
}
