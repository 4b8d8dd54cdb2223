/** Single sign-on of an organization: asked of the platform at once or not at all. The client secret goes one way. */
import { z } from 'zod';
import { SsoInput } from '../entities/index.ts';
import { Ok, OrgId, UtcMs } from './common.ts';
import { command, query } from './procedure.ts';

export const SsoView = z.strictObject({
  issuer: z.string(),
  clientId: z.string(),
  /** Whether there is a client secret; it is shown to nobody. */
  hasSecret: z.boolean(),
  domains: z.array(z.string()),
  provisionRole: z.string().nullable(),
  trustMfa: z.boolean(),
  updatedAt: UtcMs,
  version: z.int(),
});
export type SsoView = z.infer<typeof SsoView>;

const { issuer, client_id, client_secret, domains, provision_role, trust_mfa } = SsoInput.shape;

export const ssoProcedures = {
  'sso.settings': query(
    'unlocked',
    'Single sign-on settings, without the client secret, read from the platform: OFFLINE without it. Each reading stands in the audit log. Null: off.',
    z.strictObject({ orgId: OrgId }),
    z.strictObject({
      settings: SsoView.nullable(),
      /** Address that has to be registered with the provider. */
      redirectUri: z.string(),
    }),
  ),
  'sso.update': command(
    'unlocked',
    'Turn single sign-on on, or change it, online only. `version`: of the settings this was made from; null: it was off. Without `clientSecret` the one there is stays; null: a public client.',
    z.strictObject({
      orgId: OrgId,
      version: z.int().nullable(),
      issuer,
      clientId: client_id,
      clientSecret: client_secret,
      domains,
      provisionRole: provision_role,
      trustMfa: trust_mfa,
    }),
    SsoView,
  ),
  'sso.disable': command(
    'unlocked',
    'Turn single sign-on off, online only; sign-ins under way end, and the client secret is deleted.',
    z.strictObject({ orgId: OrgId, version: z.int() }),
    Ok,
  ),
} as const;
