/** Carries a step of judging out: rows, feed, one event for what opened or closed, and what the channels are told; all in one transaction. */
import { v7 } from 'uuid';
import type { Sla, SlaAlert, SlaBreach, SlaChannel } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Step } from '../../shared/sla/alerts.ts';
import { type EventDraft, SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { selectChannels } from './book.ts';
import { enqueue } from './deliveries.ts';
import { messageOf, type Named, type Notice } from './message.ts';

/** What the caller appends to the log, in order, and tells the channels of. */
interface Outcome {
  readonly drafts: EventDraft[];
  readonly notices: Notice[];
}

const isNothing = ({ opened, worsened, closed }: Step['breaches'] | Step['alerts']): boolean =>
  opened.length + worsened.length + closed.length === 0;

/** True where the step changes nothing. */
export const isIdle = ({ breaches, alerts }: Step): boolean => isNothing(breaches) && isNothing(alerts);

function draft(sla: Sla, action: string, before: object | null, after: object): EventDraft {
  return {
    action,
    actor: SYSTEM_ACTOR,
    target: { type: 'sla', id: sla.id },
    workspace: sla.workspace_id,
    disclosures: { target: { name: sla.name }, change: { before: before as Json, after: after as Json } },
  };
}

async function putBreach(tx: Tx, breach: SlaBreach): Promise<void> {
  await tx.query(
    `INSERT INTO sla_breaches (id, sla_id, revision, metric, scope, opened_at, closed_at, target, actual, breach_percent, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, actual = excluded.actual,
       breach_percent = excluded.breach_percent, version = excluded.version`,
    [
      breach.id,
      breach.sla_id,
      breach.revision,
      breach.metric,
      breach.scope,
      breach.opened_at,
      breach.closed_at,
      breach.target,
      breach.actual,
      breach.breach_percent,
      breach.version,
    ],
  );
  await recordChange(tx, 'sla_breach', breach.id, breach.version, breach as unknown as Json);
}

async function putAlert(tx: Tx, alert: SlaAlert): Promise<void> {
  await tx.query(
    `INSERT INTO sla_alerts (id, sla_id, revision, severity, long_minutes, short_minutes, threshold, burn_rate, opened_at,
       closed_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, burn_rate = excluded.burn_rate, version = excluded.version`,
    [
      alert.id,
      alert.sla_id,
      alert.revision,
      alert.severity,
      alert.long_minutes,
      alert.short_minutes,
      alert.threshold,
      alert.burn_rate,
      alert.opened_at,
      alert.closed_at,
      alert.version,
    ],
  );
  await recordChange(tx, 'sla_alert', alert.id, alert.version, alert as unknown as Json);
}

async function breachChanges(tx: Tx, sla: Sla, changes: Step['breaches'], now: number): Promise<Outcome> {
  const at = new Date(now).toISOString();
  const out: Outcome = { drafts: [], notices: [] };
  for (const before of changes.closed) {
    const breach = { ...before, version: await nextVersion(tx) };
    await putBreach(tx, breach);
    out.drafts.push(draft(sla, 'sla.breach.close', { ...before, closed_at: null }, breach));
    out.notices.push({ about: 'breach', breach, phase: 'closed', at });
  }
  for (const worse of changes.worsened) await putBreach(tx, { ...worse, version: await nextVersion(tx) });
  for (const fresh of changes.opened) {
    const id = v7({ msecs: now });
    const breach = { ...fresh, id, org_id: sla.org_id, sla_id: sla.id, version: await nextVersion(tx) };
    await putBreach(tx, breach);
    out.drafts.push(draft(sla, 'sla.breach.open', null, breach));
    out.notices.push({ about: 'breach', breach, phase: 'opened', at });
  }
  return out;
}

async function alertChanges(tx: Tx, sla: Sla, changes: Step['alerts'], now: number): Promise<Outcome> {
  const at = new Date(now).toISOString();
  const out: Outcome = { drafts: [], notices: [] };
  for (const before of changes.closed) {
    const alert = { ...before, version: await nextVersion(tx) };
    await putAlert(tx, alert);
    out.drafts.push(draft(sla, 'sla.alert.close', { ...before, closed_at: null }, alert));
    out.notices.push({ about: 'alert', alert, phase: 'closed', at });
  }
  for (const worse of changes.worsened) await putAlert(tx, { ...worse, version: await nextVersion(tx) });
  for (const fresh of changes.opened) {
    const id = v7({ msecs: now });
    const alert = { ...fresh, id, org_id: sla.org_id, sla_id: sla.id, version: await nextVersion(tx) };
    await putAlert(tx, alert);
    out.drafts.push(draft(sla, 'sla.alert.open', null, alert));
    out.notices.push({ about: 'alert', alert, phase: 'opened', at });
  }
  return out;
}

/** Whether a channel is told of this. */
function isTold(channel: SlaChannel, notice: Notice, slaId: string): boolean {
  if (channel.sla_id !== null && channel.sla_id !== slaId) return false;
  if (notice.phase === 'closed') return channel.events.includes('resolved');
  return channel.events.includes(notice.about === 'breach' ? 'breach' : notice.alert.severity);
}

/**
 * Stores what changed of one SLA and puts what is to be told into the outboxes. Gives the events to be appended in the same transaction, and how
 * many notifications wait. The caller holds the organization's lock.
 */
export async function carryOut(
  tx: Tx,
  organization: Named['organization'],
  sla: Sla,
  step: Step,
  now: number,
): Promise<{ readonly drafts: readonly EventDraft[]; readonly queued: number }> {
  const breaches = await breachChanges(tx, sla, step.breaches, now);
  const alerts = await alertChanges(tx, sla, step.alerts, now);
  const notices = [...breaches.notices, ...alerts.notices];
  const drafts = [...breaches.drafts, ...alerts.drafts];
  if (notices.length === 0) return { drafts, queued: 0 };
  const channels = await selectChannels(tx, organization.id, 'WHERE enabled ORDER BY id');
  let queued = 0;
  for (const notice of notices) {
    const message = messageOf({ organization, sla }, notice);
    for (const channel of channels.filter((one) => isTold(one, notice, sla.id))) {
      await enqueue(tx, channel, message, now);
      queued += 1;
    }
  }
  return { drafts, queued };
}
