/**
 * Refused requests as events of the log of the organization that was asked for. Anybody with an account can be refused at any rate, so the
 * number of events is bounded: the first ones of a window stand one by one, the rest as one event that carries their count.
 */
import type { AuditFields } from '../../shared/audit/index.ts';
import { ORG_ID } from '../../shared/entities/index.ts';
import { type EventDraft, SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Credentials } from '../auth/credentials.ts';
import type { Caller } from '../auth/login.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { asTenant } from '../db/names.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import type { Env } from './context.ts';

export const REFUSALS_WINDOW_MS = 15 * 60_000;
/** Refusals of one account that stand one by one in a window. */
export const REFUSALS_EACH_MAX = 60;
/** The same for all accounts together that are not members. */
export const REFUSALS_STRANGERS_MAX = 240;
/** Source of what strangers were refused; no account has this id. */
const STRANGERS = '*';
export const REFUSALS_ACTION = 'platform.refusals';

interface Window {
  readonly source: string;
  readonly logged: number;
  readonly held: number;
  readonly from: number | null;
  readonly to: number | null;
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function targetOf(source: string): { type: string; id: string } {
  const colon = source.indexOf(':');
  return { type: source.slice(0, colon), id: source.slice(colon + 1) };
}

/** The one event for all refusals of an ended window that were not logged one by one. */
function summary({ source, held, from, to }: Window, orgId: string): EventDraft {
  return {
    action: REFUSALS_ACTION,
    outcome: 'denied',
    actor: SYSTEM_ACTOR,
    target: source === STRANGERS ? { type: 'organization', id: orgId } : targetOf(source),
    disclosures: { detail: { refused: held, from: instant(from), to: instant(to) } },
  };
}

/** Logs and forgets the windows that have ended; the caller holds the organization's lock. Gives the number of events. */
async function endWindows(core: Core, tx: Tx, orgId: string): Promise<number> {
  const now = core.now();
  const ended = await tx.query<Window>(
    'DELETE FROM refusals WHERE window_start <= $1 RETURNING source, logged, held, held_from AS "from", held_to AS "to"',
    [now - REFUSALS_WINDOW_MS],
  );
  const drafts = ended
    .filter(({ held }) => held > 0)
    .toSorted((a, b) => (a.source < b.source ? -1 : 1))
    .map((window) => summary(window, orgId));
  if (drafts.length > 0) await appendEvents(tx, orgId, drafts, now);
  return drafts.length;
}

/** Counts a refusal under a source: as logged, or as held for the summary. */
async function count(tx: Tx, source: string, now: number, logged: boolean): Promise<void> {
  await tx.query(
    `INSERT INTO refusals (source, window_start, logged, held, held_from, held_to) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (source) DO UPDATE SET logged = refusals.logged + excluded.logged, held = refusals.held + excluded.held,
       held_from = coalesce(refusals.held_from, excluded.held_from), held_to = coalesce(excluded.held_to, refusals.held_to)`,
    [source, now, logged ? 1 : 0, logged ? 0 : 1, logged ? null : now],
  );
}

/** Whether this refusal is to stand as an event of its own; counts it either way. */
async function admit(tx: Tx, source: string, member: boolean, now: number): Promise<boolean> {
  const known = await tx.query<Pick<Window, 'source' | 'logged'>>(
    'SELECT source, logged FROM refusals WHERE source IN ($1, $2)',
    [source, STRANGERS],
  );
  const loggedOf = (of: string): number => known.find((window) => window.source === of)?.logged ?? 0;
  if (loggedOf(source) >= REFUSALS_EACH_MAX) {
    await count(tx, source, now, false);
    return false;
  }
  if (!member && loggedOf(STRANGERS) >= REFUSALS_STRANGERS_MAX) {
    await count(tx, STRANGERS, now, false);
    return false;
  }
  await count(tx, source, now, true);
  if (!member) await count(tx, STRANGERS, now, true);
  return true;
}

/**
 * A refused request is an event too, in a transaction of its own as the request's was rolled back. The organization that was
 * asked for keeps it; where there is none, nothing is written. Only the id of a stranger is told, not name or e-mail.
 */
export async function logDenied(
  { core }: Pick<Env, 'core'>,
  credentials: Credentials,
  caller: Caller,
  orgId: string,
  action: string,
  target: AuditFields['target'] = { type: 'organization', id: orgId },
): Promise<void> {
  if (!ORG_ID.test(orgId)) return;
  const actor = asker(credentials);
  const used = credentials.kind === 'key' ? { detail: { key: credentials.key.keyId } } : {};
  await core.platform(async (tx) => {
    const known = await tx.query<{ member: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM memberships WHERE org_id = id AND user_id = $2) AS member FROM organizations WHERE id = $1`,
      [orgId, actor.id],
    );
    if (known[0] === undefined) return;
    const member = credentials.kind === 'key' ? credentials.key.orgId === orgId : known[0].member;
    await asTenant(tx, core.instance, orgId);
    await lockOrg(tx);
    let events = await endWindows(core, tx, orgId);
    if (await admit(tx, `${actor.type}:${actor.id}`, member, core.now())) {
      const draft: EventDraft = {
        action,
        outcome: 'denied',
        actor,
        target,
        request: caller.requestId,
        disclosures: { source: { ...caller.source }, ...used },
      };
      await appendEvents(tx, orgId, [draft], core.now());
      events += 1;
    }
    if (events > 0) core.grown.add(orgId);
  });
}

/** Who asked, as far as it is proven: a stranger's id alone. */
function asker(credentials: Credentials): AuditFields['actor'] {
  return credentials.kind === 'token'
    ? { type: 'user', id: credentials.claims.sub }
    : { type: 'service_account', id: credentials.key.accountId };
}

/** Logs the counts of ended windows, so that they appear also when nobody is refused any more. */
export async function logRefusals(core: Core, orgId: string): Promise<void> {
  const events = await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    return await endWindows(core, tx, orgId);
  });
  if (events > 0) core.grown.add(orgId);
}
