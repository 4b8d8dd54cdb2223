/** Breaches and page alerts that a sync brought, told on the desktop: each once, over restarts too. */
import { z } from 'zod';
import { type EntityKind, Sla, SlaAlert, SlaBreach } from '../../shared/entities/index.ts';
import type { MirrorReader } from '../db/api.ts';
import type { Context } from './context.ts';
import { entitiesOf, parsed } from './slaEntities.ts';

/** Notifications of one sync; what is more is counted in the last of them. */
const SHOWN_MAX = 4;

interface Notice {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

const METRIC_WORDS = {
  availability: 'Availability',
  response_time: 'Response time',
  error_rate: 'Error rate',
} as const satisfies Record<SlaBreach['metric'], string>;

function breachNotice({ id, metric, scope, opened_at }: SlaBreach, name: string): Notice {
  const over = scope === 'day' ? 'over the last 24 hours' : 'over its window';
  return { id, title: `SLA breached: ${name}`, body: `${METRIC_WORDS[metric]} ${over}, since ${opened_at}.` };
}

function alertNotice({ id, burn_rate, threshold, opened_at }: SlaAlert, name: string): Notice {
  const rate = `${burn_rate.toFixed(1)} times the pace the error budget allows (page from ${threshold.toFixed(1)})`;
  return { id, title: `Error budget burns: ${name}`, body: `${rate}, since ${opened_at}.` };
}

async function openNotices(reader: MirrorReader): Promise<Notice[]> {
  const open = async <T>(kind: EntityKind, schema: z.ZodType<T>) => parsed(await reader.openEntities(kind), schema);
  const breaches = await open('sla_breach', SlaBreach);
  const alerts = (await open('sla_alert', SlaAlert)).filter(({ severity }) => severity === 'page');
  if (breaches.length + alerts.length === 0) return [];
  const names = new Map((await entitiesOf(reader, 'sla', Sla)).map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  return [
    ...breaches.map((one) => breachNotice(one, nameOf(one.sla_id))),
    ...alerts.map((one) => alertNotice(one, nameOf(one.sla_id))),
  ];
}

const Told = z.array(z.string());

/** Tells what is open and was not told yet. Whether it is shown or not, it counts as told: switching notices on does not bring up the past. */
export async function tellServiceLevels(context: Context, orgId: string): Promise<void> {
  const { db, mirrors } = context.opened();
  const { reader } = await mirrors.get(orgId);
  const open = await openNotices(reader);
  const key = `slaTold:${orgId}`;
  const before = await db.getValue(key);
  const told = new Set(before === null ? [] : Told.parse(JSON.parse(before)));
  const fresh = open.filter(({ id }) => !told.has(id));
  if (fresh.length === 0 && open.length === told.size) return;
  // Kept before it is shown: a notice that is lost is better than one that comes again and again. What has closed does not open again.
  await db.setValue(key, JSON.stringify(open.map(({ id }) => id)));
  if (!(await db.getSettings()).notifyServiceLevels) return;
  const { notifications } = context.ports;
  const shown = fresh.length > SHOWN_MAX ? fresh.slice(0, SHOWN_MAX - 1) : fresh;
  for (const { title, body } of shown) notifications.show(title, body);
  const rest = fresh.length - shown.length;
  if (rest > 0)
    notifications.show('More service levels', `${rest} more breaches and page alerts of ${orgId} are open.`);
}
