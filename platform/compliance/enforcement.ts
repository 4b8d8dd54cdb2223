/** What the compliance modes that are on demand of the organization's requests. */
import type { FastifyRequest } from 'fastify';
import type { ComplianceCommand } from '../../shared/commands/index.ts';
import { effectiveModes } from '../../shared/compliance/enforce.ts';
import { allowsRegion } from '../../shared/compliance/regions.ts';
import type { ComplianceMode } from '../../shared/entities/index.ts';
import { only, type Tx } from '../db/database.ts';
import type { Hosting } from '../hosting.ts';
import { Problem } from '../http/problems.ts';
import { raiseAccess } from '../tenancy/access.ts';
import type { Principal } from '../tenancy/context.ts';
import { selectRecords } from './records.ts';

/** The modes of the tenant that the transaction is in. */
export async function readModes(tx: Tx): Promise<ComplianceMode[]> {
  return (await selectRecords(tx, 'compliance_mode')) as unknown as ComplianceMode[];
}

/** Throws Problem conflict for who would lock themselves out by it. */
export function refuseLockout(command: ComplianceCommand, principal: Principal): void {
  if (command.type !== 'compliance_mode.enable' || !command.input.settings.mfa_required) return;
  if (principal.type === 'user' && principal.mfa) return;
  throw new Problem('conflict', 'Sign in with a one-time code first: you would lock yourself out.');
}

/** Puts what the modes demand of every request where requests read it. The caller holds the organization's lock. */
export async function applyModes(tx: Tx): Promise<void> {
  const effective = effectiveModes(await readModes(tx));
  await tx.query('UPDATE org_state SET mode_mfa = $1, mode_tls = $2, mode_regions = $3::jsonb', [
    effective?.mfa_required ?? false,
    effective?.encryption_in_transit ?? false,
    effective === null ? null : JSON.stringify(effective.data_residency),
  ]);
  await raiseAccess(tx);
}

/** What may be changed wherever the data is, so that it can be mended. */
const MENDS = /^(?:compliance_mode\.|organization\.update$)/;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

interface Demanded {
  readonly tls: boolean;
  readonly regions: readonly string[] | null;
}

/**
 * Throws Problem residency where a mode keeps the organization's data out of the region this platform is run in, insecure-transport where one asks for
 * encryption in transit and the request came in the clear from another machine.
 */
export async function refuseOutside(tx: Tx, hosting: Hosting, request: FastifyRequest, action: string): Promise<void> {
  const clear = request.protocol !== 'https' && hosting.tls !== 'terminated' && !LOOPBACK.test(request.ip);
  if ((hosting.region === null && !clear) || MENDS.test(action)) return;
  const { tls, regions } = only(
    await tx.query<Demanded>('SELECT mode_tls AS tls, mode_regions AS regions FROM org_state'),
  );
  if (clear && tls) {
    throw new Problem('insecure-transport', 'A compliance mode of this organization asks for encryption in transit.');
  }
  if (hosting.region !== null && !allowsRegion(regions === null ? null : [...regions], hosting.region)) {
    throw new Problem(
      'residency',
      `This platform keeps its data in ${hosting.region}; the organization's compliance modes allow ${regions!.join(', ')}. Nothing was written.`,
    );
  }
}
