import { describe, expect, it } from 'vitest';
import type { SlaCard } from '../../shared/contract/sla.ts';
import {
  budgetWords,
  grouped,
  measureText,
  measureWord,
  monthText,
  percentText,
  readSlaFilter,
  scopeWords,
  shareText,
  shownCards,
  statusCounts,
  windowWords,
} from './slas.ts';

const card = (name: string, status: SlaCard['status'], rest: Partial<SlaCard> = {}): SlaCard => ({
  ...{ id: name, name, description: '', workspaceId: null, workspaceName: null, service: null, status },
  ...{ revision: null, nextRevision: null, day: null, window: null, openBreaches: [], openAlerts: [], sparkline: [] },
  ...rest,
});
const budget = { basis: 'time', allowed: 10, spent: 1, remaining: 0.5, projected: false, exhaustedAt: null } as const;

describe('cards', () => {
  const cards = [
    card('b ok', 'compliant', { workspaceId: 'w1', workspaceName: 'Billing' }),
    card('a ok', 'compliant', { service: 'api' }),
    card('gone', 'ended'),
    card('bad', 'breached'),
    card('risky', 'at_risk'),
  ];
  const names = (params: string): string[] =>
    shownCards(cards, readSlaFilter(new URLSearchParams(params))).map(({ name }) => name);

  it('come by urgency, then by name, and pass the filter of the address', () => {
    expect(names('')).toEqual(['bad', 'risky', 'a ok', 'b ok', 'gone']);
    expect(names('status=compliant')).toEqual(['a ok', 'b ok']);
    expect(names('status=nonsense&q=API')).toEqual(['a ok']);
    expect(names('q=billing')).toEqual(['b ok']);
    expect(names('workspace=w1')).toEqual(['b ok']);
    expect(statusCounts(cards).map(({ status, n }) => `${status} ${n}`)).toEqual([
      'breached 1',
      'at_risk 1',
      'compliant 2',
      'ended 1',
    ]);
  });

  it('say what they are measured by and over', () => {
    expect(scopeWords(cards[0]!)).toBe('every service · Billing');
    expect(scopeWords(cards[1]!)).toBe('api · every workspace');
    expect(windowWords({ window: { kind: 'rolling', days: 28 } })).toBe('last 28 days');
    const measure = (percentile: number) => measureWord({ response_measure: { kind: 'percentile', percentile } });
    expect([0.99, 0.999, 0.5, 0.9975].map(measure)).toEqual(['p99', 'p99.9', 'p50', 'p99.75']);
    expect(measureWord({ response_measure: { kind: 'mean' } })).toBe('mean');
  });

  it('move the point of a share that was cut already, and group thousands', () => {
    expect(['0.99871', '1', '0', '0.000001', '0.5'].map(shareText)).toEqual(['99.871', '100', '0', '0.0001', '50']);
    expect(['44700.000', '0.001', '1234567'].map(grouped)).toEqual(['44,700.000', '0.001', '1,234,567']);
    expect([percentText(0.99999, 2), percentText(0.9995, 2), percentText(1, 2)]).toEqual([
      '99.99 %',
      '99.95 %',
      '100 %',
    ]);
    expect([measureText('response_time', 1234.6), measureText('error_rate', 0.0012345)]).toEqual([
      '1,235 ms',
      '0.123 %',
    ]);
    expect(monthText('2026-10')).toBe('Oct 2026');
  });

  it('never round a budget up, nor call one gone that is not', () => {
    const of = (remaining: number | null): string => budgetWords({ ...budget, remaining });
    expect(of(0.999)).toBe('99 % of the budget left');
    expect(of(0.004)).toBe('under 1 % of the budget left');
    expect(of(0)).toBe('time budget spent, 0 % over');
    expect(of(-12.5)).toBe('time budget spent, 1,250 % over');
    expect(of(null)).toBe('no budget: nothing was measured');
  });
});
