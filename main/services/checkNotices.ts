/** Checks that passed and, by what a sync brought, do not any more: told on the desktop, each once, over restarts too. */
import { z } from 'zod';
import { CHECKS } from '../../shared/compliance/checks/catalog.ts';
import { CheckResult } from '../../shared/entities/index.ts';
import type { Context } from './context.ts';
import { entitiesOf } from './slaEntities.ts';

/** Notifications of one sync; what is more is counted in the last of them. */
const SHOWN_MAX = 3;
const Seen = z.record(z.string(), z.string());
const TITLES = new Map(CHECKS.map(({ id, title }) => [id, title]));

/**
 * Tells what drifted since the last sync. The first sync only takes note: what already fails is no drift. What was not shown, because notices are
 * off, counts as told.
 */
export async function tellChecks(context: Context, orgId: string): Promise<void> {
  const { db, mirrors } = context.opened();
  const { reader } = await mirrors.get(orgId);
  const results = await entitiesOf(reader, 'check_result', CheckResult);
  if (results.length === 0) return;
  const key = `checksSeen:${orgId}`;
  const text = await db.getValue(key);
  const before = text === null ? {} : Seen.parse(JSON.parse(text));
  const now = Object.fromEntries(results.map(({ id, state }) => [id, state]));
  if (JSON.stringify(before) === JSON.stringify(now)) return;
  // Kept before it is shown: a notice that is lost is better than one that comes again and again.
  await db.setValue(key, JSON.stringify(now));
  if (!(await db.getSettings()).notifyChecks) return;
  const drifted = results.filter(
    ({ id, state }) => before[id] === 'pass' && (state === 'fail' || state === 'insufficient_data'),
  );
  const { notifications } = context.ports;
  for (const { id, state, summary } of drifted.slice(0, SHOWN_MAX)) {
    const words = state === 'fail' ? 'fails' : 'has not enough data';
    notifications.show(`${id} ${words}`, `${TITLES.get(id) ?? id}. ${summary}`);
  }
  const rest = drifted.length - SHOWN_MAX;
  if (rest > 0) notifications.show('More checks', `${rest} more checks of ${orgId} do not pass any more.`);
}
