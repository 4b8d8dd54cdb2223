/** Signing in, rotating refresh tokens, and one short-lived token for each organization. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { HttpFault, type PlatformHttp } from './http.ts';

const JSON_TYPE = 'application/json';
const BODY_BYTES_MAX = 1024 * 1024;
/** A token is renewed this long before it ends, so that none ends under way. */
const MARGIN_MS = 30_000;

const Token = z.string().min(1).max(16_384);
const Tokens = z.object({
  access_token: Token,
  expires_in: z.number().positive(),
  refresh_token: Token,
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
});
const OrgToken = z.object({ access_token: Token, expires_in: z.number().positive() });

export interface SignedIn {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  readonly refreshToken: string;
}

/** Where the refresh token lives between runs. */
export interface TokenStore {
  read(): Promise<string | null>;
  write(token: string): Promise<void>;
  delete(): Promise<void>;
}

interface Held {
  readonly token: string;
  readonly until: number;
}

/** Reads JSON of the platform. Throws PLATFORM_PROTOCOL when it is not of the shape. */
export function readJson<T>(bytes: Uint8Array, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new AppError('PLATFORM_PROTOCOL', undefined, { reason: 'unexpected JSON' }, error);
  }
}

export class Session {
  private readonly http: PlatformHttp;
  private readonly store: TokenStore;
  private readonly now: () => number;
  private user: Held | null = null;
  private refreshing: Promise<string> | null = null;
  private readonly orgs = new Map<string, Held>();

  constructor(http: PlatformHttp, store: TokenStore, now: () => number = Date.now) {
    this.http = http;
    this.store = store;
    this.now = now;
  }

  /** Throws LOGIN_FAILED, MFA_REQUIRED, PLATFORM_*. */
  async login(email: string, password: string, totp: string | null): Promise<SignedIn> {
    const body = { email, password, ...(totp === null ? {} : { totp }) };
    try {
      return await this.accept(await this.post('/v1/auth/login', body));
    } catch (error) {
      if (!(error instanceof HttpFault)) throw error;
      if (error.slug === 'mfa-required') throw new AppError('MFA_REQUIRED', undefined, undefined, error);
      if (error.status === 401 || error.status === 429) {
        throw new AppError('LOGIN_FAILED', undefined, { status: error.status }, error);
      }
      throw error;
    }
  }

  /**
   * Takes the tokens that a browser's sign-in was answered with. `verifier` proves that who began it ends it (RFC 7636). Throws
   * LOGIN_FAILED, PLATFORM_*.
   */
  async redeem(code: string, verifier: string, redirectUri: string): Promise<SignedIn> {
    const body = { code, code_verifier: verifier, redirect_uri: redirectUri };
    try {
      return await this.accept(await this.post('/v1/auth/sso/token', body));
    } catch (error) {
      if (!(error instanceof HttpFault) || error.status >= 500) throw error;
      throw new AppError('LOGIN_FAILED', error.words, { status: error.status }, error);
    }
  }

  /** Ends the session here and, where it can be reached, on the platform. */
  async logout(): Promise<void> {
    const token = this.user?.token;
    this.user = null;
    this.orgs.clear();
    await this.store.delete();
    if (token === undefined) return;
    try {
      await this.http.send({
        method: 'POST',
        path: '/v1/auth/logout',
        token,
        body: {},
        bytesMax: 4096,
        type: JSON_TYPE,
      });
    } catch (error) {
      // The token is gone from here, and the family ends by itself.
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** Access token of the user. Throws LOGIN_REQUIRED, PLATFORM_*. */
  async userToken(): Promise<string> {
    if (this.user !== null && this.user.until > this.now()) return this.user.token;
    // One refresh at a time: a second one with the same token would look like theft and revoke the family.
    this.refreshing ??= this.refresh().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** Token for one organization. Throws LOGIN_REQUIRED, PLATFORM_REFUSED when not a member. */
  async orgToken(orgId: string): Promise<string> {
    const held = this.orgs.get(orgId);
    if (held && held.until > this.now()) return held.token;
    const token = await this.userToken();
    const answer = readJson(await this.post('/v1/auth/token', { org_id: orgId }, token), OrgToken);
    this.orgs.set(orgId, this.hold(answer.access_token, answer.expires_in));
    return answer.access_token;
  }

  /** Does a request with the organization's token; a refused token is exchanged once. */
  async withOrgToken<T>(orgId: string, use: (token: string) => Promise<T>): Promise<T> {
    const token = await this.orgToken(orgId);
    try {
      return await use(token);
    } catch (error) {
      if (!(error instanceof HttpFault) || error.status !== 401) throw error;
      this.forgetOrgToken(orgId, token);
      return use(await this.orgToken(orgId));
    }
  }

  /** Drops a token that was refused, unless another one took its place. */
  forgetOrgToken(orgId: string, token: string): void {
    if (this.orgs.get(orgId)?.token === token) this.orgs.delete(orgId);
  }

  private hold(token: string, seconds: number): Held {
    return { token, until: this.now() + Math.max(1000, seconds * 1000 - MARGIN_MS) };
  }

  private async refresh(): Promise<string> {
    const refreshToken = await this.store.read();
    if (refreshToken === null) throw new AppError('LOGIN_REQUIRED');
    try {
      await this.accept(await this.post('/v1/auth/refresh', { refresh_token: refreshToken }));
    } catch (error) {
      if (error instanceof HttpFault && error.status === 401) {
        await this.store.delete();
        throw new AppError('LOGIN_REQUIRED', undefined, { slug: error.slug }, error);
      }
      throw error;
    }
    return this.user!.token;
  }

  /** The new refresh token is stored before the access token is used: the old one is dead already. */
  private async accept(bytes: Uint8Array): Promise<SignedIn> {
    const tokens = readJson(bytes, Tokens);
    await this.store.write(tokens.refresh_token);
    this.user = this.hold(tokens.access_token, tokens.expires_in);
    this.orgs.clear();
    return { user: tokens.user, refreshToken: tokens.refresh_token };
  }

  private post(path: string, body: unknown, token?: string): Promise<Uint8Array> {
    const auth = token === undefined ? {} : { token };
    return this.http.send({ method: 'POST', path, body, bytesMax: BODY_BYTES_MAX, type: JSON_TYPE, ...auth });
  }
}
