import { describe, expect, it } from 'vitest';
import type { AuditRow } from '../../shared/contract/audit.ts';
import { anyOf, eventTitle, rangeText, targetText } from './words.ts';

const clock = {
  zone: 'UTC',
  label: 'UTC',
  date: (at: number) => new Date(at).toISOString().slice(0, 10),
  hourMinute: (at: number) => new Date(at).toISOString().slice(11, 16),
};
const noon = Date.UTC(2026, 10, 24, 12);

function event(action: string, outcome: AuditRow['outcome'], change?: unknown) {
  const row: AuditRow = {
    seq: 1,
    occurredAt: noon,
    recordedAt: noon,
    actor: { type: 'user', id: 'u_1', name: 'Maria' },
    action,
    target: { type: 'member', id: 'm_81', name: 'k.adeyemi' },
    outcome,
    workspace: null,
  };
  return {
    row,
    disclosures: change === undefined ? [] : [{ digest: 'd', name: 'change', value: change, erased: null }],
  };
}

describe('words', () => {
  it('reads a list filter as a sentence', () => {
    expect([[], ['denied'], ['denied', 'failure'], ['a', 'b', 'c']].map(anyOf)).toEqual([
      'any',
      'denied',
      'denied or failure',
      'a or 2 others',
    ]);
  });

  it('reads a time range, leaving out the date that repeats', () => {
    const ranges = [
      { from: null, to: null },
      { from: noon, to: null },
      { from: null, to: noon },
      { from: noon, to: noon + 3_600_000 },
      { from: noon, to: noon + 86_400_000 },
    ];
    expect(ranges.map((range) => rangeText(range, clock))).toEqual([
      'any',
      'since 2026-11-24, 12:00 UTC',
      'before 2026-11-24, 12:00 UTC',
      '2026-11-24, 12:00 – 13:00 UTC',
      '2026-11-24, 12:00 – 2026-11-25, 12:00 UTC',
    ]);
  });

  it('titles known actions in plain words with what changed', () => {
    expect(
      eventTitle(event('member.role.update', 'success', { before: { role: 'viewer' }, after: { role: 'admin' } })),
    ).toBe('Role changed: viewer → admin');
    expect(eventTitle(event('service_account.rotate', 'success'))).toBe('Service account rotated');
    expect(eventTitle(event('auth.login', 'failure'))).toBe('Sign-in failed');
    expect(eventTitle(event('logs.delete', 'denied'))).toBe('Logs delete denied');
  });

  it('does not say that something happened which was refused', () => {
    const change = { before: { role: 'viewer' }, after: { role: 'admin' } };
    expect(eventTitle(event('member.role.update', 'denied', change))).toBe('Role update denied: viewer → admin');
  });

  it('leaves an unknown action as it is rather than guess', () => {
    expect(eventTitle(event('s3.GetObject', 'success'))).toBe('s3.GetObject');
    expect(eventTitle(event('s3.GetObject', 'denied'))).toBe('s3.GetObject denied');
  });

  it('shows id and name of a target, the id once', () => {
    const { row } = event('a.b', 'success');
    expect(targetText(row)).toBe('m_81 · k.adeyemi');
    expect(targetText({ ...row, target: { type: 't', id: 'x', name: 'x' } })).toBe('x');
    expect(targetText({ ...row, target: null })).toBe('');
  });
});
