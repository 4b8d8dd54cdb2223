/** One notification as a signed POST, as Standard Webhooks 1.0 has it (docs/FORMATS.md, 9). */
import { createHmac } from 'node:crypto';
import { guardedFetch } from '../http/guardedFetch.ts';

/** Headers that sign a body: HMAC-SHA-256 over id, seconds since 1970 and body, joined by full stops. */
export function signedHeaders(key: Uint8Array, id: string, at: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

export interface Post {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  readonly key: Uint8Array;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The status it was answered with. Throws where there was no answer, or the address may not be called. */
export async function postWebhook(post: Post, loopback: boolean, signal: AbortSignal): Promise<number> {
  const { status } = await guardedFetch({ loopback })(post.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Mission-Control-Webhooks/1',
      ...signedHeaders(post.key, post.id, post.at, post.body),
    },
    body: post.body,
    signal,
  });
  return status;
}
