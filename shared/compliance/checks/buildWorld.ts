/** A world out of what the platform's tables or a mirror hold: the same for both. */
import { type EntityKind, entitySchemas } from '../../entities/index.ts';
import { HISTORY_KINDS } from '../../rbac/index.ts';
import { AccessHistory, type HistoryStep } from '../../rbac/questions/history.ts';
import type { CheckWorld, EntityOf, LogFacts, MirrorFacts } from './world.ts';

type Data = Readonly<Record<string, unknown>>;

/** Entities as the feed carries them, by kind and id. */
export type RawEntities = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

export interface WorldParts {
  readonly orgId: string;
  readonly asOf: number;
  readonly log: LogFacts;
  readonly steps: readonly HistoryStep[];
  readonly entities: RawEntities;
  readonly mirror: MirrorFacts | null;
}

/** Kinds as read before, by what they were read from: reading ten thousand members costs more than most checks. */
type Read = Map<
  EntityKind,
  { readonly from: ReadonlyMap<string, unknown> | undefined; readonly list: readonly Data[] }
>;

/** Entities of a kind by id. One that its schema does not read is left out, as everywhere. */
function readKind(kind: EntityKind, raw: ReadonlyMap<string, unknown> | undefined): readonly Data[] {
  if (raw === undefined) return [];
  const schema = entitySchemas[kind];
  const ids = [...raw.keys()].sort();
  return ids.flatMap((id) => {
    const read = schema.safeParse(raw.get(id));
    return read.success ? [read.data as Data] : [];
  });
}

export class WorldReader {
  private readonly read: Read = new Map();

  /** Maps of `entities` that are the same as before are not read again. */
  world({ orgId, asOf, log, steps, entities, mirror }: WorldParts): CheckWorld {
    const records = <K extends EntityKind>(kind: K): readonly EntityOf<K>[] => {
      const from = entities.get(kind);
      let known = this.read.get(kind);
      if (known === undefined || known.from !== from) {
        known = { from, list: readKind(kind, from) };
        this.read.set(kind, known);
      }
      return known.list as readonly EntityOf<K>[];
    };
    const feed = new Map(
      HISTORY_KINDS.map((kind) => [kind, new Map(records(kind).map((one) => [one.id, one as unknown as Data]))]),
    );
    return {
      ...{ orgId, asOf, log, mirror, records },
      history: new AccessHistory(steps, feed),
      safeguards: records('safeguards')[0] ?? null,
    };
  }
}
