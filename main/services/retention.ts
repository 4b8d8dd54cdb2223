/** Retention: what holds, what would go, and the pruning itself, which the platform carries out and this mirror then follows. */
import { z } from 'zod';
import { fromUtf8 } from '../../shared/bytes.ts';
import { effectiveSettings } from '../../shared/compliance/modes.ts';
import { planDay, planDigest, policyOf, RetentionPlanner } from '../../shared/compliance/retention.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { RetentionPlanView as PlanSchema, type RetentionPlanView } from '../../shared/contract/retention.ts';
import { ComplianceMode, EVENT_CLASSES, LegalHold, Pruning, RetentionPolicy } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256 } from '../crypto.ts';
import type { MirrorReader } from '../db/api.ts';
import { readJson } from '../sync/session.ts';
import type { Context } from './context.ts';
import type { Online } from './online.ts';
import type { SyncService } from './sync.ts';

type Name = keyof typeof import('../../shared/contract/retention.ts').retentionProcedures;
type Handlers = { readonly [N in Name]: (input: HandlerInput<N>) => Promise<Output<N>> };

const PAGE = 500;
const CHUNK = 1_024;
/** The platform reads the log up to the last event that has expired: some seconds for a million. */
const PRUNE_TIMEOUT_MS = 300_000;

/** All entities of a kind that this console can read. */
async function all<T>(reader: MirrorReader, kind: string, schema: z.ZodType<T>): Promise<T[]> {
  const found: T[] = [];
  for (let at = 0; ; ) {
    const { rows, total } = await reader.entities(kind, null, at, PAGE);
    found.push(...rows.map(({ data }) => schema.parse(data)));
    at += rows.length;
    if (rows.length === 0 || at >= total) return found;
  }
}

const Entry = z.object({
  recorded_at: z.string(),
  action: z.string(),
  workspace: z.string().nullable(),
  actor: z.object({ id: z.string() }),
  target: z.object({ id: z.string() }).nullable(),
});

/** The plan over the mirror's own events. */
async function preview(reader: MirrorReader, now: number): Promise<RetentionPlanView> {
  const policies = await all(reader, 'retention_policy', RetentionPolicy);
  const holds = await all(reader, 'legal_hold', LegalHold);
  const { size, pruned } = await reader.state();
  const planner = new RetentionPlanner(policies, holds, planDay(now), pruned.to);
  scan: for (let at = pruned.to; at < size; at += CHUNK) {
    const { leaves, disclosures } = await reader.leaves(at, Math.min(at + CHUNK, size));
    for (const [i, leaf] of leaves.entries()) {
      const { recorded_at, action, workspace, actor, target } = Entry.parse(JSON.parse(fromUtf8(leaf)));
      const goes = planner.add({
        ...{ seq: at + i, recorded: Date.parse(recorded_at), action, workspace },
        ...{ actor: actor.id, target: target?.id ?? null },
        ...{ entryBytes: leaf.length, disclosedBytes: Buffer.byteLength(disclosures[i]!) },
      });
      if (!goes) break scan;
    }
  }
  const plan = planner.plan();
  return { ...plan, ...asLists(plan), digest: planDigest(plan, sha256) };
}

function asLists(plan: ReturnType<RetentionPlanner['plan']>) {
  const { shredded, policies, classes, held, holds } = plan;
  return {
    shredded: shredded.map(([begin, end]): [number, number] => [begin, end]),
    ...{ policies: [...policies], classes: [...classes], held: [...held], holds: [...holds] },
  };
}

async function state(reader: MirrorReader): Promise<Output<'retention.state'>> {
  const policies = await all(reader, 'retention_policy', RetentionPolicy);
  const modes = (await all(reader, 'compliance_mode', ComplianceMode)).filter(({ enabled }) => enabled);
  const workspaces = await all(reader, 'workspace', z.object({ id: z.string(), name: z.string() }));
  const { pruned } = await reader.state();
  const followed = new Map((await reader.followedPrunings()).map((one) => [one.eventSeq, one]));
  const prunings = (await all(reader, 'pruning', Pruning)).toSorted((a, b) => b.event_seq - a.event_seq);
  return {
    policies,
    holds: await all(reader, 'legal_hold', LegalHold),
    floor: effectiveSettings(modes.map(({ settings }) => settings))?.audit_log_retention ?? null,
    effective: [null, ...workspaces].map((workspace) => ({
      workspace,
      policies: Object.fromEntries(
        EVENT_CLASSES.map((eventClass) => [
          eventClass,
          policyOf(policies, { eventClass, workspace: workspace?.id ?? null })?.id ?? null,
        ]),
      ) as Output<'retention.state'>['effective'][number]['policies'],
    })),
    prunings: prunings.map((pruning) => {
      const proven = followed.get(pruning.event_seq);
      const proof = proven !== undefined ? 'proven' : pruning.event_seq < pruned.to ? 'gone' : 'waiting';
      return { ...pruning, proof, provenAt: proven?.at ?? null };
    }),
    begin: pruned.to,
  };
}

export function retentionHandlers(context: Context, online: Online, sync: SyncService): Handlers {
  const { ports, jobs } = context;
  const readerOf = async (orgId: string) => (await context.opened().mirrors.get(orgId)).reader;
  return {
    'retention.state': async ({ orgId }) => await state(await readerOf(orgId)),
    'retention.preview': async ({ orgId }) => await preview(await readerOf(orgId), ports.clock.now()),
    'retention.plan': async ({ orgId }) => readJson(await online.read(orgId, '/retention/plan'), PlanSchema),
    'retention.prune': async ({ orgId, digest, reason }) => {
      const running = jobs.running('prune-log', orgId);
      if (running) throw new AppError('CONFLICT', 'The log is being pruned already.', { jobId: running.id });
      return jobs.start({
        kind: 'prune-log',
        orgId,
        title: `Prune the audit log of ${orgId}`,
        unit: 'events',
        async run({ signal, report }) {
          report({ phase: 'Pruning on the platform', done: 0, total: null, unit: 'events' });
          const body = { plan_digest: digest, reason };
          const request = { method: 'POST', path: '/retention/prune', body, timeoutMs: PRUNE_TIMEOUT_MS } as const;
          const pruning = readJson(await online.change(orgId, request, signal), Pruning);
          // The mirror follows with the next sync, which is shown as what it is.
          await sync.start({ orgId });
          return pruning;
        },
      });
    },
  };
}
