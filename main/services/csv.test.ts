import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditRow } from '../../shared/contract/audit.ts';
import { csvHeader, csvRows, guardFormula, ndjsonRows } from './csv.ts';

const row: AuditRow = {
  seq: 7,
  occurredAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  recordedAt: Date.UTC(2026, 0, 2, 3, 4, 6),
  actor: { type: 'user', id: 'u_1', name: '=cmd|calc' },
  action: 'auth.login',
  target: { type: 'file', id: 'a,b "c"', name: null },
  outcome: 'denied',
  workspace: null,
};

describe('rows as files', () => {
  it('writes RFC 4180 with formulas disarmed', () => {
    expect(csvHeader() + csvRows([row])).toBe(
      'seq,occurred_at,recorded_at,actor_type,actor_id,actor_name,action,outcome,target_type,target_id,target_name,workspace_id,workspace_name\r\n' +
        `7,2026-01-02T03:04:05.006Z,2026-01-02T03:04:06.000Z,user,u_1,'=cmd|calc,auth.login,denied,file,"a,b ""c""",,,\r\n`,
    );
  });

  it.each(['=1', '+1', '-1', '@x', '\t=1', ' =1', '\r1', '＝1', '\0=1'])('disarms %j', (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
  });

  it.each(['', 'a=1', 'user-1', '1+1', 'ada@example.com'])('leaves %j', (text) => {
    expect(guardFormula(text)).toBe(text);
  });

  it('never lets a cell begin with a formula sign', () => {
    fc.assert(fc.property(fc.string(), (text) => !/^\s*[=+\-@]/.test(guardFormula(text))));
  });

  it('keeps exact values in JSON lines', () => {
    expect(JSON.parse(ndjsonRows([row]))).toEqual(row);
  });
});
