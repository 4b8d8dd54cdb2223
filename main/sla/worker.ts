/** The SLA thread: reads mirrors and judges; it writes nothing. */
import { AppError } from '../../shared/errors.ts';
import { openEncrypted } from '../db/connect.ts';
import { MetricStore } from '../db/read/metrics.ts';
import { serve } from '../db/rpc.ts';
import { fromSqlite } from '../db/sqliteErrors.ts';
import type { SlaThread } from './api.ts';
import { burndown } from './burndown.ts';
import { list } from './cards.ts';
import { days } from './days.ts';
import { incidents } from './incidents.ts';
import { LevelModel } from './model.ts';
import { months, whatIf } from './months.ts';
import { monthReports, report, reports } from './reports.ts';
import { services } from './services.ts';
import { trend } from './trend.ts';

interface Open {
  readonly path: string;
  readonly model: LevelModel;
  close(): void;
}

serve<SlaThread>(() => {
  const open = new Map<string, Open>();
  const of = <T>(orgId: string, answer: (model: LevelModel) => T): T => {
    const found = open.get(orgId);
    if (found === undefined) throw new AppError('VAULT_LOCKED');
    try {
      return found.model.asked(() => answer(found.model));
    } catch (error) {
      throw fromSqlite(error, found.path);
    }
  };
  return {
    methods: {
      attach: (orgId, { path, key }) => {
        const db = openEncrypted({ path, key, readonly: true });
        key.fill(0);
        open.set(orgId, { path, model: new LevelModel(new MetricStore(db), orgId), close: () => db.close() });
      },
      detach: (orgId) => {
        open.get(orgId)?.close();
        open.delete(orgId);
      },
      list: (asked) => of(asked.orgId, (model) => list(model, asked)),
      trend: (asked) => of(asked.orgId, (model) => trend(model, asked)),
      burndown: (asked) => of(asked.orgId, (model) => burndown(model, asked)),
      days: (asked) => of(asked.orgId, (model) => days(model, asked)),
      incidents: (asked) => of(asked.orgId, (model) => incidents(model, asked)),
      months: (asked) => of(asked.orgId, (model) => months(model, asked)),
      whatIf: (asked) => of(asked.orgId, (model) => whatIf(model, asked)),
      report: (asked) => of(asked.orgId, (model) => report(model, asked)),
      services: (orgId) => of(orgId, (model) => services(model)),
      reports: (orgId, ids, from, to, now) => of(orgId, (model) => reports(model, ids, { from, to }, now)),
      monthReports: (orgId, ids, month, now) => of(orgId, (model) => monthReports(model, ids, month, now)),
    },
    close: () => {
      for (const one of open.values()) one.close();
      open.clear();
    },
  };
});
