import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActivity } from './activity.ts';
import { createEvents } from './events.ts';
import { createAutoLock } from './vault.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const MINUTE = 60_000;

function harness(minutes: number) {
  const seen = { locks: 0, busy: false };
  const autoLock = createAutoLock({
    minutes: () => minutes,
    isBusy: () => seen.busy,
    lock: () => {
      seen.locks += 1;
    },
  });
  return { seen, autoLock };
}

describe('auto-lock', () => {
  it('locks after the set time without a touch', () => {
    const { seen, autoLock } = harness(5);
    autoLock.touch();
    vi.advanceTimersByTime(4 * MINUTE);
    autoLock.touch();
    vi.advanceTimersByTime(5 * MINUTE - 1);
    expect(seen.locks).toBe(0);
    vi.advanceTimersByTime(1);
    expect(seen.locks).toBe(1);
  });

  it('waits for work that runs', () => {
    const { seen, autoLock } = harness(1);
    seen.busy = true;
    autoLock.touch();
    vi.advanceTimersByTime(MINUTE);
    expect(seen.locks).toBe(0);
    seen.busy = false;
    vi.advanceTimersByTime(MINUTE);
    expect(seen.locks).toBe(1);
  });

  it('never locks when it is off or stopped', () => {
    const off = harness(0);
    off.autoLock.touch();
    const stopped = harness(1);
    stopped.autoLock.touch();
    stopped.autoLock.stop();
    vi.advanceTimersByTime(24 * 60 * MINUTE);
    expect([off.seen.locks, stopped.seen.locks]).toEqual([0, 0]);
  });

  it('is not put off by what screens ask by themselves', () => {
    const events = createEvents((error) => {
      throw error;
    });
    let touches = 0;
    const activity = createActivity(events, Date.now, () => {
      touches += 1;
    });
    for (const name of ['orgs.list', 'jobs.get', 'vault.status', 'integrity.get'] as const) activity.called(name);
    events.emit('orgs.changed', { orgIds: ['acme'] });
    activity.called('audit.query');
    expect(touches).toBe(0);
    vi.advanceTimersByTime(6000);
    activity.called('audit.query');
    activity.called('filters.save');
    expect(touches).toBe(2);
  });
});
