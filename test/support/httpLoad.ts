/** Requests for benches: a first organization with its token, and one timed request over loopback. */
import { type Agent, get } from 'node:http';
import type { Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { createOrganization } from '../../platform/orgs/service.ts';

/** Creates the organization `acme` with an admin, and gives a token for it. */
export async function firstToken(platform: Platform): Promise<string> {
  const email = 'admin@acme.test';
  const password = 'correct horse battery staple';
  const { core, app } = platform;
  const user = await createUser(core, { email, name: 'Admin', password });
  await createOrganization(core, { id: 'acme', name: 'Acme', ownerId: user.id });
  const login = await app.inject({ method: 'POST', url: '/v1/auth/login', payload: { email, password } });
  const headers = { authorization: `Bearer ${login.json<{ access_token: string }>().access_token}` };
  const answer = await app.inject({ method: 'POST', url: '/v1/auth/token', headers, payload: { org_id: 'acme' } });
  return answer.json<{ access_token: string }>().access_token;
}

/** Milliseconds until the answer, which must be 200, has been read. */
export function ask(agent: Agent, port: number, path: string, authorization: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = get({ agent, host: '127.0.0.1', port, path, headers: { authorization } }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`${path} answered ${answer.statusCode}`));
      });
    });
    request.once('error', reject);
  });
}
