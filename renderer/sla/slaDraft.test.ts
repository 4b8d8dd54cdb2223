import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Sla, SlaTerms } from '../../shared/entities/index.ts';
import { moneyText } from './money.ts';
import {
  asPercent,
  createCommand,
  draftOf,
  emptyDraft,
  readDraft,
  sameTerms,
  shifted,
  updateCommand,
} from './slaDraft.ts';

const terms = SlaTerms.parse({
  target_availability: 0.9995,
  response_measure: { kind: 'percentile', percentile: 0.999 },
  window: { kind: 'rolling', days: 28 },
  time_zone: 'Europe/Berlin',
  service_hours: [{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }],
  credits: {
    currency: 'EUR',
    monthly_fee_minor: '1250000',
    minimum_minor: '100',
    tiers: [{ below: 0.999, percent: 10 }],
  },
});
const AT = '2026-01-01T00:00:00Z';
const sla: Sla = {
  ...{ id: 's', org_id: 'o', name: 'API', description: '', workspace_id: null, service: 'api' },
  revisions: [{ revision: 1, terms, effective_from: AT, made_at: AT, made_by: 'u', reason: '' }],
  ...{ created_at: AT, updated_at: AT, ended_at: null, version: 1 },
};

describe('decimal texts', () => {
  it('are moved exactly, as whole numbers are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.integer({ min: -6, max: 6 }), (n, places) => {
        const text = shifted(String(n), places)!;
        const [whole = '', part = ''] = text.split('.');
        const back = BigInt(whole + part.padEnd(6, '0'));
        expect(back).toBe(places >= 0 ? n * 10n ** BigInt(places + 6) : (n * 10n ** 6n) / 10n ** BigInt(-places));
      }),
    );
    expect(['99.95', '0.0001', '100', '', '1e3', '-1', '.5'].map((text) => shifted(text, -2))).toEqual([
      ...['0.9995', '0.000001', '1', null, null, null, null],
    ]);
    expect([0.9995, 0.000001, 1, 0].map(asPercent)).toEqual(['99.95', '0.0001', '100', '0']);
    expect(moneyText('1250000', 'EUR')).toBe('EUR 12,500.00');
    expect(moneyText('-5', 'USD')).toBe('USD -0.05');
    expect(moneyText('1250000', 'JPY')).toBe('JPY 1,250,000');
    expect(moneyText('1250000', 'KWD')).toBe('KWD 1,250.000');
  });
});

describe('draft of an SLA', () => {
  it('of terms comes back to the same terms', () => {
    const { terms: read, problems } = readDraft(draftOf(sla));
    expect(problems).toEqual({});
    expect(sameTerms(read!, terms)).toBe(true);
    expect(updateCommand(draftOf(sla), sla)).toBeNull();
  });

  it('changes only what was changed, with the reason for other terms', () => {
    expect(updateCommand({ ...draftOf(sla), name: ' Gate ' }, sla)).toEqual({
      type: 'sla.update',
      id: 's',
      patch: { name: 'Gate' },
    });
    const looser = updateCommand({ ...draftOf(sla), target: '99.5', reason: 'agreed' }, sla);
    expect(looser).toMatchObject({ patch: { reason: 'agreed', terms: { target_availability: 0.995 } } });
    expect(Object.keys((looser as { patch: object }).patch)).toEqual(['terms', 'reason']);
  });

  it('names every field that cannot stand, in words', () => {
    const bad = {
      ...draftOf(sla),
      ...{
        name: '',
        target: '99.99999',
        responseMs: '1.5',
        measure: '100',
        errorRate: 'x',
        rollingDays: '0',
        zone: 'Moon',
      },
      ...{ hours: [{ days: [], from: '8', to: '18:00' }], minBad: '-1' },
      credits: { ...draftOf(sla).credits, fee: 'much' },
      rules: [{ long: 'a', short: '5', budget: '2', severity: 'page' as const }],
    };
    expect(Object.keys(readDraft(bad).problems).sort()).toEqual(
      [
        'credits',
        'errorRate',
        'hours',
        'measure',
        'minBad',
        'name',
        'responseMs',
        'rollingDays',
        'rules',
        'target',
        'zone',
      ].sort(),
    );
    expect(createCommand(bad, 'i')).toBeNull();
  });

  it('starts from sound terms, and says which burn rule could never fire', () => {
    const draft = { ...emptyDraft('UTC'), name: 'API' };
    expect(readDraft(draft).problems).toEqual({});
    expect(createCommand(draft, '0192f3a4-0000-4000-8000-000000000001')).toMatchObject({
      type: 'sla.create',
      input: { name: 'API', workspace_id: null, service: null },
    });
    expect(readDraft({ ...draft, target: '50' }).problems.rules).toMatch(/./);
  });
});
