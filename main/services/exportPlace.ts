/** Whether data of an organization may become a file on this machine: what its compliance modes say of places, as last synced. */
import { exportFault } from '../../shared/compliance/enforce.ts';
import { type ComplianceMode, entitySchemas } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { MirrorReader } from '../db/api.ts';
import type { Context } from './context.ts';

/** Where the demo's console is said to be: its European organizations have a rule of place. */
export const DEMO_REGION = 'eu-central';
/** More than an organization may have frameworks. */
const MODES_MAX = 1_000;

/** Throws RESIDENCY for a mode that this version cannot read: it may be the one that restricts places. */
async function modesOf(reader: MirrorReader, orgId: string): Promise<ComplianceMode[]> {
  const { rows } = await reader.entities('compliance_mode', null, 0, MODES_MAX);
  return rows.map(({ id, data, version }) => {
    const read = entitySchemas.compliance_mode.safeParse({ ...data, version });
    if (read.success) return read.data;
    const words = `The compliance mode ${id} cannot be read, and may restrict where data is. Update the console. Nothing was written.`;
    throw new AppError('RESIDENCY', words, { orgId });
  });
}

/**
 * Called by every procedure that writes an organization's data to a file outside the vault, before it does. `orgId` null: rows of several, and so the
 * rules of each organization mirrored here. Throws RESIDENCY where a mode keeps the data out of the region this workstation is said to be in.
 */
export async function refuseExportOutside(context: Context, orgId: string | null): Promise<void> {
  const { db, mirrors } = context.opened();
  const { workstationRegion } = await db.getSettings();
  for (const one of orgId === null ? mirrors.ids() : [orgId]) {
    const { reader } = await mirrors.get(one);
    const fault = exportFault(await modesOf(reader, one), workstationRegion);
    if (fault === null) continue;
    throw new AppError('RESIDENCY', orgId === null ? `${one}: ${fault}` : fault, { orgId: one, workstationRegion });
  }
}
