/** The thread of checks: reads mirrors and evaluates; it writes nothing. */
import { AppError } from '../../shared/errors.ts';
import { serve } from '../db/rpc.ts';
import { fromSqlite } from '../db/sqliteErrors.ts';
import { detailOf } from './answers.ts';
import type { ChecksThread } from './api.ts';
import { Evaluator } from './evaluator.ts';
import { compareRun, latestResults, trendOf } from './platformResults.ts';
import { runView } from './runs.ts';
import { tableOf } from './table.ts';

serve<ChecksThread>(() => {
  const evaluator = new Evaluator();
  const of = <T>(orgId: string, answer: () => T): T => {
    const path = evaluator.pathOf(orgId);
    if (path === null) throw new AppError('VAULT_LOCKED');
    try {
      return answer();
    } catch (error) {
      throw fromSqlite(error, path);
    }
  };
  return {
    methods: {
      attach: (orgId, file) => {
        evaluator.attach(orgId, file);
        file.key.fill(0);
      },
      detach: (orgId) => evaluator.detach(orgId),
      step: (asked) => of(asked.orgId, () => evaluator.step(asked)),
      drop: (orgId) => evaluator.drop(orgId),
      results: (asked) =>
        of(asked.orgId, () => {
          const run = evaluator.kept(asked, asked.ids);
          return run === null ? null : runView(run, evaluator.isStale(run));
        }),
      detail: (asked) => of(asked.orgId, () => detailOf(evaluator, asked)),
      compare: (asked) =>
        of(asked.orgId, () => {
          const run = evaluator.kept(asked);
          if (run === null) throw new AppError('NOT_FOUND', 'The checks were not evaluated for this period.');
          return compareRun(evaluator.world(asked.orgId), run);
        }),
      latest: (orgId) => of(orgId, () => latestResults(evaluator.world(orgId))),
      trend: (asked) => of(asked.orgId, () => trendOf(evaluator.world(asked.orgId), asked)),
      outcomes: (asked) =>
        of(asked.orgId, () => {
          const { world, outcomes } = evaluator.now(asked, null);
          return { asOf: world.asOf, outcomes };
        }),
      table: (asked) => of(asked.orgId, () => tableOf(evaluator.now(asked, null))),
    },
    close: () => evaluator.close(),
  };
});
