import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  AccessReview,
  AccessReviewInput,
  AccessReviewItem,
  DecisionInput,
  EntityId,
} from '../../shared/entities/index.ts';
import { PageQuery, page, pageOf, readCursor } from '../http/pagination.ts';
import { invalidField, Problem } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import { type Env, type OrgContext, userOf } from '../tenancy/context.ts';
import { closeReview } from './close.ts';
import { listReviewKeys } from './keys.ts';
import {
  decideItem,
  insertReview,
  itemStory,
  listItems,
  listReviews,
  readItem,
  readReview,
  reviewEditedVersion,
  reviewStory,
} from './service.ts';

const ReviewParams = OrgParams.extend({ id: EntityId });
const tags = ['access reviews'];
const LIST = '/v1/orgs/:org/access-reviews';
const ONE = `${LIST}/:id`;

const idOf = ({ principal }: OrgContext): string =>
  principal.type === 'user' ? principal.user.id : principal.accountId;

/** Those who govern access read every review; a reviewer reads those they are named in. */
function readsAll({ policy, workspaces }: OrgContext): boolean {
  return workspaces === null && (policy.check('compliance:audit') || policy.check('users:manage'));
}

/** Throws Problem forbidden. */
async function readable(context: OrgContext, id: string): Promise<AccessReview> {
  const review = await readReview(context.tx, context.orgId, id);
  if (!readsAll(context) && !review.reviewers.includes(idOf(context))) {
    throw new Problem('forbidden', 'Needs compliance:audit or users:manage, or to be a reviewer.');
  }
  return review;
}

function readRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: LIST,
    summary: 'List access reviews; a reviewer sees those they are named in',
    tags,
    action: 'access_review.list',
    params: OrgParams,
    query: PageQuery,
    response: pageOf(AccessReview),
    run: async (context, { query: { cursor, limit } }) => {
      const reviewer = readsAll(context) ? null : idOf(context);
      const after = readCursor(cursor);
      return page(await listReviews(context.tx, context.orgId, { after, limit: limit + 1, reviewer }), limit);
    },
  });
  defineRead(app, env, {
    url: ONE,
    summary: 'One access review; once closed with its signed result',
    tags,
    action: 'access_review.read',
    params: ReviewParams,
    query: z.strictObject({}),
    response: AccessReview,
    run: async (context, { params }, { reply }) => {
      const review = await readable(context, params.id);
      reply.header('etag', `"${review.version}"`);
      return review;
    },
  });
  defineRead(app, env, {
    url: `${ONE}/items`,
    summary: 'The grants a review asks about, with the decisions',
    tags,
    action: 'access_review.item.list',
    params: ReviewParams,
    query: PageQuery,
    response: pageOf(AccessReviewItem),
    sensitive: ({ params }) => ({ target: { type: 'access_review', id: params.id } }),
    run: async (context, { params, query: { cursor, limit } }) => {
      await readable(context, params.id);
      return page(await listItems(context.tx, context.orgId, params.id, readCursor(cursor), limit + 1), limit);
    },
  });
  defineRead(app, env, {
    url: '/v1/orgs/:org/review-keys',
    summary: 'Public keys that sign the results of access reviews',
    tags,
    action: 'access_review.keys.read',
    params: OrgParams,
    query: z.strictObject({}),
    response: z.object({ keys: z.array(z.object({ public_key: z.string(), fingerprint: z.string() })) }),
    run: async ({ core, tx, orgId }) => ({ keys: await listReviewKeys(core, tx, orgId) }),
  });
}

/** Throws Problem invalid-request naming the first who is no active member, or for a date that has passed. */
async function checkInput({ core, tx }: OrgContext, input: AccessReviewInput): Promise<void> {
  if (Date.parse(input.due_at) <= core.now()) throw invalidField('/due_at', 'This has passed already.');
  const active = await tx.query<{ id: string }>(
    `SELECT user_id AS id FROM members WHERE status = 'active' AND user_id = ANY($1)`,
    [input.reviewers],
  );
  const known = new Set(active.map(({ id }) => id));
  const stranger = input.reviewers.findIndex((id) => !known.has(id));
  if (stranger >= 0) throw invalidField(`/reviewers/${stranger}`, 'This is no active member of the organization.');
}

/** Who may decide: a reviewer who is named, and not on their own access. Throws Problem forbidden, conflict. */
function checkReviewer(userId: string, review: AccessReview, concerned: ReadonlySet<string>): void {
  if (!review.reviewers.includes(userId)) throw new Problem('forbidden', 'Only a named reviewer decides.');
  if (concerned.has(userId)) {
    throw new Problem('forbidden', 'Nobody decides on their own access, nor on that of an account they own.');
  }
  if (review.closed_at !== null) throw new Problem('conflict', 'The review is closed.');
}

function changeRoutes(app: FastifyInstance, env: Env): void {
  defineMutation(app, env, {
    method: 'POST',
    url: LIST,
    summary: 'Start an access review over every grant there is now',
    tags,
    action: 'access_review.create',
    params: OrgParams,
    body: AccessReviewInput,
    status: 201,
    response: AccessReview,
    run: async (context, { body }) => {
      const input = { ...body, reviewers: [...new Set(body.reviewers)] };
      await checkInput(context, input);
      const after = await insertReview(context.core, context.tx, context.orgId, input, idOf(context));
      return { body: after, event: reviewStory(null, after) };
    },
  });
  defineMutation(app, env, {
    method: 'POST',
    url: '/v1/orgs/:org/access-review-items/:id/decision',
    summary: 'Confirm or revoke a grant as a named reviewer; null takes the decision back',
    tags,
    action: 'access_review.decide',
    params: ReviewParams,
    body: DecisionInput,
    status: 200,
    response: AccessReviewItem,
    run: async (context, { params, body }, expect) => {
      const { core, tx, orgId } = context;
      const { user } = userOf(context);
      const [before, concerned] = await readItem(tx, orgId, params.id);
      const review = await readReview(tx, orgId, before.review_id);
      checkReviewer(user.id, review, concerned);
      expect(before.version);
      const after = await decideItem(core, tx, before, body, user.id);
      return { body: after, event: itemStory(review, before, after) };
    },
  });
  defineMutation(app, env, {
    method: 'POST',
    url: `${ONE}/close`,
    summary: 'Close a review: revocations are carried out and the result is signed',
    tags,
    action: 'access_review.close',
    params: ReviewParams,
    body: z.strictObject({}).nullish(),
    status: 200,
    response: AccessReview,
    run: async (context, { params }, expect) => {
      const { tx, orgId } = context;
      const before = await readReview(tx, orgId, params.id);
      expect(before.version, await reviewEditedVersion(tx, params.id));
      const { review, counts, parts } = await closeReview(context, before, idOf(context));
      const story = reviewStory(before, review);
      return { body: review, event: { ...story, disclosures: { ...story.disclosures, detail: { ...counts } } }, parts };
    },
  });
}

export function reviewRoutes(app: FastifyInstance, env: Env): void {
  readRoutes(app, env);
  changeRoutes(app, env);
}
