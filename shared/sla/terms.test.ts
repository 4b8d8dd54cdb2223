import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { revisionOf, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import type { Sla } from '../entities/sla.ts';
import { monthAfter, monthOf, monthSpan } from './calendar.ts';
import { HOUR } from './model.ts';
import { monthTerms, monthTermsAt, newestRevision, revised, revisionAt, slaChange } from './terms.ts';

const made = (at: string) => ({ at: utc(at), by: 'user:ann', reason: 'renewal' });
const berlin = termsOf({ time_zone: 'Europe/Berlin' });

describe('revisions', () => {
  const sla = slaOf(berlin, { revisions: [revisionOf(1, '2026-05-10T12:00:00.000Z', berlin)] });

  it('hold from the first instant of the next local month', () => {
    const revisions = revised(sla, termsOf({ target_availability: 0.999 }), made('2026-10-31T22:30'));
    expect(revisions.map(({ revision, effective_from }) => [revision, effective_from])).toEqual([
      [1, '2026-05-10T12:00:00.000Z'],
      [2, '2026-10-31T23:00:00.000Z'],
    ]);
    expect(revisions[1]).toMatchObject({ made_at: '2026-10-31T22:30:00.000Z', made_by: 'user:ann', reason: 'renewal' });
  });

  it('that do not hold yet are replaced, the first never', () => {
    const twice = revised(
      { revisions: revised(sla, berlin, made('2026-10-05T00:00')) },
      berlin,
      made('2026-10-06T00:00'),
    );
    expect(twice.map(({ revision, made_at }) => [revision, made_at.slice(0, 10)])).toEqual([
      [1, '2026-05-10'],
      [2, '2026-10-06'],
    ]);
    // One that holds since this instant stays, and the next is a month later.
    const held = { revisions: revised(sla, berlin, made('2026-10-05T00:00')) };
    expect(
      revised(held, berlin, made('2026-10-31T23:00')).map(({ effective_from }) => effective_from.slice(0, 10)),
    ).toEqual([...['2026-05-10', '2026-10-31', '2026-11-30']]);
    expect(revised(sla, berlin, made('2026-01-01T00:00')).map((one) => one.effective_from)).toEqual([
      '2026-05-10T12:00:00.000Z',
      '2026-05-31T22:00:00.000Z',
    ]);
  });

  it('are found by instant: none before the SLA was made and after it ended', () => {
    const two = {
      ...sla,
      revisions: revised(sla, berlin, made('2026-10-05T00:00')),
      ended_at: '2026-12-01T00:00:00.000Z',
    };
    const at = (text: string) => revisionAt(two, utc(text))?.revision ?? null;
    expect(
      ['2026-05-10T11:59', '2026-05-10T12:00', '2026-10-31T22:59', '2026-10-31T23:00', '2026-12-01T00:00'].map(at),
    ).toEqual([null, 1, 1, 2, null]);
    expect(newestRevision(two).revision).toBe(2);
  });

  it('come of a patch with terms alone', () => {
    const by = { at: utc('2026-10-05T00:00'), by: 'user:ann' };
    expect(slaChange({ name: 'API' }, sla, by)).toEqual({ name: 'API' });
    const change = slaChange({ terms: berlin }, sla, by);
    expect(change.revisions?.[1]).toMatchObject({ revision: 2, reason: '' });
  });
});

describe('months', () => {
  it('of an SLA made and ended within them are judged from then and until then', () => {
    const sla = slaOf(berlin, {
      revisions: [revisionOf(1, '2026-10-10T12:34:56.000Z', berlin)],
      ended_at: '2026-10-20T00:00:00.000Z',
    });
    expect(monthTerms(sla, '2026-10')).toMatchObject({
      whole: monthSpan('2026-10', 'Europe/Berlin'),
      period: { from: utc('2026-10-10T12:34:56'), to: utc('2026-10-20T00:00') },
    });
    expect([monthTerms(sla, '2026-09'), monthTerms(sla, '2026-11')]).toEqual([null, null]);
    const whole = { ...sla, ended_at: '2026-10-31T23:00:00.000Z' };
    expect([monthTerms(whole, '2026-10')?.period.to, monthTerms(whole, '2026-11')]).toEqual([
      utc('2026-10-31T23:00'),
      null,
    ]);
    expect([monthTermsAt(sla, utc('2026-10-10T12:00')), monthTermsAt(sla, utc('2026-10-20T00:00'))]).toEqual([
      null,
      null,
    ]);
  });

  it('of a revision in another zone begin where the last of the one before ended', () => {
    const moved = (zone: string): Sla =>
      slaOf(berlin, { revisions: revised(slaOf(berlin), termsOf({ time_zone: zone }), made('2026-10-05T00:00')) });
    const lengths = (sla: Sla, month: string) => {
      const { whole, revision } = monthTerms(sla, month)!;
      return [revision.revision, (whole.to - whole.from) / HOUR];
    };
    const west = moved('America/New_York');
    expect([lengths(west, '2026-10'), lengths(west, '2026-11'), lengths(west, '2026-12')]).toEqual([
      [1, 745],
      [2, 726],
      [2, 744],
    ]);
    // Midnight in Berlin is evening of the last October day in New York.
    expect(monthTermsAt(west, utc('2026-10-31T23:00'))?.month).toBe('2026-11');
    expect(monthTermsAt(west, utc('2026-10-31T22:59'))).toMatchObject({ month: '2026-10', revision: { revision: 1 } });
    const east = moved('Asia/Kathmandu');
    expect([lengths(east, '2026-10'), lengths(east, '2026-11')]).toEqual([
      [1, 745],
      [2, 715.25],
    ]);
    expect(monthTermsAt(east, utc('2026-10-31T20:00'))).toMatchObject({ month: '2026-10', revision: { revision: 1 } });
  });

  it('share out every instant once, whatever was agreed when and in which zone', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];
    const agreed = fc.array(fc.tuple(fc.constantFrom(...zones), fc.integer({ min: 0, max: 400 * 24 })), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.constantFrom(...zones), agreed, (zone, list) => {
        const start = utc('2026-01-15T10:00');
        const first = termsOf({ time_zone: zone });
        let sla = slaOf(first, { revisions: [revisionOf(1, new Date(start).toISOString(), first)] });
        for (const [next, hour] of [...list].sort((a, b) => a[1] - b[1])) {
          const terms = termsOf({ time_zone: next });
          sla = { ...sla, revisions: revised(sla, terms, { at: start + hour * HOUR, by: 'user:ann', reason: '' }) };
        }
        let month = monthOf(start, zone);
        let at = start;
        for (let i = 0; i < 18; i++, month = monthAfter(month, 1)) {
          const { period, whole, revision } = monthTerms(sla, month)!;
          expect(period.from).toBe(at);
          for (const instant of [period.from, period.to - 1]) {
            expect(monthTermsAt(sla, instant)).toEqual({ month, revision, whole, period });
            expect(revisionAt(sla, instant)).toBe(revision);
          }
          at = period.to;
        }
      }),
      { numRuns: 100 },
    );
  });
});
