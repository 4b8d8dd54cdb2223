/** The demo's past agrees with its present: what the log tells of access and threads is what is there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../../platform/app.ts';
import { openCore } from '../../../platform/core.ts';
import { sha256 } from '../../../platform/crypto.ts';
import { generateDemo } from '../../../platform/demo/generate.ts';
import { Member, type Sla, type SlaExclusion, type Thread } from '../../../shared/entities/index.ts';
import { monthReport } from '../../../shared/sla/report.ts';
import { eventsOf, type LoggedEvent } from '../../support/platform.ts';
import { storedMetrics } from '../../support/storedMetrics.ts';

const END = Date.UTC(2026, 10, 24, 12);
const ORG = 'northwind-health';

interface Change<T> {
  readonly before: T | null;
  readonly after: T | null;
}

describe('the demo', () => {
  let platform: Platform;
  let events: LoggedEvent[];
  let feed: { kind: string; id: string; op: string; data: Record<string, unknown> }[];
  beforeAll(async () => {
    const clock = { now: END };
    const core = await openCore({ now: () => clock.now });
    platform = await createPlatform({ core });
    await generateDemo(core, clock, { seed: 'a', scale: 0.02, orgEvents: 3_000, end: END });
    events = await eventsOf(platform, ORG);
    feed = await core.tenant(ORG, (tx) => tx.query('SELECT kind, id, op, data FROM changes ORDER BY version'));
  }, 300_000);
  afterAll(() => platform?.close());

  /** Entities of a kind as the log's changes leave them. */
  const replayed = (type: string): Map<string, unknown> => {
    const state = new Map<string, unknown>();
    for (const { event, story } of events) {
      if (event.action === 'organization.create') {
        // One event tells both that it made.
        const { after } = story.change as unknown as Change<Record<string, { id: string }[]>>;
        for (const one of after?.[`${type}s`] ?? []) state.set(one.id, one);
        continue;
      }
      if (event.target?.type !== type || event.outcome !== 'success' || story.change === undefined) continue;
      const change = story.change as unknown as Change<object>;
      expect(change.before ?? undefined, `${event.action} ${event.target.id}`).toEqual(state.get(event.target.id));
      if (change.after === null) state.delete(event.target.id);
      else state.set(event.target.id, change.after);
    }
    return state;
  };

  it('changes access over the ninety days, each change from what was to what is', () => {
    const members = replayed('member');
    const now = feed.filter(({ kind, op }) => kind === 'member' && op === 'put');
    expect(Object.fromEntries(members)).toEqual(Object.fromEntries(now.map(({ id, data }) => [id, data])));
    const status = now.map(({ data }) => Member.parse(data).status);
    expect([...new Set(status)].sort()).toEqual(['active', 'invited', 'suspended']);
    expect(now.some(({ data }) => data.workspaces !== null)).toBe(true);
    expect(feed.filter(({ kind, op }) => kind === 'member' && op === 'delete')).toHaveLength(1);
    const roles = replayed('role');
    expect(Object.fromEntries(roles)).toEqual(
      Object.fromEntries(feed.filter(({ kind }) => kind === 'role').map(({ id, data }) => [id, data])),
    );
    expect(roles.size).toBe(3);
    const days = new Set(
      events
        .filter(
          ({ event }) => event.action.startsWith('member.') && event.outcome === 'success' && event.request !== null,
        )
        .map(({ event }) => event.recorded_at.slice(0, 10)),
    );
    expect(days.size).toBeGreaterThanOrEqual(14);
  });

  it('lets a thread be made by its owner before anything else happens to it', async () => {
    const live = new Map<string, Thread>();
    const gone = new Set<string>();
    for (const { event, story } of events) {
      if (event.target?.type !== 'thread') continue;
      const { id } = event.target;
      if (event.action === 'thread.create') {
        expect(live.has(id) || gone.has(id)).toBe(false);
        if (event.outcome !== 'success') continue;
        const { after } = story.change as unknown as Change<Thread>;
        expect(after!.owner).toEqual(event.actor);
        live.set(id, after!);
        continue;
      }
      expect([event.action, id, live.has(id)]).toEqual([event.action, id, true]);
      const change = story.change as unknown as Change<Thread> | undefined;
      if (change === undefined) continue;
      expect(change.before).toEqual(live.get(id));
      if (change.after !== null) live.set(id, change.after);
      else {
        live.delete(id);
        gone.add(id);
      }
    }
    const rows = await platform.core.tenant(ORG, async (tx) => ({
      threads: await tx.query<{ id: string; shared: string[] }>('SELECT id, shared_with AS shared FROM threads'),
      counts: await tx.query<{ threads: number; counted: number; max: number }>(
        `SELECT threads, max_threads AS max, (SELECT count(*)::int FROM threads t WHERE t.workspace_id = w.id) AS counted
         FROM workspaces w`,
      ),
    }));
    expect(new Map(rows.threads.map(({ id, shared }) => [id, shared]))).toEqual(
      new Map([...live.values()].map(({ id, shared_with }) => [id, shared_with])),
    );
    expect(rows.threads.some(({ shared }) => shared.length > 0)).toBe(true);
    for (const { threads, counted, max } of rows.counts) {
      expect(threads).toBe(counted);
      expect(threads).toBeLessThanOrEqual(max);
    }
  });

  it('refuses what the permissions of the moment refuse, and mostly does not', () => {
    const thread = events.filter(({ event }) => event.action.startsWith('thread.') && event.target?.type === 'thread');
    const owner = (story: LoggedEvent['story']) => (story.target as unknown as { owner: { id: string } }).owner.id;
    // ehr-import may change its own threads only.
    const own = thread.filter(({ event }) => event.actor.id === 'sa_ehr-import' && event.action === 'thread.update');
    expect(own.length).toBeGreaterThan(0);
    for (const { event, story } of own) expect(event.outcome === 'denied').toBe(owner(story) !== 'sa_ehr-import');
    const denied = thread.filter(({ event }) => event.outcome === 'denied').length;
    expect(denied).toBeGreaterThan(0);
    expect(denied).toBeLessThan(thread.length / 5);
  });

  it('has service levels of every kind, measured for thirteen months, with figures that differ', async () => {
    const slas = replayed('sla');
    const now = feed.filter(({ kind }) => kind === 'sla');
    expect(Object.fromEntries(slas)).toEqual(Object.fromEntries(now.map(({ id, data }) => [id, data])));
    expect(feed.filter(({ kind }) => kind === 'metric_series').map(({ data }) => data.service)).toEqual([
      'api',
      'portal',
      'jobs',
    ]);
    const exclusions = [...replayed('sla_exclusion').values()] as SlaExclusion[];
    expect(exclusions).toMatchObject([{ retroactive: false, reason: 'Database upgrade' }]);
    const source = await platform.core.tenant(ORG, storedMetrics);
    const report = (name: string, month: string) =>
      monthReport(source, slas.get(`sla_${ORG}_${name}`) as Sla, month, exclusions, ORG, sha256, END)!;
    for (const month of ['2025-11', '2026-03', '2026-10']) {
      expect(report('api', month)).toMatchObject({ verdict: 'compliant', unobserved_minutes: '0.000' });
      expect(report('api', month).total_requests).toBeGreaterThan(20_000);
    }
    expect(report('portal', '2026-10')).toMatchObject({ verdict: 'breached', credit: { percent: 10, waived: null } });
    expect(report('jobs', '2026-11').total_requests).toBeGreaterThan(10_000);
    expect(report('exports', '2026-11')).toMatchObject({ verdict: 'no_data', total_requests: 0 });
    expect(Number(report('api', '2026-11').excluded_minutes)).toBe(120);
    // The last thirty hours burn.
    expect(Number(report('api', '2026-11').error_rate)).toBeGreaterThan(Number(report('api', '2026-10').error_rate));
  });
});
