/** What evaluating the automated checks leaves in the audit log. */
import type { AuditRow } from './auditRows.ts';

export const checkRows: Readonly<Record<string, AuditRow>> = {
  'POST /v1/orgs/{org}/checks/evaluate': {
    leaves: 'event',
    action: 'check.evaluate',
    unbroken:
      'the evaluation comes after the commit, in transactions of its own, and is made again by whoever asks again',
    prepare: async () => ({ url: '/v1/orgs/acme/checks/evaluate', body: {} }),
  },
};
