/** Settings of single sign-on: read from the platform when asked for, changed at once or not at all, kept nowhere here. */
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { SsoView } from '../../shared/contract/sso.ts';
import { SsoSettings } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { readJson } from '../sync/session.ts';
import type { Context } from './context.ts';
import type { Online } from './online.ts';

type Handlers = {
  readonly [N in 'sso.settings' | 'sso.update' | 'sso.disable']: (input: HandlerInput<N>) => Promise<Output<N>>;
};

const PATH = '/sso';
const NOT_FOUND = 404;
const VERSION_MISMATCH = 412;

const statusOf = (error: unknown): unknown => (error instanceof AppError ? error.details?.status : undefined);

const viewOf = (settings: SsoSettings): SsoView => ({
  ...{ issuer: settings.issuer, clientId: settings.client_id, hasSecret: settings.has_secret },
  ...{ domains: settings.domains, provisionRole: settings.provision_role, trustMfa: settings.trust_mfa },
  ...{ updatedAt: Date.parse(settings.updated_at), version: settings.version },
});

export function ssoHandlers(context: Context, online: Online): Handlers {
  /**
   * A change of the settings that were seen. It goes without an idempotency key: the platform would have to keep what was sent, and a
   * secret is in it. Throws CONFLICT where they are others by now.
   */
  async function change(
    orgId: string,
    version: number | null,
    request: { readonly method: 'PUT' | 'DELETE'; readonly body: unknown },
  ): Promise<Uint8Array> {
    try {
      // Version 0 is nobody's: settings that were off must still be off.
      return await online.change(orgId, { ...request, path: PATH, headers: { 'if-match': `"${version ?? 0}"` } });
    } catch (error) {
      const gone = request.method === 'DELETE' && statusOf(error) === NOT_FOUND;
      if (statusOf(error) !== VERSION_MISMATCH && !gone) throw error;
      throw new AppError('CONFLICT', 'Somebody changed single sign-on meanwhile. Read the settings again.', {}, error);
    }
  }

  async function settings({ orgId }: HandlerInput<'sso.settings'>): Promise<Output<'sso.settings'>> {
    const { pin } = await (await context.opened().mirrors.get(orgId)).reader.state();
    // The origin of a log begins with the host under which the platform is known (docs/FORMATS.md section 2).
    const redirectUri = `https://${pin?.origin.split('/')[0] ?? ''}/v1/auth/sso/callback`;
    try {
      const bytes = await online.read(orgId, PATH);
      return { settings: viewOf(readJson(bytes, SsoSettings)), redirectUri };
    } catch (error) {
      if (statusOf(error) === NOT_FOUND) return { settings: null, redirectUri };
      throw error;
    }
  }

  async function update(input: HandlerInput<'sso.update'>): Promise<SsoView> {
    const { orgId, version, issuer, clientId, clientSecret, domains, provisionRole, trustMfa } = input;
    const body = {
      ...{ issuer, client_id: clientId, domains, provision_role: provisionRole, trust_mfa: trustMfa },
      ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    };
    const saved = viewOf(readJson(await change(orgId, version, { method: 'PUT', body }), SsoSettings));
    context.log.info('sso settings changed', { orgId });
    return saved;
  }

  return {
    'sso.settings': settings,
    'sso.update': update,
    'sso.disable': async ({ orgId, version }) => {
      await change(orgId, version, { method: 'DELETE', body: undefined });
      context.log.info('sso turned off', { orgId });
      return { ok: true };
    },
  };
}
