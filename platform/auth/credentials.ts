/** What a request shows of who asks; whether it holds is found out in its transaction. */
import type { FastifyRequest } from 'fastify';
import type { ProvenKey } from '../accounts/directory.ts';
import { Problem } from '../http/problems.ts';
import type { Env } from '../tenancy/context.ts';
import type { Claims } from './tokens.ts';

/** `token`: claims of a token of ours in force. `key`: a service account's key whose secret was right, with its rate limit's headers. */
export type Credentials =
  | { readonly kind: 'token'; readonly claims: Claims }
  | { readonly kind: 'key'; readonly key: ProvenKey; readonly headers: Readonly<Record<string, string>> };

export function unauthenticated(detail?: string): Problem {
  return new Problem('unauthenticated', detail, { 'www-authenticate': 'Bearer' });
}

const TOKEN = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/;
const KEY = /^Bearer (mc_[A-Za-z0-9_]{1,120})$/;

/** Throws Problem unauthenticated for anything but a token of ours or a key of ours, rate-limited for a key out of quota. */
export async function authenticate(env: Env, request: FastifyRequest): Promise<Credentials> {
  const header = request.headers.authorization ?? '';
  const key = KEY.exec(header)?.[1];
  if (key !== undefined) return { kind: 'key', ...(await env.keys.admit(key)) };
  const token = TOKEN.exec(header)?.[1];
  const claims = token === undefined ? null : await env.tokens.verify(token);
  if (claims === null) throw unauthenticated();
  return { kind: 'token', claims };
}

/** The claims of a request that only a user can make. Throws Problem unauthenticated for a key. */
export function userClaims({ credentials }: FastifyRequest): Claims {
  if (credentials?.kind !== 'token') throw unauthenticated('Needs the token of a user.');
  return credentials.claims;
}

/** Tells the caller apart from all others; the same for every key of an account. */
export function callerKey(credentials: Credentials): string {
  return credentials.kind === 'token'
    ? credentials.claims.sub
    : `account ${credentials.key.orgId} ${credentials.key.accountId}`;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by routes that need it, before anything of the request is read. */
    credentials?: Credentials;
  }
}
