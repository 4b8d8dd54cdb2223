/** The answer to every sign-in, whatever the way. */
import { z } from 'zod';
import type { Env } from '../tenancy/context.ts';
import { ACCESS_SECONDS } from './tokens.ts';
import type { User } from './users.ts';

export const UserView = z.object({ id: z.string(), email: z.string(), name: z.string() });
export const TokenAnswer = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  refresh_token: z.string(),
  user: UserView,
});

/** A first access token for a session just begun or renewed. */
export async function tokenAnswer(
  env: Env,
  user: User,
  sid: string,
  refreshToken: string,
): Promise<z.infer<typeof TokenAnswer>> {
  const access_token = await env.tokens.sign({ sub: user.id, sid });
  return { access_token, token_type: 'Bearer', expires_in: ACCESS_SECONDS, refresh_token: refreshToken, user };
}
