/** Files under way hold rows in the clear. Their paths are in the console's encrypted database before they exist, so that none outlives a kill. */
import { existsSync, lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { ConsoleDb } from '../db/api.ts';
import { DRAFT, draftOf } from './newFile.ts';

/** A folder that is not there may be on a drive that is not connected: that long its files are asked for again. */
const ABSENT_MS_MAX = 90 * 86_400_000;

type DraftRows = Pick<ConsoleDb, 'noteDraft' | 'dropDraft' | 'listDrafts'>;

export interface Unfinished {
  /** Runs work that writes the file at `path` by way of the draft it is given, and removes or renames it. */
  during<T>(path: string, work: (draft: string) => Promise<T>): Promise<T>;
  /** What the last opening of the vault found. */
  readonly cleared: Cleared;
}

export interface Cleared {
  /** Drafts of killed exports that were removed. */
  readonly removed: readonly string[];
  /** Drafts that could not be removed; they hold rows in the clear. */
  readonly left: readonly string[];
}

/** Removes a draft; false where it is there and stays. Only a plain file that is named as drafts are is touched. */
async function remove(path: string): Promise<'removed' | 'absent' | 'left'> {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile() || !DRAFT.test(basename(path))) return 'absent';
    await rm(path);
    return 'removed';
  } catch {
    return 'left';
  }
}

/** Clears what killed exports left behind, wherever it is. Called once the console database is open, before anything is exported. */
async function clear(rows: DraftRows, now: number): Promise<Cleared> {
  const removed: string[] = [];
  const left: string[] = [];
  for (const { path, madeAt } of await rows.listDrafts()) {
    const end = await remove(path);
    if (end === 'removed') removed.push(path);
    if (end === 'left') left.push(path);
    const away = end === 'absent' && !existsSync(dirname(path)) && now - madeAt < ABSENT_MS_MAX;
    if (end !== 'left' && !away) await rows.dropDraft(path);
  }
  return { removed, left };
}

export async function openUnfinished(rows: DraftRows, now: () => number): Promise<Unfinished> {
  const cleared = await clear(rows, now());
  return {
    cleared,
    async during(path, work) {
      const draft = draftOf(path);
      await rows.noteDraft(draft, now());
      try {
        return await work(draft);
      } finally {
        // A draft that could not be removed stays noted; so does one whose note cannot be dropped now.
        if (!existsSync(draft)) await rows.dropDraft(draft).catch(() => {});
      }
    },
  };
}
