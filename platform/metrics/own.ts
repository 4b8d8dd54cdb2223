/**
 * The platform measures itself: of each organization, the requests it answered and whether it was there, as service `mission-control-api`. So
 * what it says of its own availability is a figure of its own arithmetic. Leaves no events.
 */

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ChunkBuilder, decodeChunk } from '../../shared/sla/chunk.ts';
import { HOUR, MINUTE } from '../../shared/sla/model.ts';
import { OWN_SERVICE } from '../../shared/sla/source.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { lockOrg } from '../log/append.ts';
import { observe } from './checks.ts';
import { addToHours, HourAdditions } from './chunks.ts';
import type { Observation } from './derive.ts';
import { type Series, seriesFor } from './series.ts';

const FLUSH_MS = 10_000;
/** Longer without an observation: nobody can say that it was there. */
const GAP_MS = 90_000;

/** The organization of a request whose caller was proven: who is not cannot make the figures of an organization better or worse. */
function orgOf({ credentials, params }: FastifyRequest): string | null {
  if (!credentials) return null;
  const claimed = credentials.kind === 'key' ? credentials.key.orgId : credentials.claims.org_id;
  const { org } = (params ?? {}) as { readonly org?: string };
  return claimed === undefined || (org !== undefined && org !== claimed) ? null : claimed;
}

export class OwnTraffic {
  private readonly core: Core;
  private counting = false;
  /** Requests since the last flush, by organization and hour. */
  private counted = new Map<string, Map<number, ChunkBuilder>>();
  private flushedAt = 0;
  private observedMinute = -1;
  /** Organizations this process was observed in. */
  private readonly begun = new Set<string>();

  constructor(core: Core) {
    this.core = core;
  }

  /** Counts every request answered from now on; nothing before `round` is called for the first time. */
  watch(app: FastifyInstance): void {
    app.addHook('onResponse', (request, reply, done) => {
      if (this.counting) this.count(request, reply.statusCode, reply.elapsedTime);
      done();
    });
  }

  private count(request: FastifyRequest, status: number, elapsedMs: number): void {
    const org = orgOf(request);
    if (org === null) return;
    const now = this.core.now();
    const hour = now - (now % HOUR);
    let hours = this.counted.get(org);
    if (hours === undefined) {
      hours = new Map();
      this.counted.set(org, hours);
    }
    let builder = hours.get(hour);
    if (builder === undefined) {
      builder = new ChunkBuilder();
      hours.set(hour, builder);
    }
    builder.addSample(Math.floor((now - hour) / MINUTE), elapsedMs * 1_000, status >= 500);
  }

  /** What is due: requests each ten seconds, an observation each minute. What could not be written waits; throws the first fault at the end. */
  async round(): Promise<void> {
    const now = this.core.now();
    this.counting = true;
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.observedMinute) {
      this.observedMinute = minute;
      this.flushedAt = now;
      await this.writeAll(await this.organizations(), true);
    } else if (now - this.flushedAt >= FLUSH_MS) {
      this.flushedAt = now;
      await this.writeAll([...this.counted.keys()], false);
    }
  }

  /** The last observation and what was counted since the last round. */
  async stop(): Promise<void> {
    if (!this.counting) return;
    this.counting = false;
    await this.writeAll(await this.organizations(), true);
  }

  private async organizations(): Promise<string[]> {
    const rows = await this.core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
    return rows.map(({ id }) => id);
  }

  /** A fault of one organization keeps none of the others waiting. */
  private async writeAll(orgs: readonly string[], observing: boolean): Promise<void> {
    const faults: unknown[] = [];
    for (const id of orgs) await this.write(id, observing).catch((error: unknown) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  }

  private async write(orgId: string, observing: boolean): Promise<void> {
    const { core } = this;
    const taken = this.counted.get(orgId);
    this.counted.delete(orgId);
    try {
      await core.tenant(orgId, async (tx) => {
        await lockOrg(tx);
        const wanted = { workspace_id: null, service: OWN_SERVICE, source: 'platform', hold_ms: null };
        const series = await seriesFor(core, tx, orgId, wanted);
        if (observing) await this.observe(tx, series, orgId);
        const additions = new HourAdditions();
        for (const [hour, builder] of taken ?? []) additions.chunk(hour, builder.encode());
        await addToHours(tx, series.id, additions);
      });
      if (observing) this.begun.add(orgId);
    } catch (error) {
      if (taken !== undefined) this.giveBack(orgId, taken);
      throw error;
    }
  }

  /** What could not be written waits for the next round, together with what was counted meanwhile. */
  private giveBack(orgId: string, taken: Map<number, ChunkBuilder>): void {
    const since = this.counted.get(orgId);
    for (const [hour, builder] of since ?? []) {
      const before = taken.get(hour);
      if (before === undefined) taken.set(hour, builder);
      else for (const [minute, bucket] of decodeChunk(builder.encode())) before.addBucket(minute, bucket);
    }
    this.counted.set(orgId, taken);
  }

  /**
   * It is there now. Where that was not said for longer than a gap, it was down since it was last said; after a start of the only process
   * there can be, after any time.
   */
  private async observe(tx: Tx, series: Series, orgId: string): Promise<void> {
    const now = this.core.now();
    const rows = await tx.query<Observation>(
      'SELECT at, up FROM metric_checks WHERE series = $1 ORDER BY at DESC LIMIT 1',
      [series.id],
    );
    const last = rows[0];
    const afterStart = this.core.db.kind === 'pglite' && !this.begun.has(orgId);
    const gap = last?.up === true && now - last.at > (afterStart ? 1 : GAP_MS);
    const checks = gap ? [{ at: last.at + 1, up: false }] : [];
    await observe(tx, series, [...checks, { at: now, up: true }], now);
  }
}
