/** Who may speak to the loopback server: whoever holds a one-time launch token, and from then on its cookie. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const TOKENS_MAX = 16;
const SESSIONS_MAX = 16;
/** A printed address must outlast a coffee break and not a weekend. */
const TOKEN_LIFE_MS = 12 * 60 * 60 * 1000;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const secret = (): string => randomBytes(32).toString('base64url');

export interface Sessions {
  /** A new token that opens one session, once. */
  issueToken(): string;
  /** The cookie value for a token, or null when it is unknown, used or too old. */
  exchange(token: string): string | null;
  holds(cookie: string): boolean;
}

export function createSessions(now: () => number): Sessions {
  const tokens: { hash: Buffer; expires: number }[] = [];
  const sessions: Buffer[] = [];
  return {
    issueToken() {
      const token = secret();
      tokens.push({ hash: digest(token), expires: now() + TOKEN_LIFE_MS });
      if (tokens.length > TOKENS_MAX) tokens.shift();
      return token;
    },
    exchange(token) {
      const hash = digest(token);
      const at = tokens.findIndex((known) => timingSafeEqual(known.hash, hash));
      if (at < 0) return null;
      const [used] = tokens.splice(at, 1);
      if (used!.expires < now()) return null;
      const cookie = secret();
      sessions.push(digest(cookie));
      if (sessions.length > SESSIONS_MAX) sessions.shift();
      return cookie;
    },
    holds(cookie) {
      const hash = digest(cookie);
      return sessions.some((known) => timingSafeEqual(known, hash));
    },
  };
}

/** Cookies do not tell ports apart: the port in the name keeps two consoles on one machine from overwriting each other. */
export const cookieName = (port: number): string => `mc_session_${port}`;

export function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
