/** Access tokens: EdDSA JWTs of five minutes; the user's, and one per organization with the tenant context in its claims. */
import { hash } from 'node:crypto';
import { importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose';
import { v7 } from 'uuid';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { createSigningKey, loadSigningKey } from '../log/keys.ts';

export const ACCESS_SECONDS = 300;
const AUDIENCE = 'mission-control';
const ALGORITHM = 'EdDSA';

const Claims = z.object({
  sub: z.string().min(1).max(64),
  sid: z.string().min(1).max(64),
  org_id: z.string().max(64).optional(),
  workspace_id: z.string().max(64).optional(),
});
export type Claims = z.infer<typeof Claims>;

/** Tokens whose signature was found right, by digest: bounds memory, not callers. */
const REMEMBERED_MAX = 5_000;

interface Proven {
  readonly claims: Claims;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Tokens {
  /** A signed token that expires after `ACCESS_SECONDS`. */
  sign(claims: Claims): Promise<string>;
  /** Null for anything but a token of ours in force. */
  verify(token: string): Promise<Claims | null>;
}

/** Loads the platform's token key, making it at first use. */
export async function openTokens(core: Core): Promise<Tokens> {
  const pair = await core.platform(async (tx) => {
    await createSigningKey(core, tx, 'jwt', null);
    return await loadSigningKey(core, tx, 'jwt', null);
  });
  const privateKey = await importPKCS8(pair.privatePem, ALGORITHM);
  const publicKey = await importSPKI(pair.publicPem, ALGORITHM);
  const issuer = core.instance.publicHost;
  // Checking a signature costs as much as the rest of a request. That it was right once stays so until the token ends; whether session,
  // membership and rights still stand is read from the database by every request.
  const proven = new Map<string, Proven>();
  const remember = (digest: string, known: Proven): void => {
    const oldest = proven.keys().next();
    if (proven.size >= REMEMBERED_MAX && oldest.done === false) proven.delete(oldest.value);
    proven.set(digest, known);
  };
  return {
    sign: async (claims) => {
      const issuedAt = Math.floor(core.now() / 1000);
      return await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setJti(v7())
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_SECONDS)
        .sign(privateKey);
    },
    verify: async (token) => {
      const digest = hash('sha256', token, 'base64url');
      const known = proven.get(digest);
      if (known !== undefined && known.expiresAt > core.now()) return known.claims;
      proven.delete(digest);
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          issuer,
          audience: AUDIENCE,
          algorithms: [ALGORITHM],
          typ: 'at+jwt',
          requiredClaims: ['exp', 'iat', 'sub'],
          currentDate: new Date(core.now()),
        });
        const claims = Claims.parse(payload);
        remember(digest, { claims, expiresAt: payload.exp! * 1000 });
        return claims;
      } catch {
        return null;
      }
    },
  };
}
