/** Methods of the checker: a read-only connection in a thread of its own, so that long checks hold up neither queries nor the writer. */
import { AppError } from '../../../shared/errors.ts';
import type { MirrorChecker } from '../api.ts';
import type { Connection } from '../connect.ts';
import { guarded } from '../sqliteErrors.ts';
import { dictionaryPage } from './nameCheck.ts';
import { PageCheck } from './pageCheck.ts';
import { SearchCheck } from './searchCheck.ts';

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never };
type Methods = Sync<Omit<MirrorChecker, 'close'>>;

/** Longest step; between two of them a check can be cancelled. */
const STEP_MS = 200;
const ENTRIES_MAX = 5000;

export function createChecker(db: Connection, path: string): { methods: Methods; close: () => void } {
  let search: SearchCheck | null = null;
  let pages: PageCheck | null = null;
  const searching = (): SearchCheck => {
    if (search === null) throw new AppError('INTERNAL', 'No check of the search index was begun.');
    return search;
  };
  const methods: Methods = {
    beginSearch: (size) => {
      search?.close();
      search = new SearchCheck(db, size);
    },
    expectSearch: (first, texts) => searching().expect(first, texts),
    readSearch: () => searching().read(STEP_MS),
    searchStructure: () => searching().structure(),
    searchDiffering: () => searching().differing(),
    dictionary: (field, from) => dictionaryPage(db, field, from, ENTRIES_MAX),
    readPages: () => {
      pages ??= new PageCheck(db);
      return { ...pages.read(STEP_MS), total: pages.total };
    },
  };
  return {
    methods: guarded(methods, path),
    close: () => {
      search?.close();
      pages?.close();
    },
  };
}
