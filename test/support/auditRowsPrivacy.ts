/** What the routes of requests of data subjects leave in the audit log. */
import { v7 } from 'uuid';
import type { AuditRow, Stage } from './auditRows.ts';
import { releaseHolds } from './auditRowsRetention.ts';

const REQUESTS = '/v1/orgs/acme/data-requests';

const input = (stage: Stage): object => ({
  ...{ kind: 'erasure', law: 'gdpr', subject: stage.fresh('Person '), user_id: v7(), channel: 'mail' },
  ...{ received_on: '2026-01-02', due_on: '2026-02-02' },
});
/** The address of a request about somebody who is no member. */
async function request(stage: Stage): Promise<string> {
  const answer = await stage.admin('POST', REQUESTS, input(stage));
  if (answer.status !== 201) throw new Error(answer.text);
  return `${REQUESTS}/${answer.json.id}`;
}

export const privacyRows: Readonly<Record<string, AuditRow>> = {
  'GET /v1/orgs/{org}/data-requests/{id}/erasure': {
    leaves: { none: 'counts of what an erasure would take; nothing personal' },
    action: 'privacy.plan',
    prepare: async (stage) => ({ url: `${await request(stage)}/erasure?keep=nothing` }),
  },
  'POST /v1/orgs/{org}/data-requests/{id}/erase': {
    leaves: 'event',
    action: 'privacy.erase',
    prepare: async (stage) => {
      await releaseHolds(stage);
      const url = await request(stage);
      const { to, digest } = (await stage.admin('GET', `${url}/erasure?keep=nothing`)).json;
      return { url: `${url}/erase`, body: { keep: 'nothing', to, digest, reason: 'Asked for' } };
    },
  },
  'GET /v1/orgs/{org}/data-requests/{id}/export': {
    leaves: 'once',
    action: 'privacy.export',
    prepare: async (stage) => ({ url: `${await request(stage)}/export` }),
  },
};
