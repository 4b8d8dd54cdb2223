/** What attempts stand on: who is there, and what they have. */
import { type Answer, type Call, caller, type World } from '../platform.ts';

export const ACME = '/v1/orgs/acme';
export const GLOBEX = '/v1/orgs/globex';

export interface Attempt {
  readonly name: string;
  readonly run: () => Promise<Answer>;
  /** Answers that refuse it. */
  readonly refusedBy: readonly number[];
  /** Whether the refusal is an event of the log of `acme`: where it is known who asks. */
  readonly event: boolean;
}

export interface Ground {
  readonly world: World;
  readonly ids: Readonly<Record<string, string>>;
  readonly calls: Readonly<Record<string, Call>>;
  readonly keys: Readonly<Record<string, string>>;
  readonly token: string;
}

/** A bearer text of any kind, as it is written into the header. */
export function raw(world: World, authorization: string): Call {
  const anonymous = caller(world.platform);
  return (method, url, body, headers = {}) => anonymous(method, url, body, { authorization, ...headers });
}
