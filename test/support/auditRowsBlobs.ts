/** What the routes of files of evidence leave in the audit log. */
import { createHash } from 'node:crypto';
import type { AuditRow, Stage } from './auditRows.ts';

const ACME = '/v1/orgs/acme';
const fileOf = (stage: Stage) => {
  const body = Buffer.from(stage.fresh('bytes '));
  return { url: `${ACME}/blobs/${createHash('sha256').update(body).digest('hex')}`, body };
};

export const blobRows: Readonly<Record<string, AuditRow>> = {
  'PUT /v1/orgs/{org}/blobs/{sha256}': {
    leaves: 'event',
    action: 'evidence.blob.put',
    status: 200,
    prepare: async (stage) => fileOf(stage),
  },
  'GET /v1/orgs/{org}/blobs/{sha256}': {
    leaves: 'event',
    action: 'evidence.blob.read',
    prepare: async (stage) => {
      const { url, body } = fileOf(stage);
      const put = await stage.admin('PUT', url, body);
      if (put.status !== 200) throw new Error(put.text);
      return { url };
    },
  },
};
