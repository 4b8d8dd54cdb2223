/** Which connection an organization syncs and sends through, and what is noted about it meanwhile. */
import { AppError } from '../../shared/errors.ts';
import type { ConnectionRecord } from '../db/api.ts';
import type { Context } from './context.ts';

/** Null when no platform is connected for the organization. */
export async function findConnectionOf(context: Context, orgId: string): Promise<ConnectionRecord | null> {
  const records = await context.opened().db.listConnections();
  return records.find(({ orgs }) => orgs.some((org) => org.orgId === orgId)) ?? null;
}

/** Throws NOT_FOUND, LOGIN_REQUIRED. */
export async function connectionOf(context: Context, orgId: string): Promise<ConnectionRecord> {
  const found = await findConnectionOf(context, orgId);
  if (!found) throw new AppError('NOT_FOUND', 'No platform is connected for this organization.', { orgId });
  if (found.signedOut) throw new AppError('LOGIN_REQUIRED');
  return found;
}

/** The record may have changed while a request ran: only these fields are ours. */
export async function noteConnection(
  context: Context,
  id: string,
  change: Partial<Pick<ConnectionRecord, 'lastContactAt' | 'signedOut'>>,
): Promise<void> {
  const { db } = context.opened();
  const record = (await db.listConnections()).find((one) => one.id === id);
  if (record) await db.putConnection({ ...record, ...change });
}
