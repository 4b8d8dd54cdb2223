/** A platform whose clock the test moves and whose rounds it runs by hand, with metrics that come as anybody's do. */
import type { PlatformOptions } from '../../platform/app.ts';
import { slaRound } from '../../platform/sla/keeper.ts';
import type { Sla, SlaTerms } from '../../shared/entities/index.ts';
import { HOUR, MINUTE } from '../../shared/sla/model.ts';
import { type Call, openWorld, type World } from './platform.ts';

export const SLA_START = Date.parse('2026-03-10T00:00:00.000Z');
const ACME = '/v1/orgs/acme';

export interface Change {
  readonly version: number;
  readonly kind: string;
  readonly id: string;
  readonly op: 'put' | 'delete';
  // biome-ignore lint/suspicious/noExplicitAny: entities of any kind, looked into by assertions only
  readonly data: any;
}

/** What each minute of a stretch had. */
export interface Traffic {
  readonly from: number;
  readonly minutes: number;
  readonly requests: number;
  readonly failed?: number;
  /** Milliseconds of each request; default 100. */
  readonly ms?: number;
  readonly service?: string;
}

export interface SlaScene {
  readonly world: World;
  readonly admin: Call;
  readonly clock: { now: number };
  readonly faults: unknown[];
  makeSla(fields?: object, terms?: Partial<SlaTerms>): Promise<Sla>;
  /** Minutes of requests, by the route. */
  traffic(of: Traffic): Promise<void>;
  checks(service: string, checks: readonly { at: number; up: boolean }[], holdMs?: number): Promise<void>;
  /** The clock goes on to an instant in steps, with a round of the keeper at each. */
  roundsUntil(at: number, stepMs?: number): Promise<void>;
  round(): Promise<void>;
  feed(kind: string): Promise<Change[]>;
  close(): Promise<void>;
}

let batches = 0;

export async function openSlaScene(options: PlatformOptions, at = SLA_START): Promise<SlaScene> {
  const clock = { now: at };
  const world = await openWorld({ webhookLoopback: true, smtp: null, ...options, now: () => clock.now });
  const token = { at: clock.now, call: await world.member('admin@acme.test', 'acme') };
  // Tokens end within minutes, by the clock the test moves.
  const admin: Call = async (...asked) => {
    if (clock.now - token.at > 4 * MINUTE || clock.now < token.at) {
      Object.assign(token, { at: clock.now, call: await world.member('admin@acme.test', 'acme') });
    }
    return await token.call(...asked);
  };
  const faults: unknown[] = [];
  const must = async (method: string, url: string, body: object) => {
    const answer = await admin(method, ACME + url, body);
    if (answer.status >= 300) throw new Error(`${url}: ${answer.text}`);
    return answer.json;
  };
  const batch = () => ({ source: 'test', batch: `b${batches++}`, workspace_id: null });
  const round = async (): Promise<void> => {
    await slaRound(world.platform.core, world.platform.sla, (error) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  };
  return {
    ...{ world, admin, clock, faults, round },
    makeSla: async (fields = {}, terms = {}) =>
      (await must('POST', '/slas', {
        name: 'Checkout',
        service: 'checkout',
        ...fields,
        terms: { time_zone: 'UTC', ...terms },
      })) as Sla,
    traffic: async ({ from, minutes, requests, failed = 0, ms = 100, service = 'checkout' }) => {
      const samples = { at: [] as number[], us: [] as number[], failed: [] as number[] };
      for (let minute = 0; minute < minutes; minute++) {
        for (let i = 0; i < requests; i++) {
          samples.at.push(from + minute * MINUTE + i);
          samples.us.push(ms * 1_000);
          samples.failed.push(i < failed ? 1 : 0);
        }
      }
      await must('POST', '/metrics/ingest', { ...batch(), service, samples });
    },
    checks: async (service, checks, hold_ms = HOUR) => {
      await must('POST', '/metrics/ingest', { ...batch(), service, checks, hold_ms });
    },
    roundsUntil: async (until, stepMs = MINUTE) => {
      while (clock.now < until) {
        clock.now = Math.min(clock.now + stepMs, until);
        await round();
      }
    },
    feed: async (kind) => {
      const lines: Change[] = [];
      for (let after = 0, more = true; more; ) {
        const answer = await admin('GET', `${ACME}/changes?limit=1000&after=${after}`);
        const page = answer.text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
        ({ next: after, more } = page.pop());
        lines.push(...page);
      }
      return lines.filter((line) => line.kind === kind);
    },
    close: () => world.platform.close(),
  };
}
