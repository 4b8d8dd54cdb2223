/** Two passes over a log, page by page: first what a person is known by, then what an erasure would take. */
import type { Sha256 } from '../crypto.ts';
import {
  disclosureJson,
  type ErasedOf,
  type ErasurePlan,
  ErasurePlanner,
  namedValue,
  type PlanInput,
} from './erasure.ts';
import { type EventHead, type Subject, SubjectFinder } from './personal.ts';

/** One event as it is stored: its leaf as text, its disclosures joined with `~`. */
export interface LogRow {
  readonly seq: number;
  readonly leaf: string;
  readonly line: string;
}

/** Begins to read the log anew, in order. */
export type Reading = () => AsyncIterable<readonly LogRow[]>;

/** Events of a page: bounds what is in memory at once. */
export const DEFAULT_PAGE_EVENTS = 1_000;

/** What the log tells a person is known by. Throws LOG_MALFORMED. */
export async function subjectOf(
  reading: Reading,
  userId: string,
  known?: ConstructorParameters<typeof SubjectFinder>[1],
): Promise<Subject> {
  const finder = new SubjectFinder(userId, known);
  for await (const rows of reading()) {
    for (const { leaf, line } of rows) {
      if (line === '') continue;
      const jsons = line.split('~').map(disclosureJson);
      if (!finder.maybe(leaf) && !jsons.some((json) => finder.maybe(json))) continue;
      finder.take(JSON.parse(leaf) as EventHead, jsons.map(namedValue));
    }
  }
  return finder.found();
}

/** What an erasure would take, and the list of it. Throws LOG_MALFORMED. */
export async function planOf(
  reading: Reading,
  input: PlanInput,
  sha256: Sha256,
): Promise<{ readonly plan: ErasurePlan; readonly list: readonly ErasedOf[] }> {
  const planner = new ErasurePlanner(input, sha256);
  for await (const rows of reading()) for (const { seq, leaf, line } of rows) planner.take(seq, leaf, line);
  return { plan: planner.plan(), list: planner.list };
}
