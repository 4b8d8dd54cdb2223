/** Fills an empty store with the demo: twelve organizations, their people, and ninety days of events. */
import { AppError } from '../../shared/errors.ts';
import { compilePolicy, grantsOfMember } from '../../shared/rbac/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import { setTotp } from '../auth/totp.ts';
import { createUser } from '../auth/users.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { publishCheckpoint } from '../log/checkpoints.ts';
import { addMember, listMembers } from '../members/service.ts';
import { createOrganization } from '../orgs/service.ts';
import { roleStory } from '../roles/service.ts';
import { readBook } from '../tenancy/access.ts';
import { createWorkspace } from '../workspaces/service.ts';
import {
  addCustomRole,
  concerns,
  createInvited,
  DEMO_CUSTOM_ROLES,
  DEMO_STEPS,
  type DemoStep,
  INVITED,
  memberIdAt,
  type StepPlace,
  takeStep,
} from './access.ts';
import { accountSteps } from './accounts.ts';
import { complianceSteps } from './compliance.ts';
import { DEMO_DAYS, type DemoDraft, type DemoMember, demoEvent, demoTimes } from './events.ts';
import {
  DEMO_ADMIN,
  DEMO_ORGANIZATIONS,
  type DemoOrganization,
  type DemoPerson,
  demoPerson,
  demoRole,
} from './organizations.ts';
import { SeededRandom } from './random.ts';
import { reviewSteps } from './reviews.ts';
import { addDemoLevels } from './serviceLevels.ts';
import { Story } from './story.ts';
import { DemoThreads, type DemoWorkspace } from './threads.ts';
import { TrafficStock } from './traffic.ts';

/** Events of all organizations at scale 1. */
export const SCALE_EVENTS = 50_000;
const BATCH_EVENTS = 2_000;
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

/** Who of the members can act now, with what they may do. */
async function membersNow(tx: Tx, { orgId, people }: Founded): Promise<DemoMember[]> {
  const book = await readBook(tx);
  const members = await listMembers(tx, orgId, '', MEMBERS_MAX);
  return members.flatMap((member) => {
    const person = people.get(member.user_id);
    if (person === undefined || member.status !== 'active') return [];
    const policy = compilePolicy(grantsOfMember(member, book), book.catalog);
    return [{ ...person, memberId: member.id, role: member.role, policy, workspaces: member.workspaces }];
  });
}

/** A step of access as the administrator's event, at the store's time; done when this answers. */
async function stepDraft(core: Core, tx: Tx, { place }: Founded, step: DemoStep, n: number): Promise<DemoDraft> {
  const what = await takeStep(core, tx, step, place);
  const by = place.personAt('member' in step && step.action === 'member.join' ? step.member : 0);
  return {
    ...what,
    actor: { type: 'user', id: by.id },
    request: `req_step${n.toString().padStart(4, '0')}`,
    recordedAt: core.now(),
    disclosures: {
      actor: { name: by.name, email: by.email },
      source: { ip: '203.0.113.7', user_agent: 'Firefox 143' },
      ...what.disclosures,
    },
  };
}

interface Period {
  readonly times: Float64Array;
  readonly random: SeededRandom;
  readonly end: number;
  readonly onBatch: (events: number) => void;
}

/** Organizations with every kind of service account and with access reviews. */
const GOVERNED: ReadonlySet<string> = new Set(DEMO_ORGANIZATIONS.slice(0, 2).map(({ id }) => id));

/** What is done about service accounts, compliance and in reviews. */
function storyOf(core: Core, clock: { now: number }, { orgId, workspaces, people }: Founded, end: number): Story {
  const governed = GOVERNED.has(orgId);
  const scene = { end, workspaces, members: [...people.values()] };
  const { region } = DEMO_ORGANIZATIONS.find(({ id }) => id === orgId)!;
  const both = [
    ...accountSteps(core, orgId, scene, governed),
    ...complianceSteps(core, { ...scene, orgId, region }, governed),
  ];
  return new Story(clock, governed ? [...both, ...reviewSteps(core, orgId, scene)] : both);
}

/** Events up to each step of access, the step, and so on: who may do what changes between them. */
async function live(core: Core, clock: { now: number }, founded: Founded, period: Period): Promise<void> {
  const { orgId, place, workspaces } = founded;
  const { times, random, end, onBatch } = period;
  const steps = DEMO_STEPS.filter((step) => concerns(step, place));
  const threads = new DemoThreads(orgId, workspaces);
  const story = storyOf(core, clock, founded, end);
  let members = await core.tenant(orgId, (tx) => membersNow(tx, founded));
  let at = 0;
  for (let n = 0; n <= steps.length; ) {
    const step = steps[n];
    const due = step === undefined ? Number.POSITIVE_INFINITY : Math.floor(end - (DEMO_DAYS - step.day) * DAY);
    const until = Math.min(due, story.next ?? Number.POSITIVE_INFINITY);
    const scene = { members, workspaces, threads, end };
    const batch: DemoDraft[] = [];
    while (batch.length < BATCH_EVENTS && at < times.length && times[at]! < until) {
      batch.push(demoEvent(random, scene, times[at]!, at));
      at += 1;
    }
    const reached = batch.length < BATCH_EVENTS;
    const last = reached && (story.next === null || story.next > due);
    clock.now = last && step !== undefined ? until : end;
    members = await core.tenant(orgId, async (tx) => {
      const steps = last && step !== undefined ? [await stepDraft(core, tx, founded, step, n)] : [];
      await appendEvents(tx, orgId, [...batch, ...steps], end, random.bytes);
      return steps.length > 0 ? await membersNow(tx, founded) : members;
    });
    onBatch(batch.length);
    if (last) n += 1;
    else if (reached) {
      await story.tell(until);
      members = await core.tenant(orgId, (tx) => membersNow(tx, founded));
    }
  }
  clock.now = end;
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    await threads.store(tx);
  });
}

/**
 * Generates the demo. The same seed, scale and end give the same events, byte for byte. `clock` is the store's clock, which the
 * generator sets: to the start of the period while it founds the organizations, to each step's time, to the end afterwards.
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
  const stock = new TrafficStock(options.seed);
  let next = 1;
  let users = 1;
  let done = 0;
  for (const [n, organization] of organizations.entries()) {
    clock.now = start - HOUR;
    const random = new SeededRandom(`${options.seed}/${organization.id}`);
    const founded = await foundOrganization(core, organization, next, LATER_PEOPLE + n * INVITED.length);
    next += organization.people;
    users += organization.people + founded.invited;
    await addDemoLevels(core, stock, {
      ...{ organization, seed: options.seed, start, end: options.end },
      workspace: founded.workspaces[0]!.id,
      by: founded.place.personAt(0),
      random: new SeededRandom(`${options.seed}/levels/${organization.id}`),
    });
    const utc = utcOffset(organization.timeZone, options.end);
    const times = demoTimes(random, { end: options.end, utcOffset: utc }, eventsOf(organization, options));
    const onBatch = (events: number): void => {
      done += events;
      options.onProgress?.({ organization: organization.name, done, total });
    };
    await live(core, clock, founded, { times, random, onBatch, end: options.end });
    await publishCheckpoint(core, organization.id);
  }
  return { organizations: organizations.length, users, events: done, ms: Math.round(performance.now() - began) };
}

/** Numbers of people who are invited during the period: far above those who are there from the start. */
const LATER_PEOPLE = 1_000;
const MEMBERS_MAX = 200;
/** Asks for a second factor from day 40 on. */
const MFA_ORGANIZATION = 'meridian-bank';

interface Founded {
  readonly orgId: string;
  readonly workspaces: readonly DemoWorkspace[];
  /** Everybody who is or will be a member, by user id. */
  readonly people: ReadonlyMap<string, DemoPerson>;
  readonly place: StepPlace;
  /** Users made for people who are invited later. */
  readonly invited: number;
}

async function addWorkspaces(core: Core, organization: DemoOrganization): Promise<DemoWorkspace[]> {
  const { id, name } = organization;
  const workspaces: DemoWorkspace[] = [];
  for (const [i, title] of organization.workspaces.entries()) {
    const workspace = { id: `ws_${id}_${i + 1}`, name: title, max_threads: 100 * (i + 1) };
    await createWorkspace(core, id, { ...workspace, description: `${title} at ${name}`, max_users: 50 });
    workspaces.push(workspace);
  }
  return workspaces;
}

async function addRoles(core: Core, orgId: string): Promise<void> {
  for (const role of DEMO_CUSTOM_ROLES) {
    await core.tenant(orgId, async (tx) => {
      await lockOrg(tx);
      const made = await addCustomRole(core, tx, orgId, role);
      const draft = { ...roleStory(null, made), action: 'role.create', actor: SYSTEM_ACTOR };
      await appendEvents(tx, orgId, [draft], core.now());
    });
  }
}

/**
 * The organization with its workspaces, custom roles and members, and the last two people of the one before: some work in several.
 */
async function foundOrganization(
  core: Core,
  organization: DemoOrganization,
  firstPerson: number,
  firstInvited: number,
): Promise<Founded> {
  const { id, name, tier, region, timeZone } = organization;
  await createOrganization(core, { id, name, tier, region, timeZone, ownerId: DEMO_ADMIN.id });
  const workspaces = await addWorkspaces(core, organization);
  await addRoles(core, id);
  const people = new Map<string, DemoPerson>();
  for (let at = 0; at < organization.people; at++) {
    const person = demoPerson(firstPerson + at);
    await createUser(core, person);
    await addMember(core, id, { id: memberIdAt(id, at), userId: person.id, role: demoRole(at) });
    people.set(person.id, person);
  }
  for (const [i, earlier] of [firstPerson - 1, firstPerson - 2].filter((n) => n > 0).entries()) {
    const person = demoPerson(earlier);
    await addMember(core, id, { id: memberIdAt(id, organization.people + i), userId: person.id, role: 'viewer' });
    people.set(person.id, person);
  }
  const place: StepPlace = {
    orgId: id,
    workspaces,
    personAt: (at) => demoPerson(at >= INVITED[0] ? firstInvited + at - INVITED[0] : firstPerson + at),
    hasPlace: (at) => at >= INVITED[0] || at < organization.people,
    mfa: id === MFA_ORGANIZATION,
  };
  for (const at of INVITED) people.set(place.personAt(at).id, place.personAt(at));
  return { orgId: id, workspaces, people, place, invited: await createInvited(core, DEMO_STEPS, place) };
}

/** Throws CONFLICT when the demo, or anything else, is in the store. */
export async function assertEmpty(core: Core): Promise<void> {
  const rows = await core.platform((tx) => tx.query('SELECT 1 AS one FROM organizations LIMIT 1'));
  if (rows.length > 0)
    throw new AppError('CONFLICT', 'The store holds organizations already; demo data goes into an empty one.');
}
