/** What the shared rules of compliance records need to know, read from a mirror. */
import type { z } from 'zod';
import { RECORD_KINDS, type RecordKind } from '../../shared/commands/index.ts';
import { BUILT_IN_FRAMEWORKS } from '../../shared/compliance/frameworks/index.ts';
import type { ModeWorld } from '../../shared/compliance/modePreview.ts';
import type { RecordBook } from '../../shared/compliance/recordRules.ts';
import { type EntityKind, entitySchemas } from '../../shared/entities/index.ts';
import type { MirrorReader } from '../db/api.ts';

type EntityOf<K extends EntityKind> = z.output<(typeof entitySchemas)[K]>;
/** More than an organization may have of any kind. */
const ENTITIES_MAX = 50_000;

async function all<K extends EntityKind>(reader: MirrorReader, kind: K): Promise<EntityOf<K>[]> {
  const { rows } = await reader.entities(kind, null, 0, ENTITIES_MAX);
  return rows.flatMap(({ data, version }) => {
    const read = entitySchemas[kind].safeParse({ ...data, version });
    return read.success ? [read.data as EntityOf<K>] : [];
  });
}

/** The book of an organization as last synced. `asker`: user id of the signed-in person; null: not known. */
export async function recordBook(reader: MirrorReader, asker: string | null, now: number): Promise<RecordBook> {
  const records = new Map<RecordKind, Map<string, Readonly<Record<string, unknown>>>>();
  for (const kind of RECORD_KINDS) {
    const found = (await all(reader, kind)) as unknown as { readonly id: string }[];
    records.set(kind, new Map(found.map((one) => [one.id, one as unknown as Readonly<Record<string, unknown>>])));
  }
  const list = <K extends RecordKind>(kind: K) => [...records.get(kind)!.values()] as unknown as EntityOf<K>[];
  const [members, workspaces, organizations] = await Promise.all([
    all(reader, 'member'),
    all(reader, 'workspace'),
    all(reader, 'organization'),
  ]);
  const own = list('framework').map(({ framework }) => framework);
  const frameworks = [...BUILT_IN_FRAMEWORKS.values(), ...own];
  const controls = new Set(frameworks.flatMap((framework) => framework.controls.map(({ id }) => id)));
  const ids = new Set(frameworks.map(({ id }) => id));
  return {
    record: (kind, id) => records.get(kind)!.get(id) ?? null,
    count: (kind) => records.get(kind)!.size,
    modes: list('compliance_mode'),
    policies: list('retention_policy'),
    control: (id) => controls.has(id),
    framework: (id) => ids.has(id),
    people: new Set(members.filter(({ status }) => status !== 'suspended').map(({ user_id }) => user_id)),
    workspaces: new Set(workspaces.map(({ id }) => id)),
    organization: organizations[0] ?? null,
    ...{ asker, now },
  };
}

/** The same with what a change of a mode touches. */
export async function modeWorld(reader: MirrorReader, now: number): Promise<ModeWorld> {
  const [members, organizations, policies, safeguards] = await Promise.all([
    all(reader, 'member'),
    all(reader, 'organization'),
    all(reader, 'retention_policy'),
    all(reader, 'safeguards'),
  ]);
  return {
    book: await recordBook(reader, null, now),
    ...{ members, organization: organizations[0] ?? null, policies, safeguards: safeguards[0] ?? null },
  };
}
