/** A mirror of an organization with service levels, as a platform would have filled it, without one. */
import type { Mirror } from '../../main/db/index.ts';
import { SlaTerms } from '../../shared/entities/index.ts';
import { ChunkBuilder } from '../../shared/sla/chunk.ts';
import { HOUR } from '../../shared/sla/model.ts';
import { type Line, pageOf } from './metricPages.ts';

export const SLA_ID = 'a0000000-0000-4000-8000-000000000001';
const CREATED = '2025-01-01T00:00:00.000Z';
const LINES_A_PAGE = 400;

/** Terms of an SLA by requests of 99.9 %, with credits, in Berlin. */
export const terms = (own: Partial<SlaTerms> = {}): SlaTerms =>
  SlaTerms.parse({
    ...{ target_availability: 0.999, max_response_time_ms: 200, max_error_rate: 0.001, time_zone: 'Europe/Berlin' },
    credits: {
      currency: 'EUR',
      monthly_fee_minor: '125050',
      tiers: [
        { below: 0.999, percent: 10 },
        { below: 0.99, percent: 25 },
      ],
    },
    ...own,
  });

export const slaOf = (id: string, own: Readonly<Record<string, unknown>> = {}, held: SlaTerms = terms()) => ({
  ...{ id, org_id: 'acme', name: `Level ${id.slice(-2)}`, description: '', workspace_id: null, service: 'api' },
  revisions: [{ revision: 1, terms: held, effective_from: CREATED, made_at: CREATED, made_by: 'u1', reason: '' }],
  ...{ created_at: CREATED, updated_at: CREATED, ended_at: null, version: 1 },
  ...own,
});

export const seriesOf = (id: string, service = 'api') => ({
  ...{
    id,
    org_id: 'acme',
    workspace_id: null,
    service,
    source: 'ingest',
    hold_ms: null,
    created_at: CREATED,
    version: 1,
  },
});

/** Puts entities into the mirror, each at the next version. */
export async function putEntities(
  { reader, writer }: Mirror,
  entities: readonly (readonly [kind: string, data: Readonly<Record<string, unknown>>])[],
): Promise<void> {
  const { entityCursor } = await reader.state();
  const changes = entities.map(([kind, data], i) => {
    const version = entityCursor + 1 + i;
    return { version, kind, id: String(data.id), op: 'put' as const, data: { ...data, version } };
  });
  await writer.applyEntities(changes, entityCursor + changes.length);
}

/** Adds lines to the mirror, numbered after its cursor. */
export async function putMetrics(
  { reader, writer }: Mirror,
  lines: readonly Omit<Line, 'version'>[],
  wholeAt = 0,
): Promise<void> {
  let { metricCursor: cursor } = await reader.state();
  for (let at = 0; at < lines.length; at += LINES_A_PAGE) {
    const some = lines.slice(at, at + LINES_A_PAGE).map((line, i) => ({ ...line, version: cursor + 1 + i }));
    ({ next: cursor } = await writer.applyMetrics(pageOf(some, cursor), cursor, wholeAt));
  }
}

/** An hour in which each of 60 minutes has `count` requests of `ms`, and the first `bad` minutes one failure each. */
export function hourLine(series: number, hour: number, count: number, bad: number, ms = 40): Omit<Line, 'version'> {
  const builder = new ChunkBuilder();
  for (let minute = 0; minute < 60; minute++) {
    for (let i = 0; i < count; i++)
      builder.addSample(minute, (ms + ((minute + i) % 20)) * 1_000, i === 0 && minute < bad);
  }
  const bytes = Buffer.from(builder.encode()).toString('base64url');
  return { kind: 'chunk', series, hour, totals: builder.totals(), bytes };
}

/** Every hour of [from, to); `bad` says how many minutes of an hour have a failure. */
export function* hourLines(series: number, from: number, to: number, count: number, bad: (hour: number) => number) {
  for (let hour = Math.ceil(from / HOUR) * HOUR; hour < to; hour += HOUR)
    yield hourLine(series, hour, count, bad(hour));
}
