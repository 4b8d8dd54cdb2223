/** An organization with a week of past that automated checks have something to say about, lived through the platform's own routes. */
import type { Platform } from '../../platform/app.ts';
import { SYSTEM_ACTOR } from '../../platform/audit/draft.ts';
import { createUser } from '../../platform/auth/users.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { addMember } from '../../platform/members/service.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { COMPLIANCE_COLLECTIONS, type RecordKind } from '../../shared/commands/index.ts';
import { PRESETS } from '../../shared/compliance/modes.ts';
import { type Answer, caller, PASSWORD } from './platform.ts';

export const SCENE_ORG = 'acme';
export const DAY = 86_400_000;
export const HOUR = 3_600_000;
/** Midnight, UTC: the organization is made at eight on this day. */
export const SCENE_START = Date.UTC(2026, 0, 5);
export const SCENE_DAYS = 7;
const ADMIN = 'admin@acme.test';
const SECOND = 'second@acme.test';
const BASE = `/v1/orgs/${SCENE_ORG}`;

export interface SceneClock {
  now: number;
}
type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** Asks as a person, with a session of its own at the clock's present. */
export function asPerson(platform: Platform, email: string): Ask {
  return async (method, path, body) => {
    const login = await caller(platform)('POST', '/v1/auth/login', { email, password: PASSWORD });
    const token = await caller(platform, login.json.access_token)('POST', '/v1/auth/token', { org_id: SCENE_ORG });
    return caller(platform, token.json.access_token)(method, `${BASE}${path}`, body);
  };
}

async function must(answer: Promise<Answer>): Promise<Answer> {
  const given = await answer;
  if (given.status >= 300) throw new Error(`${given.status} ${given.text}`);
  return given;
}

const iso = (at: number): string => new Date(at).toISOString();
const day = (at: number): string => iso(at).slice(0, 10);

export class CheckScene {
  readonly platform: Platform;
  private readonly clock: SceneClock;
  private readonly admin: Ask;
  private readonly second: Ask;
  private ids: Record<string, string> = {};

  constructor(platform: Platform, clock: SceneClock) {
    this.platform = platform;
    this.clock = clock;
    this.admin = asPerson(platform, ADMIN);
    this.second = asPerson(platform, SECOND);
  }

  private async record(kind: RecordKind, body: object, ask = this.admin): Promise<string> {
    const answer = await must(ask('POST', `/${COMPLIANCE_COLLECTIONS[kind]}`, body));
    return answer.json.id as string;
  }

  /** Organization, people, a role, accounts with keys. */
  async found(): Promise<void> {
    const { core } = this.platform;
    this.clock.now = SCENE_START + 8 * HOUR;
    const owner = await createUser(core, { email: ADMIN, name: 'Admin', password: PASSWORD });
    await createOrganization(core, { id: SCENE_ORG, name: 'Acme', ownerId: owner.id, tier: 'enterprise' });
    const second = await createUser(core, { email: SECOND, name: 'Second admin', password: PASSWORD });
    await addMember(core, SCENE_ORG, { userId: second.id, role: 'admin' });
    for (const [email, role] of [
      ['viewer@acme.test', 'viewer'],
      ['guest@elsewhere.test', 'guest'],
      ['leaver@acme.test', 'developer'],
      ['admin@elsewhere.test', 'manager'],
    ] as const) {
      const user = await createUser(core, { email, name: email.split('@')[0]!, password: PASSWORD });
      this.ids[email] = (await addMember(core, SCENE_ORG, { userId: user.id, role })).id;
      this.ids[`user ${email}`] = user.id;
    }
    this.ids.robot = (
      await must(this.admin('POST', '/service-accounts', { name: 'robot', permissions: ['*:*'] }))
    ).json.id;
    const expires = { expires_at: iso(this.clock.now + 200 * DAY) };
    const key = await must(this.admin('POST', `/service-accounts/${this.ids.robot}/keys`, expires));
    const robot = caller(this.platform, key.json.secret);
    await must(robot('GET', `${BASE}/members`));
    await must(
      this.admin('POST', '/workspaces', { name: 'Main', max_users: 10, max_threads: 10, max_log_retention_days: 30 }),
    );
  }

  /** One day of the week, counted from 1; the clock ends within it. */
  async live(n: number): Promise<void> {
    this.clock.now = SCENE_START + n * DAY + 9 * HOUR;
    const { core } = this.platform;
    // None on the fourth day: a silence longer than a day.
    if (n !== 4) {
      await core.tenant(SCENE_ORG, async (tx) => {
        await appendEvents(tx, SCENE_ORG, [{ action: 'platform.heartbeat', actor: SYSTEM_ACTOR }], core.now());
      });
    }
    await this.happen(n);
    if (n % 2 === 0) await this.record('log_review', { day: day(this.clock.now - DAY), note: 'Looked through.' });
  }

  private async happen(n: number): Promise<void> {
    const { admin, second, ids, clock } = this;
    switch (n) {
      case 1: {
        const preset = PRESETS.find(({ framework }) => framework === 'soc2')!.suggested;
        // Nobody of this scene has a second factor at the door.
        const mode = { ...preset, mfa_required: false };
        await must(admin('POST', `/${COMPLIANCE_COLLECTIONS.compliance_mode}/soc2/enable`, { settings: mode }));
        await this.record('retention_policy', { name: 'Logs', keep: 'P18M' }).catch(() => {});
        await must(
          admin('PATCH', `/${COMPLIANCE_COLLECTIONS.check_settings}/settings`, { own_domains: ['acme.test'] }),
        );
        break;
      }
      case 2: {
        const reason = { title: 'A partner', reason: 'Works for us.', expires_on: day(clock.now + 60 * DAY) };
        const subject = `member ${ids['guest@elsewhere.test']}`;
        const id = await this.record('control_exception', {
          ...reason,
          checks: ['ACC-10', 'ACC-01'],
          subjects: [subject],
        });
        const approve = `/${COMPLIANCE_COLLECTIONS.control_exception}/${id}/approve`;
        await must(second('POST', approve, { management_response: 'Accepted.' }));
        await must(admin('PATCH', `/members/${ids['viewer@acme.test']}`, { role: 'developer' }));
        break;
      }
      case 3: {
        await this.record('termination', {
          ...{ user_id: ids['user leaver@acme.test'], ended_at: iso(clock.now - 30 * HOUR), source: 'personnel' },
        });
        await must(admin('DELETE', `/members/${ids['leaver@acme.test']}`));
        await this.record('incident', {
          ...{ title: 'Phishing', severity: 'high', detected_at: iso(clock.now - 3 * HOUR) },
          responded_at: iso(clock.now - 2 * HOUR),
        });
        break;
      }
      case 4:
        // More failed sign-ins than a lockout lets pass.
        for (let i = 0; i < 11; i++) {
          await caller(this.platform)('POST', '/v1/auth/login', {
            email: 'viewer@acme.test',
            password: 'wrong wrong wrong',
          });
        }
        break;
      case 5:
        await must(admin('POST', `/service-accounts/${ids.robot}/revoke`, {}));
        await this.record('incident', {
          title: 'Lost laptop',
          severity: 'low',
          detected_at: iso(clock.now - 9 * HOUR),
        });
        await this.record('data_request', {
          ...{
            kind: 'access',
            law: 'gdpr',
            subject: 'Somebody',
            received_on: day(clock.now),
            due_on: day(clock.now + 20 * DAY),
          },
        }).catch(() => {});
        break;
      default:
        await must(admin('GET', '/members'));
    }
  }
}
