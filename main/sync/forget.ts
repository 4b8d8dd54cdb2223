/** Dropping what the log says is gone: the bytes, the words by which search found them, and the names only they told. */
import { readEvent } from '../../shared/audit/index.ts';
import { fromUtf8 } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { TILE_WIDTH } from '../../shared/log/index.ts';
import type { ForgottenName, Mirror } from '../db/api.ts';
import { readDisclosed, searchLine } from '../db/disclosed.ts';

const CHUNK = 4 * TILE_WIDTH;
const NAMED = ['actor', 'target', 'action', 'workspace'] as const;

export interface ForgetPorts {
  readonly mirror: Mirror;
  readonly signal: AbortSignal;
}

const partsOf = (line: string): string[] => (line === '' ? [] : line.split('~'));

function wordsOf(leaf: Uint8Array, line: string): string {
  return searchLine(readEvent(fromUtf8(leaf)), readDisclosed(partsOf(line)));
}

function stopIfAsked({ signal }: ForgetPorts): void {
  if (signal.aborted) throw new AppError('CANCELLED');
}

/**
 * Drops disclosures of the events [begin, end) of which `stays` is false; an event whose disclosures all stay is not touched. Each stretch is one
 * transaction: a run that ends early is begun again. Afterwards `settleForgotten` is due. Answers how many events lost something.
 */
export async function forgetIn(
  ports: ForgetPorts,
  begin: number,
  end: number,
  stays: (seq: number, disclosure: string) => boolean,
): Promise<number> {
  let changed = 0;
  for (let at = begin; at < end; at += CHUNK) {
    stopIfAsked(ports);
    const { leaves, disclosures } = await ports.mirror.reader.leaves(at, Math.min(at + CHUNK, end));
    const rows = disclosures.flatMap((line, i) => {
      const left = partsOf(line)
        .filter((disclosure) => stays(at + i, disclosure))
        .join('~');
      if (left === line) return [];
      return [{ seq: at + i, before: wordsOf(leaves[i]!, line), after: wordsOf(leaves[i]!, left), line: left }];
    });
    if (rows.length > 0) await ports.mirror.writer.forgetDisclosures(rows);
    changed += rows.length;
  }
  return changed;
}

/** Drops the events [pruned.dropped, to), a stretch of whole bundles a transaction. */
export async function forgetUpTo(ports: ForgetPorts, to: number, onProgress?: (at: number) => void): Promise<void> {
  const { mirror } = ports;
  const { pruned } = await mirror.reader.state();
  if (pruned.gap && pruned.dropped < pruned.to) return await forgetBehindGap(ports, to);
  for (let at = pruned.dropped; at < to; at += CHUNK) {
    stopIfAsked(ports);
    const end = Math.min(at + CHUNK, to);
    const { leaves, disclosures } = await mirror.reader.leaves(at, end);
    await mirror.writer.forgetPrefix(
      end,
      leaves.map((leaf, i) => wordsOf(leaf, disclosures[i]!)),
    );
    onProgress?.(end);
  }
}

/** The mirror holds a part of what went: its search index is made anew from what is left. */
async function forgetBehindGap(ports: ForgetPorts, to: number): Promise<void> {
  const { writer, reader } = ports.mirror;
  const { size } = await writer.clearSearch();
  for (let at = to; at < size; at += CHUNK) {
    stopIfAsked(ports);
    const { leaves, disclosures } = await reader.leaves(at, Math.min(at + CHUNK, size));
    await writer.addSearch(
      at,
      leaves.map((leaf, i) => wordsOf(leaf, disclosures[i]!)),
    );
  }
  await writer.forgetPrefix(to, null);
}

/** After events or disclosures went: names that nothing tells any more, deleted words in the search index, old pages in the write-ahead log. */
export async function settleForgotten(ports: ForgetPorts): Promise<void> {
  const { mirror } = ports;
  await forgetUntold(ports);
  for (let done = false, begin = true; !done; begin = false) {
    stopIfAsked(ports);
    ({ done } = await mirror.writer.settleSearch(begin));
  }
  await mirror.writer.checkpointWal();
}

/** Sets every name to the newest one that the events left tell, and empties entries that none of them names. */
async function forgetUntold(ports: ForgetPorts): Promise<void> {
  const { reader, writer } = ports.mirror;
  const { size, pruned } = await reader.state();
  const told = { actor: new Map(), target: new Map(), action: new Map(), workspace: new Map() } as Record<
    (typeof NAMED)[number],
    Map<string, string | null>
  >;
  const tell = (field: (typeof NAMED)[number], key: string, name: string | null): void => {
    told[field].set(key, name ?? told[field].get(key) ?? null);
  };
  for (let at = pruned.to; at < size; at += CHUNK) {
    stopIfAsked(ports);
    const { leaves, disclosures } = await reader.leaves(at, Math.min(at + CHUNK, size));
    for (const [i, leaf] of leaves.entries()) {
      const event = readEvent(fromUtf8(leaf));
      const { actor, target } = readDisclosed(partsOf(disclosures[i]!));
      tell('actor', `${event.actor.type}:${event.actor.id}`, actor);
      tell('target', event.target === null ? '' : `${event.target.type}:${event.target.id}`, target);
      tell('action', event.action, null);
      tell('workspace', event.workspace ?? '', null);
    }
  }
  const checker = await ports.mirror.checker();
  try {
    for (const field of NAMED) await writer.forgetNames(await changesOf(field));
  } finally {
    await checker.close();
  }

  async function changesOf(field: (typeof NAMED)[number]): Promise<ForgottenName[]> {
    const changes: ForgottenName[] = [];
    for (let from = 0; ; ) {
      stopIfAsked(ports);
      const { entries } = await checker.dictionary(field, from);
      for (const { code, key, name } of entries) {
        const used = told[field].has(key);
        const wanted = told[field].get(key) ?? null;
        if (!used ? !key.startsWith('pruned:') : name !== wanted) changes.push({ field, code, name: wanted, used });
      }
      const last = entries.at(-1);
      if (last === undefined) return changes;
      from = last.code + 1;
    }
  }
}
