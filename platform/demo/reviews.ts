/** Access reviews of the demo: one closed, that took something away, and one under way. */
import { v7 } from 'uuid';
import type { Core } from '../core.ts';
import { memberStory, readMember, saveMember } from '../members/service.ts';
import { closeReview } from '../reviews/close.ts';
import {
  decideItem,
  insertReview,
  itemStory,
  listItems,
  readItem,
  readReview,
  reviewStory,
} from '../reviews/service.ts';
import { ITEMS_MAX } from '../reviews/snapshot.ts';
import type { OrgContext } from '../tenancy/context.ts';
import type { Happening } from '../tenancy/events.ts';
import { DEMO_DAYS } from './events.ts';
import { DEMO_ADMIN, type DemoPerson } from './organizations.ts';
import { act, type DemoStep } from './story.ts';

const DAY = 86_400_000;

/** What the reviewers think; every item that nothing is said of is confirmed. */
const REVOKED: Readonly<Record<string, string>> = {
  'billing:manage': 'Was for the audit of last spring only.',
};

/** Grants beside the role, given early and reviewed later. */
const EXTRAS: readonly (readonly [day: number, place: number, permissions: readonly string[]])[] = [
  [1, 3, ['billing:manage', 'logs:read']],
  [2, 4, ['threads:*']],
  [4, 6, ['scripts:execute']],
];

/** The administrator gives a member extra grants. */
async function give(context: OrgContext, person: DemoPerson, permissions: readonly string[]): Promise<Happening> {
  const { core, tx, orgId, book } = context;
  const rows = await tx.query<{ id: string }>('SELECT id FROM members WHERE user_id = $1', [person.id]);
  const before = await readMember(tx, orgId, rows[0]!.id);
  const given = { permissions: [...permissions], catalog_version: book.catalog.version };
  const after = await saveMember(core, tx, { ...before, ...given });
  return { ...memberStory(before, after), action: 'member.permissions.update' };
}

/** A reviewer decides part of the items, by their places, and never on their own access. */
async function decide(
  context: OrgContext,
  reviewId: string,
  reviewer: DemoPerson,
  pick: (place: number) => boolean,
): Promise<readonly Happening[]> {
  const { core, tx, orgId } = context;
  const review = await readReview(tx, orgId, reviewId);
  const items = await listItems(tx, orgId, reviewId, '', ITEMS_MAX);
  const happenings: Happening[] = [];
  for (const [place, { id }] of items.entries()) {
    const [before, concerned] = await readItem(tx, orgId, id);
    if (before.decision !== null || concerned.has(reviewer.id) || !pick(place)) continue;
    const reason = REVOKED[before.grant];
    const input = { decision: reason === undefined ? ('confirm' as const) : ('revoke' as const), reason: reason ?? '' };
    const after = await decideItem(core, tx, before, input, reviewer.id);
    happenings.push({ ...itemStory(review, before, after), action: 'access_review.decide' });
  }
  return happenings;
}

/** Both campaigns of one organization. */
export function reviewSteps(
  core: Core,
  orgId: string,
  scene: { readonly end: number; readonly members: readonly DemoPerson[] },
): DemoStep[] {
  const at = (day: number): number => scene.end - (DEMO_DAYS - day) * DAY;
  const second = scene.members[0]!;
  const step = (day: number, person: DemoPerson, work: Parameters<typeof act>[3]): DemoStep => ({
    at: at(day),
    run: () => act(core, orgId, person, work),
  });
  const start = (day: number, due: number, id: string, name: string): DemoStep =>
    step(day, DEMO_ADMIN, async ({ tx }) => {
      const review = await insertReview(
        core,
        tx,
        orgId,
        {
          id,
          name,
          instructions: 'Confirm what the person needs for the work they do now; revoke the rest and say why.',
          reviewers: [DEMO_ADMIN.id, second.id],
          due_at: new Date(at(due)).toISOString(),
        },
        DEMO_ADMIN.id,
      );
      return [{ ...reviewStory(null, review), action: 'access_review.create' }];
    });
  const [closed, open] = [v7(), v7()];
  return [
    ...EXTRAS.filter(([, place]) => place < scene.members.length).map(([day, place, permissions]) =>
      step(day, DEMO_ADMIN, async (context) => [await give(context, scene.members[place]!, permissions)]),
    ),
    start(21, 35, closed, 'First review of the quarter'),
    step(24, DEMO_ADMIN, (context) => decide(context, closed, DEMO_ADMIN, (place) => place % 2 === 0)),
    step(26, second, (context) => decide(context, closed, second, () => true)),
    step(27, DEMO_ADMIN, (context) => decide(context, closed, DEMO_ADMIN, () => true)),
    step(30, DEMO_ADMIN, async (context) => {
      const before = await readReview(context.tx, orgId, closed);
      const { review, counts, parts } = await closeReview(context, before, DEMO_ADMIN.id);
      const story = reviewStory(before, review);
      const disclosures = { ...story.disclosures, detail: { ...counts } };
      return [{ ...story, disclosures, action: 'access_review.close' }, ...parts];
    }),
    start(82, 97, open, 'Second review of the quarter'),
    step(85, DEMO_ADMIN, (context) => decide(context, open, DEMO_ADMIN, (place) => place % 3 === 0)),
    step(87, second, (context) => decide(context, open, second, (place) => place % 5 === 1)),
  ];
}
