/** Requests that the platform answers at once or not at all: they wait in no outbox. */
import { AppError } from '../../shared/errors.ts';
import type { OrgRequest, PlatformClient } from '../sync/client.ts';
import { HttpFault } from '../sync/http.ts';
import { connectionOf, noteConnection } from './connectionNotes.ts';
import type { Context } from './context.ts';
import type { Platforms } from './platforms.ts';

export interface Online {
  /** Throws OFFLINE, LOGIN_REQUIRED, PLATFORM_REFUSED in the platform's words, NOT_FOUND where no platform is connected. */
  change(orgId: string, request: OrgRequest, signal?: AbortSignal): Promise<Uint8Array>;
  /** The JSON of a path below the organization. Throws the same. */
  read(orgId: string, path: string, signal?: AbortSignal): Promise<Uint8Array>;
}

export function createOnline(context: Context, platforms: Platforms): Online {
  async function ask(orgId: string, use: (client: PlatformClient) => Promise<Uint8Array>): Promise<Uint8Array> {
    const connection = await connectionOf(context, orgId);
    const client = platforms.client(connection);
    try {
      return await platforms.watch(connection.id, () => use(client));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'LOGIN_REQUIRED') await noteConnection(context, connection.id, { signedOut: true });
      if (error.code === 'PLATFORM_UNREACHABLE') throw new AppError('OFFLINE', undefined, error.details, error);
      if (error instanceof HttpFault) throw new AppError(error.code, error.words, { status: error.status }, error);
      throw error;
    }
  }
  return {
    change: (orgId, request, signal) => ask(orgId, (client) => client.change(orgId, request, signal)),
    read: (orgId, path, signal) => ask(orgId, (client) => client.read(orgId, path, signal)),
  };
}
