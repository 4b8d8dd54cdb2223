import { describe, expect, it } from 'vitest';
import type { AuditRow } from '../../shared/contract/audit.ts';
import type { PageAnswer } from './pageCache.ts';
import { PAGE_ROWS, PageCache, pagesToFetch } from './pageCache.ts';

function row(seq: number): AuditRow {
  const actor = { type: 'user' as const, id: 'u_1', name: null };
  return {
    seq,
    occurredAt: seq,
    recordedAt: seq,
    actor,
    action: 'a.b',
    target: null,
    outcome: 'success',
    workspace: null,
  };
}

/** A log whose answers arrive only when the test lets them. */
function slowLog(matched: number) {
  const waiting: { offset: number; answer: (value: PageAnswer) => void }[] = [];
  const asked: number[] = [];
  let size = matched;
  const page = (offset: number): PageAnswer => {
    const length = Math.max(0, Math.min(PAGE_ROWS, size - offset));
    const rows = Array.from({ length }, (_, i) => row(offset + i));
    return { ok: true, value: { rows, matched: size, mirrored: size, elapsedMs: 1 } };
  };
  return {
    asked,
    fetch: (offset: number) => {
      asked.push(offset / PAGE_ROWS);
      return new Promise<PageAnswer>((answer) => waiting.push({ offset, answer }));
    },
    grow: (to: number) => {
      size = to;
    },
    async settle(answer = page) {
      while (waiting.length > 0) {
        for (const { offset, answer: give } of waiting.splice(0)) give(answer(offset));
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
  };
}

describe('page cache', () => {
  it('fetches what is in sight and one page ahead, in the reading direction', () => {
    expect(pagesToFetch(0, 30, 1, null)).toEqual([0, 1]);
    expect(pagesToFetch(390, 410, 1, 10_000)).toEqual([1, 2, 3]);
    expect(pagesToFetch(390, 410, -1, 10_000)).toEqual([2, 1, 0]);
    expect(pagesToFetch(980, 999, 1, 1000)).toEqual([4]);
    expect(pagesToFetch(0, 0, 1, 0)).toEqual([0]);
  });

  it('has no row before the answer, and the right one after', async () => {
    const log = slowLog(1000);
    let changes = 0;
    const cache = new PageCache(log.fetch, () => changes++);
    cache.want(0, 30, 1);
    expect(cache.row(3)).toBeUndefined();
    await log.settle();
    expect(cache.row(3)?.seq).toBe(3);
    expect(cache.indexOf(250)).toBe(250);
    expect(cache.totals).toEqual({ matched: 1000, mirrored: 1000, elapsedMs: 1 });
    expect(changes).toBe(2);
  });

  it('asks for two pages at once at most and drops what scrolled out of sight unasked', async () => {
    const log = slowLog(1_000_000);
    const cache = new PageCache(log.fetch, () => {});
    for (let top = 0; top < 1_000_000; top += 10_000) cache.want(top, top + 30, 1);
    expect(log.asked).toEqual([0, 1]);
    await log.settle();
    expect(log.asked).toEqual([0, 1, 4950, 4951]);
    expect(cache.row(990_010)?.seq).toBe(990_010);
  });

  it('stays bounded however far the reader goes', async () => {
    const log = slowLog(1_000_000);
    const cache = new PageCache(log.fetch, () => {});
    for (let top = 0; top < 40_000; top += 300) {
      cache.want(top, top + 30, 1);
      await log.settle();
    }
    expect(cache.pagesHeld).toBe(40);
    expect(cache.row(39_905)?.seq).toBe(39_905);
  });

  it('forgets its pages when the log grew meanwhile', async () => {
    const log = slowLog(1000);
    const cache = new PageCache(log.fetch, () => {});
    cache.want(0, 30, 1);
    await log.settle();
    log.grow(1001);
    cache.want(500, 530, 1);
    await log.settle();
    expect(cache.row(3)).toBeUndefined();
    expect(cache.row(500)?.seq).toBe(500);
  });

  it('keeps the error of a failed page until asked to retry, without asking in a loop', async () => {
    const log = slowLog(1000);
    const cache = new PageCache(log.fetch, () => {});
    cache.want(0, 30, 1);
    await log.settle(() => ({ ok: false, error: { code: 'MIRROR_DAMAGED', message: 'damaged' } }));
    expect(cache.error?.code).toBe('MIRROR_DAMAGED');
    cache.want(0, 30, 1);
    expect(log.asked).toEqual([0, 1]);
    cache.retry();
    await log.settle();
    expect(cache.error).toBeNull();
    expect(cache.row(0)?.seq).toBe(0);
  });

  it('ignores answers that come after it was closed', async () => {
    const log = slowLog(1000);
    let changes = 0;
    const cache = new PageCache(log.fetch, () => changes++);
    cache.want(0, 30, 1);
    cache.close();
    await log.settle();
    expect([changes, cache.totals, cache.row(0)]).toEqual([0, null, undefined]);
  });
});
