/** Fills an empty store with the demo: twelve organizations, their people, and ninety days of events. */
import { AppError } from '../../shared/errors.ts';
import { setTotp } from '../auth/totp.ts';
import { createUser } from '../auth/users.ts';
import type { Core } from '../core.ts';
import { appendEvents } from '../log/append.ts';
import { publishCheckpoint } from '../log/checkpoints.ts';
import { addMember } from '../members/service.ts';
import { createOrganization } from '../orgs/service.ts';
import { createWorkspace } from '../workspaces/service.ts';
import { accountSteps } from './accounts.ts';
import { DEMO_DAYS, type DemoMember, demoEvent, demoTimes } from './events.ts';
import { DEMO_ADMIN, DEMO_ORGANIZATIONS, type DemoOrganization, demoPerson, demoRole } from './organizations.ts';
import { SeededRandom } from './random.ts';
import { reviewSteps } from './reviews.ts';
import { Story } from './story.ts';

/** Events of all organizations at scale 1. */
export const SCALE_EVENTS = 50_000;
const BATCH_EVENTS = 2_000;
/** Organizations with every kind of service account and with access reviews. */
const GOVERNED: ReadonlySet<string> = new Set(DEMO_ORGANIZATIONS.slice(0, 2).map(({ id }) => id));
const DAY = 86_400_000;
const HOUR = 3_600_000;

export interface DemoOptions {
  readonly seed: string;
  /** 1 is about 50,000 events over all organizations. */
  readonly scale: number;
  /** Events of the first organization instead of its share. */
  readonly orgEvents?: number;
  /** Only the first so many organizations; default all. */
  readonly organizations?: number;
  /** The newest event's time, milliseconds since 1970; the period is the ninety days before. */
  readonly end: number;
  readonly onProgress?: (progress: {
    readonly organization: string;
    readonly done: number;
    readonly total: number;
  }) => void;
}

export interface DemoResult {
  readonly organizations: number;
  readonly users: number;
  readonly events: number;
  readonly ms: number;
}

/** Offset of a zone from UTC at an instant, hours. */
function utcOffset(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) + Number(minutes) / 60);
}

export function eventsOf(organization: DemoOrganization, options: Pick<DemoOptions, 'scale' | 'orgEvents'>): number {
  if (organization === DEMO_ORGANIZATIONS[0] && options.orgEvents !== undefined) return options.orgEvents;
  return Math.round(SCALE_EVENTS * options.scale * organization.share);
}

/** Events from `at` on that come before the next step of the story, as many as one batch takes. */
function batchLength(times: Float64Array, at: number, next: number | null): number {
  let length = 1;
  while (length < BATCH_EVENTS && at + length < times.length && (next === null || times[at + length]! < next)) length++;
  return length;
}

/**
 * Generates the demo. The same seed, scale and end give the same events, byte for byte. `clock` is the store's clock, which the
 * generator sets: to the start of the period while it founds the organizations, to its end afterwards.
 * Throws CONFLICT when the store has the demo already.
 */
export async function generateDemo(core: Core, clock: { now: number }, options: DemoOptions): Promise<DemoResult> {
  const began = performance.now();
  const organizations = DEMO_ORGANIZATIONS.slice(0, options.organizations);
  const total = organizations.reduce((sum, organization) => sum + eventsOf(organization, options), 0);
  const start = options.end - DEMO_DAYS * DAY;
  clock.now = start - HOUR;
  const { password, totpSecret, ...admin } = DEMO_ADMIN;
  await createUser(core, { ...admin, password });
  await core.platform((tx) => setTotp(core, tx, admin.id, totpSecret));
  let next = 1;
  let done = 0;
  for (const organization of organizations) {
    clock.now = start - HOUR;
    const random = new SeededRandom(`${options.seed}/${organization.id}`);
    const scene = await foundOrganization(core, organization, next);
    next += organization.people;
    const count = eventsOf(organization, options);
    const times = demoTimes(
      random,
      { ...scene, end: options.end, utcOffset: utcOffset(organization.timeZone, options.end) },
      count,
    );
    const world = { ...scene, end: options.end, utcOffset: 0 };
    const story = new Story(clock, [
      ...accountSteps(core, organization.id, world, GOVERNED.has(organization.id)),
      ...(GOVERNED.has(organization.id) ? reviewSteps(core, organization.id, world) : []),
    ]);
    for (let at = 0, length = 0; at < count; at += length) {
      await story.tell(times[at]!);
      length = batchLength(times, at, story.next);
      const batch = Array.from({ length }, (_, i) => demoEvent(random, world, times[at + i]!, at + i));
      await core.tenant(organization.id, (tx) => appendEvents(tx, organization.id, batch, options.end, random.bytes));
      done += batch.length;
      options.onProgress?.({ organization: organization.name, done, total });
    }
    await story.tell(options.end);
    clock.now = options.end;
    await publishCheckpoint(core, organization.id);
  }
  return {
    organizations: organizations.length,
    users: next,
    events: done,
    ms: Math.round(performance.now() - began),
  };
}

/** The organization with its workspaces and members, and the first two people of the one before: some work in several. */
async function foundOrganization(core: Core, organization: DemoOrganization, firstPerson: number) {
  const { id, name, tier, region, timeZone } = organization;
  await createOrganization(core, { id, name, tier, region, timeZone, ownerId: DEMO_ADMIN.id });
  const workspaces: { id: string; name: string }[] = [];
  for (const [i, title] of organization.workspaces.entries()) {
    const workspace = { id: `ws_${id}_${i + 1}`, name: title };
    await createWorkspace(core, id, {
      ...workspace,
      description: `${title} at ${name}`,
      max_threads: 100 * (i + 1),
      max_users: 50,
    });
    workspaces.push(workspace);
  }
  const members: DemoMember[] = [];
  for (let place = 0; place < organization.people; place++) {
    const person = demoPerson(firstPerson + place);
    const role = demoRole(place);
    await createUser(core, person);
    await addMember(core, id, { userId: person.id, role });
    members.push({ ...person, role });
  }
  for (const earlier of [firstPerson - 1, firstPerson - 2].filter((n) => n > 0)) {
    const person = demoPerson(earlier);
    await addMember(core, id, { userId: person.id, role: 'viewer' });
    members.push({ ...person, role: 'viewer' });
  }
  return { members, workspaces };
}

/** Throws CONFLICT when the demo, or anything else, is in the store. */
export async function assertEmpty(core: Core): Promise<void> {
  const rows = await core.platform((tx) => tx.query('SELECT 1 AS one FROM organizations LIMIT 1'));
  if (rows.length > 0)
    throw new AppError('CONFLICT', 'The store holds organizations already; demo data goes into an empty one.');
}
