/**
 * Rows of one filtered, sorted log, fetched by pages as they come into sight. It never holds more than a bounded number
 * of pages, asks for at most two at once, and forgets a request that scrolled out of sight before it was sent.
 */
import type { AuditPage, AuditRow } from '../../shared/contract/audit.ts';
import type { ErrorEnvelope } from '../../shared/errors.ts';

export const PAGE_ROWS = 200;
const PAGES_HELD = 40;
const REQUESTS_AT_ONCE = 2;

export type PageAnswer = { ok: true; value: AuditPage } | { ok: false; error: ErrorEnvelope };
/** Fetches the rows [offset, offset + limit). Must not throw. */
export type FetchPage = (offset: number, limit: number) => Promise<PageAnswer>;

export interface Totals {
  readonly matched: number;
  readonly mirrored: number;
  /** Time the reader took for the newest page, milliseconds. */
  readonly elapsedMs: number;
}

export class PageCache {
  readonly #fetch: FetchPage;
  readonly #changed: () => void;
  readonly #pages = new Map<number, readonly AuditRow[]>();
  readonly #failed = new Map<number, ErrorEnvelope>();
  readonly #inFlight = new Set<number>();
  #wanted: number[] = [];
  #totals: Totals | null = null;
  #closed = false;

  /** `changed` is called after every answer that altered what can be shown. */
  constructor(fetch: FetchPage, changed: () => void) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  /** Counts of the newest answer; null before the first. */
  get totals(): Totals | null {
    return this.#totals;
  }

  /** Why a wanted page is not there; null when none failed. */
  get error(): ErrorEnvelope | null {
    for (const error of this.#failed.values()) return error;
    return null;
  }

  get pagesHeld(): number {
    return this.#pages.size;
  }

  /** The row at a position, or undefined while it is not here. */
  row(index: number): AuditRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Position of an event among the rows held; null when it is not here (it may still be in the log). */
  indexOf(seq: number): number | null {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.seq === seq);
      if (at >= 0) return page * PAGE_ROWS + at;
    }
    return null;
  }

  /**
   * Says which rows are in sight: [first, last], and which way the reader moves (1 down, -1 up). Pages in sight come
   * first, then one ahead. What was wanted before and is not any more is not asked for.
   */
  want(first: number, last: number, direction: 1 | -1): void {
    const wanted = pagesToFetch(first, last, direction, this.#totals?.matched ?? null);
    this.#wanted = wanted;
    for (const page of wanted) {
      const rows = this.#pages.get(page);
      if (rows === undefined) continue;
      // Re-inserted, so that the order of the map is the order of use.
      this.#pages.delete(page);
      this.#pages.set(page, rows);
    }
    this.#pump();
  }

  /** Asks again for the pages that failed. */
  retry(): void {
    this.#failed.clear();
    this.#pump();
  }

  /** No answer changes anything from here on. */
  close(): void {
    this.#closed = true;
    this.#wanted = [];
  }

  #pump(): void {
    for (const page of this.#wanted) {
      if (this.#closed || this.#inFlight.size >= REQUESTS_AT_ONCE) return;
      if (this.#pages.has(page) || this.#inFlight.has(page) || this.#failed.has(page)) continue;
      this.#inFlight.add(page);
      void this.#load(page);
    }
  }

  async #load(page: number): Promise<void> {
    const answer = await this.#fetch(page * PAGE_ROWS, PAGE_ROWS);
    this.#inFlight.delete(page);
    if (this.#closed) return;
    if (answer.ok) this.#take(page, answer.value);
    else this.#failed.set(page, answer.error);
    this.#changed();
    this.#pump();
  }

  #take(page: number, value: AuditPage): void {
    const { rows, matched, mirrored, elapsedMs } = value;
    // The log grew between two pages: positions of the pages held no longer fit this one.
    if (this.#totals !== null && this.#totals.matched !== matched) this.#pages.clear();
    this.#totals = { matched, mirrored, elapsedMs };
    this.#pages.set(page, rows);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= PAGES_HELD) break;
      if (!this.#wanted.includes(old)) this.#pages.delete(old);
    }
  }
}

/** Pages for the rows [first, last], nearest in the reading direction first, with one ahead; none past the end. */
export function pagesToFetch(first: number, last: number, direction: 1 | -1, matched: number | null): number[] {
  const end = matched === null ? Number.POSITIVE_INFINITY : Math.ceil(matched / PAGE_ROWS);
  const from = Math.max(0, Math.floor(first / PAGE_ROWS));
  const to = Math.max(from, Math.floor(last / PAGE_ROWS));
  const pages: number[] = [];
  for (let page = from; page <= to; page++) pages.push(page);
  if (direction < 0) pages.reverse();
  pages.push(direction > 0 ? to + 1 : from - 1);
  return pages.filter((page) => page >= 0 && (page < end || page === 0));
}
