/** Sign-in by an organization's identity provider: the platform runs it, the system browser shows it, the loopback address gets its code. */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { OpenExternal } from '../ports.ts';
import { isWebAddress, type PlatformHttp } from '../sync/http.ts';
import { readJson, type Session, type SignedIn } from '../sync/session.ts';
import { listenLoopback } from './loopback.ts';

const WAIT_MS_MAX = 5 * 60_000;
const Started = z.object({ authorize_url: z.string().max(8_192) });

export interface SsoInput {
  readonly organization: string;
  readonly openExternal: OpenExternal;
  readonly signal: AbortSignal;
  /** The address the browser goes to, should it not open by itself. */
  readonly onAddress: (url: string) => void;
  readonly waitMs?: number;
}

const random = (): string => randomBytes(32).toString('base64url');

/**
 * Signs the session in. Throws LOGIN_FAILED (turned down, or nobody came within five minutes), PLATFORM_*, CANCELLED.
 */
export async function signInBySso(http: PlatformHttp, session: Session, input: SsoInput): Promise<SignedIn> {
  const [state, verifier] = [random(), random()];
  const limit = AbortSignal.timeout(input.waitMs ?? WAIT_MS_MAX);
  const loopback = await listenLoopback(state);
  try {
    const body = {
      organization: input.organization,
      redirect_uri: loopback.redirectUri,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state,
    };
    const answer = await http.send({
      ...{ method: 'POST', path: '/v1/auth/sso/start', body, bytesMax: 65_536, type: 'application/json' },
      signal: input.signal,
    });
    const { authorize_url: url } = readJson(answer, Started);
    if (!isWebAddress(url)) throw new AppError('PLATFORM_PROTOCOL', 'The platform names no address to sign in at.');
    input.onAddress(url);
    await input.openExternal(url);
    const code = await loopback.code(AbortSignal.any([limit, input.signal]));
    return await session.redeem(code, verifier, loopback.redirectUri);
  } catch (error) {
    if (input.signal.aborted) throw new AppError('CANCELLED', undefined, undefined, error);
    if (limit.aborted && error === limit.reason) {
      throw new AppError('LOGIN_FAILED', 'Nobody signed in within five minutes.', undefined, error);
    }
    throw error;
  } finally {
    loopback.close();
  }
}
