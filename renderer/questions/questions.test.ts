import { describe, expect, it } from 'vitest';
import { changedGrants, dayBounds, grantsDelta, heldSince, questionOf, readAsked } from './questions.ts';

const NOW = Date.UTC(2026, 10, 25, 10, 30);
const NOTHING = { role: null, own: null };
const ask = (text: string, standing: Parameters<typeof questionOf>[1] = NOTHING, zone = 'UTC') =>
  questionOf(readAsked(new URLSearchParams(text), NOW, zone), standing, NOW, zone);

describe('days', () => {
  it('are whole in their zone, also where the clocks change', () => {
    expect(dayBounds('2026-10-25', 'Europe/Berlin')).toEqual({
      start: Date.UTC(2026, 9, 24, 22),
      end: Date.UTC(2026, 9, 25, 23) - 1,
    });
    expect(dayBounds('2026-02-28', 'UTC')).toEqual({ start: Date.UTC(2026, 1, 28), end: Date.UTC(2026, 2, 1) - 1 });
    expect(dayBounds('2026-02-30', 'UTC')).toBeNull();
    expect(dayBounds('', 'UTC')).toBeNull();
  });
});

describe('questions from the address', () => {
  it('ask who can do something at the end of a past day, or now', () => {
    const permission = 'threads:delete';
    expect(ask(`ask=who&permission=${permission}`)).toEqual({ question: 'who', permission, at: null });
    expect(ask(`ask=who&permission=${permission}&day=2026-11-24`)).toEqual({
      question: 'who',
      permission,
      at: Date.UTC(2026, 10, 25) - 1,
    });
    // A day there is not must not pass for now.
    expect(ask(`ask=who&permission=${permission}&day=2026-13-45`)).toMatch(/no day 2026-13-45/);
    // Today is not over: that is now.
    expect(ask(`ask=who&permission=${permission}&day=2026-11-25`)).toMatchObject({ at: null });
    expect(ask('')).toMatch(/permission/);
  });

  it('ask of one holder, and name what is missing', () => {
    expect(ask('ask=holder&holder=m:m_81')).toEqual({
      question: 'effective',
      holder: { type: 'member', id: 'm_81' },
      at: null,
    });
    expect(ask('ask=holder&holder=x:1')).toMatch(/member or a service account/);
    expect(ask('ask=holder&holder=s:')).toMatch(/member or a service account/);
  });

  it('take thirty days where no period is chosen, for use ninety, and refuse one that runs backwards', () => {
    expect(ask('ask=diff')).toEqual({
      question: 'diff',
      from: Date.UTC(2026, 9, 26),
      to: Date.UTC(2026, 10, 26) - 1,
    });
    expect(ask('ask=unused')).toMatchObject({ from: Date.UTC(2026, 7, 27) });
    expect(ask('ask=unused&from=2026-11-02&to=2026-11-01')).toMatch(/before the first/);
    expect(ask('ask=unused&from=soon')).toMatch(/first and the last day/);
  });

  it('replay a role with changed grants', () => {
    const role = { id: 'ops', inherits: 'viewer', permissions: ['logs:read', 'threads:*'] };
    const text = 'ask=replay&subject=role&role=ops&from=2026-11-01&to=2026-11-02';
    const standing = { role, own: null };
    expect(ask(text, standing)).toMatch(/Take a grant/);
    expect(ask(`${text}&minus=threads:*&plus=threads:read`, standing)).toEqual({
      question: 'replay',
      from: Date.UTC(2026, 10, 1),
      to: Date.UTC(2026, 10, 3) - 1,
      role: { ...role, permissions: ['logs:read', 'threads:read'] },
      holder: null,
      permissions: null,
    });
    expect(ask(text)).toMatch(/Choose the role/);
    const builtIn = { id: 'admin', inherits: null, permissions: ['*'] };
    expect(ask(`${text}&minus=*&plus=logs:read`, { role: builtIn, own: null })).toMatchObject({
      role: { id: 'admin', inherits: null, permissions: ['logs:read'] },
      holder: null,
    });
  });

  it('replay one holder with another role, other grants, or both', () => {
    const holder = { type: 'service_account', id: 'sa_1' } as const;
    const role = { id: 'viewer', inherits: null, permissions: [] };
    const text = 'ask=replay&subject=holder&holder=s:sa_1';
    expect(ask(text, { role: null, own: ['a:b'] })).toMatch(/another role, or change/);
    expect(ask(text, { role, own: ['a:b'] })).toMatchObject({ role, holder, permissions: null });
    expect(ask(`${text}&minus=a:b`, { role: null, own: ['a:b', 'c:d'] })).toMatchObject({
      role: null,
      holder,
      permissions: ['c:d'],
    });
    expect(ask('ask=replay&subject=holder')).toMatch(/whose access/);
  });
});

it('the change of grants leads back to where it was read', () => {
  const now = ['a:b', 'c:*'];
  const next = ['a:b', 'd:e:own'];
  const delta = grantsDelta(now, next);
  expect(delta).toEqual({ minus: ['c:*'], plus: ['d:e:own'] });
  expect(changedGrants(now, delta)).toEqual(next);
});

it('something is held since its first way, unless one is older than the log', () => {
  expect(heldSince([{ since: 5 }, { since: 3 }])).toBe(3);
  expect(heldSince([{ since: 5 }, { since: null }])).toBeNull();
  expect(heldSince([])).toBeNull();
});
