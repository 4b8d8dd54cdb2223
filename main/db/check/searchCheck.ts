/** Holds the search index against the words that each event should be found by. */
import { randomInt } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Connection, Statement } from '../connect.ts';
import { TermSums } from './termSums.ts';

/** How the index is made: words are parted here as they are there. */
const SEARCH_OPTIONS = "content = '', detail = none, columnsize = 0, tokenize = 'unicode61'";
const DIFFERING_NAMED_MAX = 20;
const WORDS_SQL = 'SELECT term, CAST(group_concat(doc) AS BLOB) AS docs FROM';

interface Word {
  readonly term: string;
  readonly docs: Uint8Array;
}

export class SearchCheck {
  private readonly db: Connection;
  private readonly sums: TermSums;
  /** In memory: nothing of it reaches a disk. */
  private readonly expected: Connection;
  private readonly insert: Statement;
  private readonly expectedWords: Statement;
  private readonly lookUp: Statement;
  private sweep: IterableIterator<unknown> | null = null;
  /** Words that a search for them does not find where a sweep does. */
  private unreached = 0;
  private malformed = false;

  constructor(db: Connection, size: number) {
    this.db = db;
    this.sums = new TermSums(size, randomInt(2 ** 32));
    db.exec('CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, search, instance)');
    this.lookUp = db.prepare('SELECT CAST(group_concat(rowid) AS BLOB) FROM search WHERE search MATCH ?').pluck();
    this.expected = new Database(':memory:');
    this.expected.pragma('temp_store = MEMORY');
    this.expected.exec(`
      CREATE VIRTUAL TABLE search USING fts5 (text, ${SEARCH_OPTIONS});
      CREATE VIRTUAL TABLE words USING fts5vocab(search, instance);
    `);
    this.insert = this.expected.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
    this.expectedWords = this.expected.prepare(`${WORDS_SQL} words GROUP BY term`);
  }

  /** The text of the events from `first` on. */
  expect(first: number, texts: readonly string[]): void {
    this.expected.transaction(() => {
      for (const [i, text] of texts.entries()) this.insert.run(i, text);
    })();
    for (const { term, docs } of this.expectedWords.iterate() as IterableIterator<Word>) {
      this.sums.add(term, docs, first, -1);
    }
    this.expected.exec("INSERT INTO search (search) VALUES ('delete-all')");
  }

  /** Reads on in the index for about `budgetMs`, over one state of the file however often it is called. */
  read(budgetMs: number): { words: number; done: boolean } {
    const until = performance.now() + budgetMs;
    this.sweep ??= this.db.prepare(`${WORDS_SQL} temp.words GROUP BY term`).iterate();
    let words = 0;
    try {
      while (performance.now() < until) {
        const next = this.sweep.next();
        if (next.done) return { words, done: true };
        this.take(next.value as Word);
        words += 1;
      }
    } catch (error) {
      // The pages themselves authenticate: they do not belong together.
      if ((error as { code?: unknown }).code !== 'SQLITE_CORRUPT_VTAB') throw error;
      this.malformed = true;
      return { words, done: true };
    }
    return { words, done: false };
  }

  private take({ term, docs }: Word): void {
    this.sums.add(term, docs, 0, 1);
    // A search goes to its word through a directory of pages, which the sweep does not use.
    const found = this.lookUp.get(`"${term}"`) as Buffer | null;
    if (found === null || !found.equals(docs)) this.unreached += 1;
  }

  /** What is wrong in how the index is laid out: a search could miss what is there. */
  structure(): string[] {
    const found = this.db.prepare("PRAGMA integrity_check('search')").pluck().all() as string[];
    return [
      ...(this.malformed ? ['pages of the index do not belong together'] : []),
      ...(this.unreached > 0 ? [`${this.unreached} words are not found where they stand`] : []),
      ...found.filter((line) => line !== 'ok'),
    ];
  }

  /** Events that search does not find by exactly their words. */
  differing(): { count: number; first: number[] } {
    return this.sums.differing(DIFFERING_NAMED_MAX);
  }

  close(): void {
    this.sweep?.return?.();
    this.expected.close();
  }
}
