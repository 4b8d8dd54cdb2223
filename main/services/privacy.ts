/** Requests of data subjects: from the mirror offline, but for the erasure itself, which the platform carries out. */
import { v7 } from 'uuid';
import { fromUtf8, toUtf8 } from '../../shared/bytes.ts';
import { PersonalMatcher, type Subject } from '../../shared/compliance/personal.ts';
import { type EventLine, exportEntity, exportEvent, exportSummary } from '../../shared/compliance/personalExport.ts';
import { type LogRow, planOf, type Reading, subjectOf } from '../../shared/compliance/personalScan.ts';
import { retentionFloor } from '../../shared/compliance/recordRules.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { PrivacyErased } from '../../shared/contract/privacy.ts';
import { type ComplianceMode, DataRequest, type LegalHold, type RetentionPolicy } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { TILE_WIDTH } from '../../shared/log/index.ts';
import { writeZip } from '../bundle/zipWriter.ts';
import { sha256 } from '../crypto.ts';
import type { MirrorReader } from '../db/api.ts';
import { readJson } from '../sync/session.ts';
import { connectionOf } from './connectionNotes.ts';
import type { Context } from './context.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import type { JobHandle } from './jobs.ts';
import type { Online } from './online.ts';
import { organizationOf } from './orgs.ts';
import { PAGE_END, pageEvent, pageHead } from './privacyPage.ts';
import type { SyncService } from './sync.ts';

type PrivacyName = keyof typeof import('../../shared/contract/privacy.ts').privacyProcedures;
type Handlers = { readonly [N in PrivacyName]: (input: HandlerInput<N>) => Promise<Output<N>> };

const PAGE_EVENTS = 1_024;
const PEOPLE_MAX = 50;
/** An erasure looks through the whole log under its lock. */
const ERASE_MS_MAX = 5 * 60_000;

/** All of a kind, without what is pending. */
async function all(reader: MirrorReader, kind: string): Promise<Readonly<Record<string, unknown>>[]> {
  return (await reader.entities(kind, null, 0, 20_000)).rows.map(({ data }) => data);
}

/** The request of a person who is known. Throws NOT_FOUND, CONFLICT. */
async function requestOf(reader: MirrorReader, id: string): Promise<DataRequest & { readonly user_id: string }> {
  const row = await reader.entity('data_request', id);
  if (row === null) throw new AppError('NOT_FOUND', 'There is no such request.', { id });
  const request = DataRequest.parse({ ...row.data, version: row.version });
  if (request.user_id === null) throw new AppError('CONFLICT', 'Say first which person the request is about.', { id });
  return { ...request, user_id: request.user_id };
}

/** Events [from, to); null where some of them were pruned, which goes by whole bundles. */
async function heldPage(reader: MirrorReader, from: number, to: number): Promise<LogRow[] | null> {
  try {
    const { leaves, disclosures } = await reader.leaves(from, to);
    return leaves.map((leaf, i) => ({ seq: from + i, leaf: fromUtf8(leaf), line: disclosures[i]! }));
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** The mirror's log, page by page. */
function readingOf(reader: MirrorReader, size: number, handle?: JobHandle, phase = ''): Reading {
  return async function* pages(): AsyncGenerator<LogRow[]> {
    for (let from = 0; from < size; ) {
      handle?.signal.throwIfAborted();
      const page = await heldPage(reader, from, Math.min(size, from + PAGE_EVENTS));
      if (page === null) {
        from += TILE_WIDTH;
        continue;
      }
      yield page;
      from += page.length;
      handle?.report({ phase, done: from, total: size, unit: 'events' });
    }
  };
}

async function preview(reader: MirrorReader, { id, keep }: HandlerInput<'privacy.preview'>, now: number) {
  const request = await requestOf(reader, id);
  const { size } = await reader.state();
  const reading = readingOf(reader, size);
  const subject = await subjectOf(reading, request.user_id);
  const modes = (await all(reader, 'compliance_mode')) as unknown as ComplianceMode[];
  const holds = (await all(reader, 'legal_hold')) as unknown as LegalHold[];
  const { plan } = await planOf(reading, { subject, keep, floor: retentionFloor(modes), holds, now }, sha256);
  return { ...plan, to: size };
}

async function proof(reader: MirrorReader, id: string): Promise<Output<'privacy.proof'>> {
  const { orders, named, held, events } = await reader.erasedFor(id);
  let verified = 0;
  for (const seq of events) if ((await reader.prove(seq)).verified) verified += 1;
  return { orders: [...orders], named, held, events: events.length, verified };
}

/** What an access export is written from. */
interface Held {
  readonly summary: ReturnType<typeof exportSummary>;
  readonly entities: readonly NonNullable<ReturnType<typeof exportEntity>>[];
  readonly matcher: PersonalMatcher;
  readonly size: number;
}

async function heldOf(
  reader: MirrorReader,
  orgName: string,
  userId: string,
  now: number,
  handle: JobHandle,
): Promise<Held> {
  const { size } = await reader.state();
  const members = (await all(reader, 'member')).filter(({ user_id }) => user_id === userId);
  const known = { memberIds: members.map(({ id }) => String(id)), emails: members.map(({ email }) => String(email)) };
  const subject: Subject = await subjectOf(readingOf(reader, size, handle, 'Finding the person'), userId, known);
  const modes = (await all(reader, 'compliance_mode')) as unknown as ComplianceMode[];
  const policies = (await all(reader, 'retention_policy')) as unknown as RetentionPolicy[];
  const accounts = (await all(reader, 'service_account')).filter(({ revoked_at }) => revoked_at === null);
  const summary = exportSummary({
    ...{ organization: orgName, subject, policies, floor: retentionFloor(modes), now },
    recipients: accounts.map(({ name }) => String(name)).sort(),
  });
  const matcher = new PersonalMatcher(subject);
  const tokens = [subject.userId, ...subject.memberIds, ...subject.emails].map((one) => one.toLowerCase());
  const rows = await reader.entitiesHolding(tokens);
  const entities = rows.flatMap(({ kind, data }) => exportEntity(kind, JSON.parse(data) as Json, matcher) ?? []);
  return { summary, entities, matcher, size };
}

/** Both files of the ZIP, each from a reading of its own, so that memory holds one page of events. */
async function writeExport(path: string, draft: string, reader: MirrorReader, held: Held, handle: JobHandle) {
  const { summary, entities, matcher, size } = held;
  const figures = { entities: entities.length, events: 0, withheld: 0 };
  async function* events(phase: string): AsyncGenerator<EventLine> {
    for await (const rows of readingOf(reader, size, handle, phase)()) {
      for (const row of rows) {
        const line = exportEvent(row, matcher);
        if (line !== null) yield line;
      }
    }
  }
  async function* data(): AsyncGenerator<Uint8Array> {
    for (const line of [summary, ...entities]) yield toUtf8(`${JSON.stringify(line)}\n`);
    for await (const line of events('Writing data')) {
      figures.events += 1;
      figures.withheld += line.withheld;
      yield toUtf8(`${JSON.stringify(line)}\n`);
    }
  }
  async function* page(): AsyncGenerator<Uint8Array> {
    yield toUtf8(pageHead(summary, entities));
    for await (const line of events('Writing the page')) yield toUtf8(pageEvent(line));
    yield toUtf8(PAGE_END);
  }
  const files = [
    { name: 'data.ndjson', content: data },
    { name: 'personal-data.html', content: page },
  ];
  const bytes = await writeZip(path, draft, files, handle.signal);
  return { path, bytes, ...figures };
}

export function privacyHandlers(context: Context, online: Online, sync: SyncService, files: Files): Handlers {
  const { ports, jobs } = context;
  const readerOf = async (orgId: string): Promise<MirrorReader> => (await context.opened().mirrors.get(orgId)).reader;

  async function exported({ orgId, id, path: chosen }: HandlerInput<'privacy.export'>): Promise<{ jobId: string }> {
    const reader = await readerOf(orgId);
    await refuseExportOutside(context, orgId);
    const { user_id: userId } = await requestOf(reader, id);
    const { name } = await organizationOf(context, orgId);
    const path = files.exportPath(chosen, `${orgId}-personal-data`, '.zip');
    return jobs.start({
      kind: 'export-personal',
      orgId,
      title: 'Export personal data',
      unit: 'events',
      async run(handle) {
        const held = await heldOf(reader, name, userId, ports.clock.now(), handle);
        const result = await context
          .opened()
          .unfinished.during(path, (draft) => writeExport(path, draft, reader, held, handle));
        files.wrote(path);
        return result;
      },
    });
  }

  async function erase(input: HandlerInput<'privacy.erase'>, handle: JobHandle): Promise<unknown> {
    const { orgId, id, ...body } = input;
    handle.report({ phase: 'Erasing on the platform', done: 0, total: null, unit: 'disclosures' });
    const request = {
      ...{ method: 'POST' as const, path: `/data-requests/${encodeURIComponent(id)}/erase`, body },
      ...{ headers: { 'idempotency-key': v7() }, timeoutMs: ERASE_MS_MAX },
    };
    const answer = await online.change(orgId, request, handle.signal);
    const { request: after, plan } = readJson(answer, PrivacyErased);
    handle.report({ phase: 'Following here', done: 0, total: plan.disclosures, unit: 'disclosures' });
    const { jobId } = await sync.start({ orgId });
    // The platform has erased, whatever becomes of this sync; the next one follows.
    await jobs.ended(jobId);
    context.log.info('erased', { orgId, id, count: plan.disclosures });
    return { request: after, plan };
  }

  return {
    'privacy.find': async ({ orgId, text }) => [
      ...(await (await readerOf(orgId)).people(text.toLowerCase(), PEOPLE_MAX)),
    ],
    'privacy.preview': async (input) => preview(await readerOf(input.orgId), input, ports.clock.now()),
    'privacy.proof': async ({ orgId, id }) => proof(await readerOf(orgId), id),
    'privacy.export': exported,
    'privacy.erase': async (input) => {
      await connectionOf(context, input.orgId);
      return jobs.start({
        ...{ kind: 'erase-personal', orgId: input.orgId, title: 'Erase personal data', unit: 'disclosures' },
        run: (handle) => erase(input, handle),
      });
    },
  };
}
