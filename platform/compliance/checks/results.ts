/** Keeping what an evaluation found: results, days, drift and who is told of it. Under the tenant's role and the organization's lock. */
import { CHECKS } from '../../../shared/compliance/checks/catalog.ts';
import type { CheckOutcome } from '../../../shared/compliance/checks/world.ts';
import type { CheckDay, CheckResult, CheckResultState } from '../../../shared/entities/index.ts';
import { type EventDraft, SYSTEM_ACTOR } from '../../audit/draft.ts';
import type { Tx } from '../../db/database.ts';
import { selectChannels } from '../../sla/book.ts';
import { enqueue } from '../../sla/deliveries.ts';
import { driftMessage } from '../../sla/message.ts';
import { keepRecord, selectRecords } from '../records.ts';
import type { Evaluated } from './tasks.ts';

const TITLES = new Map(CHECKS.map(({ id, title }) => [id, title]));
const iso = (at: number): string => new Date(at).toISOString();

/** A check that passed and does not any more. */
export interface Drift {
  readonly check: string;
  readonly title: string;
  readonly from: CheckResultState;
  readonly to: CheckResultState;
  readonly summary: string;
}

const DRIFTED: ReadonlySet<CheckResultState> = new Set(['fail', 'insufficient_data']);

type Kept = Omit<CheckResult, 'version'>;
/** In what a result must differ to be written again: time alone moves the period, and with it the digest, at each evaluation. */
const told = ({ rule, state, population, failing, excepted, failing_ids: ids }: Kept): string =>
  JSON.stringify([rule, state, population, failing, excepted, ids]);

function resultOf(orgId: string, one: CheckOutcome, before: Kept | undefined, asOf: number): Kept {
  return {
    ...{ id: one.check, org_id: orgId, rule: one.rule, from: iso(one.period.from), to: iso(one.period.to) },
    ...{ computed_at: iso(asOf), state: one.state, summary: one.summary, population: one.population },
    ...{ failing: one.failing, excepted: one.excepted, digest: one.digest },
    failing_ids: one.items.filter(({ exception }) => exception === null).map(({ id }) => id),
    since: before?.state === one.state ? before.since : iso(asOf),
  };
}

export interface KeptResults {
  readonly drafts: readonly EventDraft[];
  /** Messages that wait now. */
  readonly queued: number;
}

/** Writes the results that changed (`all`: every one), and gives what is to be appended to the log. */
export async function keepResults(
  tx: Tx,
  organization: { readonly id: string; readonly name: string },
  outcomes: Evaluated,
  asOf: number,
  all: boolean,
): Promise<KeptResults> {
  const before = new Map(
    ((await selectRecords(tx, 'check_result')) as unknown as CheckResult[]).map((one) => [one.id, one]),
  );
  const drifts: Drift[] = [];
  for (const one of outcomes) {
    const last = before.get(one.check);
    const next = resultOf(organization.id, one, last, asOf);
    if (!all && last !== undefined && told(last) === told(next)) continue;
    await keepRecord(tx, 'check_result', next);
    if (last?.state !== 'pass' || !DRIFTED.has(one.state)) continue;
    const { check, state: to, summary } = one;
    drifts.push({ check, title: TITLES.get(check)!, from: last.state, to, summary });
  }
  return { drafts: drifts.map(driftDraft), queued: await tell(tx, organization, drifts, asOf) };
}

function driftDraft({ check, title, from, to }: Drift): EventDraft {
  return {
    action: 'check.drift',
    actor: SYSTEM_ACTOR,
    target: { type: 'check', id: check },
    disclosures: { target: { name: title }, detail: { check, from, to } },
  };
}

/** Channels that are told of breaches of every agreement are told of drift: it is no matter of a single one. */
async function tell(
  tx: Tx,
  organization: { readonly id: string; readonly name: string },
  drifts: readonly Drift[],
  now: number,
): Promise<number> {
  if (drifts.length === 0) return 0;
  const channels = (await selectChannels(tx, organization.id, 'WHERE enabled ORDER BY id')).filter(
    ({ events, sla_id: sla }) => sla === null && events.includes('breach'),
  );
  for (const channel of channels) {
    for (const drift of drifts) await enqueue(tx, channel, driftMessage(organization, drift, iso(now)), now);
  }
  return channels.length * drifts.length;
}

export async function keepDay(
  tx: Tx,
  orgId: string,
  day: string,
  outcomes: Evaluated,
  asOf: number,
): Promise<CheckDay> {
  const results = outcomes.map(({ check, rule, state, population, failing, digest }) => ({
    ...{ check, rule, state, population, failing, digest },
  }));
  const kept = await keepRecord(tx, 'check_day', { id: day, org_id: orgId, computed_at: iso(asOf), results });
  return kept as unknown as CheckDay;
}
