/** Evidence: added here, kept in the mirror with its bytes, sent by the outbox; shown and saved from the mirror or fetched. */
import { basename } from 'node:path';
import { v4 } from 'uuid';
import { z } from 'zod';
import { fromBase64, toBase64, toHex } from '../../shared/bytes.ts';
import { ComplianceCommand } from '../../shared/commands/complianceCommands.ts';
import { imageType, mediaTypeOf, textOf } from '../../shared/compliance/fileKind.ts';
import { BUILT_IN_FRAMEWORKS } from '../../shared/compliance/frameworks/index.ts';
import { evidenceState } from '../../shared/compliance/serving.ts';
import {
  type AddedEvidence,
  EVIDENCE_PROCEDURES,
  type EvidenceProcedure,
  type evidenceProcedures,
  PREVIEW_TEXT_BYTES,
  SCREENSHOT_BYTES_MAX,
} from '../../shared/contract/evidence.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { Evidence, type EvidenceInput } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256 } from '../crypto.ts';
import type { MirrorReader } from '../db/api.ts';
import { fetchBlob } from '../sync/blobs.ts';
import { readRecords } from './checklistRecords.ts';
import { connectionOf } from './connectionNotes.ts';
import type { Context } from './context.ts';
import { type Asking, answered, logHolds } from './evidenceQuery.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import { writeNewFile } from './newFile.ts';
import type { Platforms } from './platforms.ts';
import { readEvidenceFile } from './textFile.ts';

type EvidenceName = Extract<keyof typeof evidenceProcedures, string>;
type Handlers = { readonly [N in EvidenceName]: (input: HandlerInput<N>) => Promise<Output<N>> };
type About = Omit<HandlerInput<'evidence.addLink'>, 'url'>;
type Kept = { readonly bytes: Uint8Array; readonly name: string; readonly mediaType: string };
type Kind = Pick<EvidenceInput, 'kind' | 'query' | 'url'>;
export type AddToOutbox = (input: HandlerInput<'outbox.add'>) => Promise<Output<'outbox.add'>>;

const LIST_MAX = 50_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Bytes of a file of evidence that this mirror has; null: it has none. Asks no platform. */
export const evidenceBytes = (reader: MirrorReader, digest: string): Promise<Uint8Array | null> => reader.blob(digest);

async function recordOf(reader: MirrorReader, orgId: string, id: string): Promise<Evidence> {
  const query = { text: null, where: null, sort: 'version', direction: 'asc', offset: 0, limit: LIST_MAX } as const;
  const row = (await reader.entityPage(orgId, 'evidence', query)).rows.find((one) => one.id === id);
  const read = Evidence.safeParse({ ...row?.data, version: Math.max(1, row?.version ?? 1) });
  if (row === undefined || !read.success) throw new AppError('NOT_FOUND', 'There is no such evidence.', { id });
  return read.data;
}

/** Evidence that is not withdrawn and has this file. */
async function sameFile(reader: MirrorReader, orgId: string, digest: string): Promise<AddedEvidence['same']> {
  const query = { text: null, where: null, sort: 'version', direction: 'asc', offset: 0, limit: LIST_MAX } as const;
  const { rows } = await reader.entityPage(orgId, 'evidence', query);
  return rows.flatMap(({ id, data }) => {
    const { file, title, withdrawn_at } = data as Partial<Evidence>;
    return file?.sha256 === digest && (withdrawn_at ?? null) === null ? [{ id, title: title ?? id }] : [];
  });
}

function adding(context: Context, add: AddToOutbox) {
  return async (about: About, kind: Kind, kept: Kept | null): Promise<AddedEvidence> => {
    const { orgId, anyway, ...told } = about;
    const { reader, writer } = await context.opened().mirrors.get(orgId);
    const file =
      kept === null
        ? null
        : {
            ...{ sha256: toHex(sha256(kept.bytes)), bytes: kept.bytes.length },
            ...{ name: kept.name, media_type: kept.mediaType },
          };
    const same = file === null ? [] : await sameFile(reader, orgId, file.sha256);
    if (same.length > 0 && !anyway) {
      const titles = same.map(({ title }) => `"${title}"`).slice(0, 3);
      throw new AppError('CONFLICT', `The same file is evidence already: ${titles.join(', ')}.`, { same });
    }
    // Not everything here came through a schema: an answer may be larger, a question longer than evidence may be.
    const command = ComplianceCommand.safeParse({
      type: 'evidence.create',
      id: v4(),
      input: { ...told, ...kind, file },
    });
    if (!command.success) throw new AppError('INPUT_INVALID', z.prettifyError(command.error).slice(0, 500));
    const { id } = command.data;
    if (file !== null && kept !== null) {
      const bytes = Uint8Array.from(kept.bytes);
      await writer.putBlob({ sha256: file.sha256, bytes, at: context.ports.clock.now(), pending: true });
    }
    try {
      const { waiting, entries } = await add({ orgId, commands: [command.data], anyway });
      const refused = entries.find(({ state }) => state === 'refused');
      if (refused !== undefined) throw new AppError('PLATFORM_REFUSED', refused.error?.message, { entry: refused.id });
      return { id, sha256: file?.sha256 ?? null, bytes: file?.bytes ?? null, waiting: waiting > 0, same };
    } catch (error) {
      // What a waiting change still needs stays.
      if (file !== null && same.length === 0) await writer.dropBlob(file.sha256);
      throw error;
    }
  };
}

/** Bytes of a piece of evidence, from the mirror or fetched now. */
function reading(context: Context, platforms: Platforms) {
  return async (orgId: string, id: string): Promise<{ bytes: Uint8Array; name: string }> => {
    const mirror = await context.opened().mirrors.get(orgId);
    const { file } = await recordOf(mirror.reader, orgId, id);
    if (file === null) throw new AppError('INPUT_INVALID', 'A link has no file.', { id });
    const here = await mirror.reader.blob(file.sha256);
    if (here !== null) return { bytes: here, name: file.name };
    const connection = await connectionOf(context, orgId);
    try {
      const bytes = await platforms.watch(connection.id, () =>
        fetchBlob({ client: platforms.client(connection), mirror, orgId }, file.sha256, context.ports.clock.now()),
      );
      return { bytes, name: file.name };
    } catch (error) {
      if (error instanceof AppError && error.code === 'PLATFORM_UNREACHABLE') {
        throw new AppError(
          'OFFLINE',
          'Its file is not on this machine, and the platform cannot be reached.',
          { id },
          error,
        );
      }
      throw error;
    }
  };
}

async function list(context: Context, orgId: string): Promise<Output<'evidence.list'>> {
  const { reader } = await context.opened().mirrors.get(orgId);
  const day = dayOf(context.ports.clock.now());
  const { of, pending } = await readRecords(reader, orgId, null, day);
  const here = new Set((await reader.blobs()).map((one) => one.sha256));
  const { rows: members } = await reader.entities('member', null, 0, LIST_MAX);
  const frameworks = [...BUILT_IN_FRAMEWORKS.values(), ...of.framework.map((one) => one.framework)];
  const newest = <T extends { readonly created_at: string }>(all: readonly T[]): T[] =>
    all.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return {
    day,
    evidence: newest(of.evidence).map((evidence) => ({
      ...{ evidence, state: evidenceState(evidence, day), pending: pending('evidence', evidence.id) },
      here: evidence.file === null || here.has(evidence.file.sha256),
    })),
    requests: newest(of.evidence_request).map((request) => ({
      request,
      overdue: ['open', 'returned'].includes(request.state) && request.due_on !== null && request.due_on < day,
      pending: pending('evidence_request', request.id),
    })),
    controls: frameworks.flatMap(({ id: framework, controls }) =>
      controls.filter(({ kind }) => kind === 'control').map(({ id, ref, title }) => ({ id, ref, title, framework })),
    ),
    people: members.flatMap(({ data: { user_id, name, email, status } }) =>
      typeof user_id === 'string' && status !== 'suspended'
        ? [{ userId: user_id, name: String(name ?? email ?? user_id) }]
        : [],
    ),
  };
}

function queries(context: Context, asking: Asking, put: ReturnType<typeof adding>) {
  return {
    'evidence.addQuery': async ({ procedure, input, ...about }: HandlerInput<'evidence.addQuery'>) => {
      const { reader } = await context.opened().mirrors.get(about.orgId);
      // Asked again as it was asked: page and organization are not part of the question.
      const { orgId: _org, offset: _offset, limit: _limit, ...question } = input;
      const answer = await answered(asking, reader, { orgId: about.orgId, procedure, input: question, logSize: null });
      const query = {
        ...{ procedure, input: JSON.stringify(question), rows: answer.rows, digest: answer.digest },
        ...{ log_size: answer.logSize, log_root: answer.logRoot },
      };
      const name = `${procedure.replace('.', '-')}-${dayOf(context.ports.clock.now())}.csv`;
      return await put(about, { kind: 'query', query, url: null }, { bytes: answer.csv, name, mediaType: 'text/csv' });
    },
    'evidence.verifyQuery': async ({ orgId, id }: HandlerInput<'evidence.verifyQuery'>) => {
      const { reader } = await context.opened().mirrors.get(orgId);
      const { query } = await recordOf(reader, orgId, id);
      if (query === null) throw new AppError('INPUT_INVALID', 'This evidence is no answer of the mirror.', { id });
      const procedure = EVIDENCE_PROCEDURES.find((one) => one === query.procedure);
      if (procedure === undefined)
        throw new AppError('INPUT_INVALID', 'This console does not ask that question.', { id });
      const input = JSON.parse(query.input) as object;
      const now = await answered(asking, reader, { orgId, procedure, input, logSize: query.log_size });
      return {
        same: now.digest === query.digest,
        logHolds: await logHolds(reader, query.log_size, query.log_root),
        noted: { rows: query.rows, digest: query.digest, logSize: query.log_size },
        now: { rows: now.rows, digest: now.digest, logSize: now.logSize },
      };
    },
  };
}

export function evidenceHandlers(
  context: Context,
  files: Files,
  platforms: Platforms,
  add: AddToOutbox,
  asking: Pick<Asking, EvidenceProcedure>,
): Handlers {
  const put = adding(context, add);
  const read = reading(context, platforms);
  return {
    'evidence.list': ({ orgId }) => list(context, orgId),
    'evidence.addFile': async ({ path, name, ...about }) => {
      try {
        const bytes = await readEvidenceFile(path);
        const called = basename(name ?? path);
        const kept = { bytes, name: called, mediaType: mediaTypeOf(bytes, called) };
        return await put(about, { kind: 'file', query: null, url: null }, kept);
      } finally {
        await files.discardUpload(path);
      }
    },
    'evidence.addScreenshot': async ({ data, name, ...about }) => {
      const bytes = fromBase64(data);
      const mediaType = imageType(bytes);
      if (bytes.length > SCREENSHOT_BYTES_MAX) throw new AppError('INPUT_INVALID', 'The image is larger than 10 MiB.');
      if (mediaType !== 'image/png' && mediaType !== 'image/jpeg') {
        throw new AppError('INPUT_INVALID', 'The image is neither PNG nor JPEG.');
      }
      const stamp = new Date(context.ports.clock.now()).toISOString().slice(0, 19).replaceAll(':', '');
      const called = name ?? `screenshot-${stamp}.${mediaType === 'image/png' ? 'png' : 'jpg'}`;
      return await put(about, { kind: 'screenshot', query: null, url: null }, { bytes, name: called, mediaType });
    },
    'evidence.addLink': async ({ url, ...about }) => await put(about, { kind: 'link', query: null, url }, null),
    ...queries(context, asking, put),
    'evidence.save': async ({ orgId, id, path: chosen }) => {
      await refuseExportOutside(context, orgId);
      const { bytes, name } = await read(orgId, id);
      const [, stem = name, extension = ''] = /^(.+?)(\.[a-z0-9]{1,8})?$/i.exec(name) ?? [];
      const path = files.exportPath(chosen, stem.replaceAll(/[^\w.-]/g, '_'), extension);
      await context.opened().unfinished.during(path, (draft) => writeNewFile(path, draft, (file) => file.write(bytes)));
      files.wrote(path);
      return { path, bytes: bytes.length };
    },
    'evidence.preview': async ({ orgId, id }) => {
      const { bytes, name } = await read(orgId, id);
      const about = { name, bytes: bytes.length };
      const mediaType = imageType(bytes);
      if (mediaType !== null) return { ...about, shown: { as: 'image', mediaType, data: toBase64(bytes) } };
      const text = textOf(bytes, PREVIEW_TEXT_BYTES);
      return { ...about, shown: text === null ? { as: 'none' } : { as: 'text', ...text } };
    },
  };
}
