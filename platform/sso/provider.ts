/** The organization's OpenID provider, spoken to through openid-client. */
import * as oidc from 'openid-client';
import { z } from 'zod';
import type { SsoSettings } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { type FetchOptions, guardedFetch } from '../http/guardedFetch.ts';

/** What the provider said of the person. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** A second factor was used, by the provider's `amr` (RFC 8176). */
  readonly mfa: boolean;
}

export interface Leg {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** RFC 8176: values that name a second factor, or more than one. */
const MFA_METHODS = new Set(['mfa', 'mca', 'otp', 'hwk', 'swk', 'sms', 'fpt', 'face', 'iris', 'vbm', 'pop']);

const Claims = z.object({
  iss: z.string().min(1).max(512),
  sub: z.string().min(1).max(255),
  email: z.email().max(254).optional(),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
  name: z.string().max(512).optional(),
  amr: z.array(z.string().max(64)).max(20).optional(),
});

async function configure(
  settings: SsoSettings,
  secret: string | null,
  options: FetchOptions,
): Promise<oidc.Configuration> {
  const auth = secret === null ? oidc.None() : undefined;
  const metadata = secret === null ? {} : { client_secret: secret };
  try {
    return await oidc.discovery(new URL(settings.issuer), settings.client_id, metadata, auth, {
      [oidc.customFetch]: guardedFetch(options) as oidc.CustomFetch,
      ...(options.loopback ? { execute: [oidc.allowInsecureRequests] } : {}),
      timeout: 10,
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : '';
    throw new AppError(
      'PLATFORM_UNREACHABLE',
      `The sign-in provider cannot be used: ${reason.slice(0, 200)}`,
      undefined,
      error,
    );
  }
}

/** Where to send the browser. Throws PLATFORM_UNREACHABLE when the provider cannot be discovered. */
export async function authorizeUrl(
  settings: SsoSettings,
  secret: string | null,
  leg: Leg,
  options: FetchOptions,
): Promise<string> {
  const config = await configure(settings, secret, options);
  return oidc.buildAuthorizationUrl(config, {
    redirect_uri: leg.redirectUri,
    scope: 'openid email profile',
    response_type: 'code',
    state: leg.state,
    nonce: leg.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(leg.verifier),
    code_challenge_method: 'S256',
  }).href;
}

/** Exchanges the code; signature, issuer, audience, nonce, state and times are checked by openid-client. Throws LOGIN_FAILED. */
export async function identify(
  settings: SsoSettings,
  secret: string | null,
  leg: Leg,
  currentUrl: URL,
  options: FetchOptions,
): Promise<Identity> {
  const config = await configure(settings, secret, options);
  try {
    const tokens = await oidc.authorizationCodeGrant(config, currentUrl, {
      expectedState: leg.state,
      expectedNonce: leg.nonce,
      pkceCodeVerifier: leg.verifier,
      idTokenExpected: true,
    });
    let claims = Claims.parse(tokens.claims());
    if (claims.email === undefined && config.serverMetadata().userinfo_endpoint !== undefined) {
      const more = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
      claims = Claims.parse({
        ...claims,
        email: more.email,
        email_verified: more.email_verified,
        name: claims.name ?? more.name,
      });
    }
    return {
      issuer: claims.iss,
      subject: claims.sub,
      email: claims.email ?? null,
      emailVerified: claims.email_verified === true || claims.email_verified === 'true',
      name: claims.name ?? null,
      mfa: (claims.amr ?? []).some((method) => MFA_METHODS.has(method)),
    };
  } catch (error) {
    throw new AppError('LOGIN_FAILED', 'The sign-in provider did not vouch for this sign-in.', undefined, error);
  }
}
