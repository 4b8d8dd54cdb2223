import { describe, expect, it } from 'vitest';
import { formatDate } from '../../ui/time.ts';
import { asSpan, boundsOf, periodParams, periodWords, readPeriod, stepPeriod } from './period.ts';

const NOW = Date.UTC(2026, 10, 25, 0, 30);
const read = (text: string) => readPeriod(new URLSearchParams(text), NOW);
const words = (text: string) => periodWords(read(text), (at) => formatDate(at, 'UTC'));

describe('period of a run', () => {
  it('is the last day that has ended unless the address says another', () => {
    expect(read('')).toEqual({ span: 'day', first: '2026-11-24', last: '2026-11-24' });
    expect(read('from=2026-02-30')).toEqual(read(''));
    expect(read('span=month&from=2026-02-10')).toEqual({ span: 'month', first: '2026-02-01', last: '2026-02-28' });
    expect(read('span=quarter&from=2026-02-10')).toMatchObject({ first: '2026-01-01', last: '2026-03-31' });
    expect(read('span=custom&from=2026-02-10&to=2026-02-01')).toMatchObject({ last: '2026-02-10' });
  });

  it('is half open, in UTC', () => {
    expect(boundsOf(read('span=month&from=2028-02-01'))).toEqual({
      from: Date.UTC(2028, 1, 1),
      to: Date.UTC(2028, 2, 1),
    });
  });

  it('steps by itself, over the ends of months and years', () => {
    expect(stepPeriod(read('span=quarter&from=2026-01-01'), -1)).toMatchObject({
      first: '2025-10-01',
      last: '2025-12-31',
    });
    expect(stepPeriod(read('span=custom&from=2026-02-27&to=2026-02-28'), 1)).toMatchObject({
      first: '2026-03-01',
      last: '2026-03-02',
    });
    expect(stepPeriod(read('from=2026-03-01'), -1).first).toBe('2026-02-28');
  });

  it('keeps what was chosen in the address, and reads it back', () => {
    for (const text of ['', 'span=month&from=2026-02-01', 'span=custom&from=2026-02-01&to=2026-03-05']) {
      const chosen = read(text);
      const kept = Object.entries(periodParams(chosen)).filter((entry): entry is [string, string] => entry[1] !== null);
      expect(readPeriod(new URLSearchParams(kept), NOW)).toEqual(chosen);
    }
    expect(asSpan(read('from=2026-05-06'), 'quarter')).toMatchObject({ first: '2026-04-01', last: '2026-06-30' });
    expect(asSpan(read('span=month&from=2026-05-06'), 'custom')).toMatchObject({
      first: '2026-05-01',
      last: '2026-05-31',
    });
  });

  it('reads as people say it', () => {
    expect([
      words(''),
      words('span=month'),
      words('span=quarter'),
      words('span=custom&from=2026-11-01&to=2026-11-03'),
    ]).toEqual(['24 Nov 2026', 'Nov 2026', 'Q4 2026', '1 Nov 2026 to 3 Nov 2026']);
  });
});
