/** What the routes of service accounts and access reviews leave in the audit log. */
import type { AuditRow, Stage } from './auditRows.ts';

const ACME = '/v1/orgs/acme';
const ACCOUNTS = `${ACME}/service-accounts`;
const REVIEWS = `${ACME}/access-reviews`;

async function post(stage: Stage, url: string, body: object = {}) {
  const answer = await stage.admin('POST', url, body);
  if (answer.status >= 300) throw new Error(`${url}: ${answer.text}`);
  return answer.json;
}
const account = async (stage: Stage): Promise<string> =>
  `${ACCOUNTS}/${(await post(stage, ACCOUNTS, { name: stage.fresh('S'), permissions: ['threads:read'] })).id}`;
const input = async (stage: Stage): Promise<object> => {
  const { items } = (await stage.admin('GET', `${ACME}/members`)).json;
  const { user_id } = items.find((member: { role: string }) => member.role === 'admin');
  return { name: stage.fresh('Q'), reviewers: [user_id], due_at: '2099-01-01T00:00:00.000Z' };
};
const review = async (stage: Stage): Promise<string> =>
  `${REVIEWS}/${(await post(stage, REVIEWS, await input(stage))).id}`;

/** A review with an item about somebody else than its reviewer. */
async function item(stage: Stage): Promise<{ review: string; item: string }> {
  const member = await post(stage, `${ACME}/members`, { email: `${stage.fresh('m')}@rows.test`, role: 'guest' });
  const url = await review(stage);
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: { id: string; holder: { id: string } }[]; next_cursor: string | null } = (
      await stage.admin('GET', `${url}/items?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`)
    ).json;
    const found = page.items.find(({ holder }) => holder.id === member.id);
    if (found) return { review: url, item: `${ACME}/access-review-items/${found.id}/decision` };
    cursor = page.next_cursor;
  }
  throw new Error('a member stands in no item');
}

const NO_SECRET = 'names and ids of keys; no secret and nobody’s personal data';

export const governanceRows: Readonly<Record<string, AuditRow>> = {
  'GET /v1/orgs/{org}/service-accounts': {
    leaves: { none: NO_SECRET },
    action: 'service_account.list',
    prepare: async () => ({ url: ACCOUNTS }),
  },
  'GET /v1/orgs/{org}/service-accounts/{id}': {
    leaves: { none: NO_SECRET },
    action: 'service_account.read',
    prepare: async (stage) => ({ url: await account(stage) }),
  },
  'POST /v1/orgs/{org}/service-accounts': {
    leaves: 'event',
    action: 'service_account.create',
    status: 201,
    prepare: async (stage) => ({ url: ACCOUNTS, body: { name: stage.fresh('S'), permissions: [] } }),
  },
  'PATCH /v1/orgs/{org}/service-accounts/{id}': {
    leaves: 'event',
    action: 'service_account.update',
    prepare: async (stage) => ({ url: await account(stage), body: { name: stage.fresh('S') } }),
  },
  'POST /v1/orgs/{org}/service-accounts/{id}/revoke': {
    leaves: 'event',
    action: 'service_account.revoke',
    prepare: async (stage) => ({ url: `${await account(stage)}/revoke`, body: {} }),
  },
  'POST /v1/orgs/{org}/service-accounts/{id}/keys': {
    leaves: 'event',
    action: 'service_account.key.issue',
    status: 201,
    prepare: async (stage) => ({ url: `${await account(stage)}/keys`, body: {} }),
  },
  'POST /v1/orgs/{org}/service-accounts/{id}/keys/{key}/revoke': {
    leaves: 'event',
    action: 'service_account.key.revoke',
    prepare: async (stage) => {
      const url = `${await account(stage)}/keys`;
      return { url: `${url}/${(await post(stage, url)).key.id}/revoke`, body: {} };
    },
  },
  'GET /v1/orgs/{org}/access-reviews': {
    leaves: { none: 'names and dates; the items are what is read with an event' },
    action: 'access_review.list',
    prepare: async () => ({ url: REVIEWS }),
  },
  'GET /v1/orgs/{org}/access-reviews/{id}': {
    leaves: { none: 'a name, dates and counts' },
    action: 'access_review.read',
    prepare: async (stage) => ({ url: await review(stage) }),
  },
  'GET /v1/orgs/{org}/access-reviews/{id}/items': {
    leaves: 'event',
    action: 'access_review.item.list',
    prepare: async (stage) => ({ url: `${await review(stage)}/items` }),
  },
  'GET /v1/orgs/{org}/review-keys': {
    leaves: { none: 'public keys' },
    action: 'access_review.keys.read',
    prepare: async () => ({ url: `${ACME}/review-keys` }),
  },
  'POST /v1/orgs/{org}/access-reviews': {
    leaves: 'event',
    action: 'access_review.create',
    status: 201,
    prepare: async (stage) => ({ url: REVIEWS, body: await input(stage) }),
  },
  'POST /v1/orgs/{org}/access-review-items/{id}/decision': {
    leaves: 'event',
    action: 'access_review.decide',
    prepare: async (stage) => ({ url: (await item(stage)).item, body: { decision: 'confirm' } }),
  },
  'POST /v1/orgs/{org}/access-reviews/{id}/close': {
    leaves: 'event',
    action: 'access_review.close',
    prepare: async (stage) => ({ url: `${await review(stage)}/close`, body: {} }),
    also: [
      {
        leaves: 'event',
        action: 'access_review.close',
        // The member whose role was revoked.
        parts: 1,
        prepare: async (stage) => {
          const one = await item(stage);
          await post(stage, one.item, { decision: 'revoke', reason: 'left' });
          return { url: `${one.review}/close`, body: {} };
        },
      },
    ],
  },
};
