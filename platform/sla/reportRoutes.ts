import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EntityId, SlaReportIssue } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { defineRead, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import { readSla } from './book.ts';
import { loadMonth, type Reporter, readIssue } from './reports.ts';

/** A month of four-digit years, local to the zone of the terms. */
export const Month = z.string().regex(/^(19|20)\d{2}-(0[1-9]|1[0-2])$/);
const ReportQuery = z.strictObject({ preview: z.enum(['true', 'false']).default('false') });
const Answer = z.union([SlaReportIssue, z.object({ report: z.record(z.string(), z.unknown()) })]);

/** The report of a month: as it was issued, or as it is now. */
export function reportRoutes(app: FastifyInstance, env: Env, reporter: Reporter): void {
  defineRead(app, env, {
    url: '/v1/orgs/:org/slas/:id/reports/:month',
    summary: 'The monthly report as it was issued last; with preview=true the month so far, computed now',
    tags: ['service levels'],
    action: 'sla.report.read',
    params: OrgParams.extend({ id: EntityId, month: Month }),
    query: ReportQuery,
    response: Answer,
    run: async ({ core, tx, orgId }, { params: { id, month }, query }) => {
      const sla = await readSla(tx, orgId, id);
      if (query.preview === 'false') {
        const issue = await readIssue(tx, orgId, id, month);
        if (issue === null)
          throw new AppError('NOT_FOUND', 'This month is not closed, or its report is not issued yet.');
        return issue;
      }
      const task = await loadMonth(tx, sla, month, core.now());
      const computed = task === null ? null : await reporter.report(task);
      if (computed === null) throw new AppError('NOT_FOUND', 'The SLA was not in force in this month.');
      return { report: computed.report };
    },
  });
}
