import { describe, expect, it } from 'vitest';
import { byOwnDates } from './rewind.ts';

const T = '2026-06-01T00:00:00.000Z';
const BEFORE = '2026-05-31T23:59:59.999Z';
const AFTER = '2026-06-01T00:00:00.000Z';

describe('byOwnDates', () => {
  it('has nothing of what was made later', () => {
    expect(byOwnDates('finding', { created_at: AFTER }, T)).toBeNull();
    expect(byOwnDates('finding', { created_at: BEFORE, closed_at: null }, T)).not.toBeNull();
  });

  it('takes back what each kind dates', () => {
    const at = { created_at: BEFORE };
    const design = { at: BEFORE, state: 'effective' };
    expect(byOwnDates('control_state', { ...at, design, operating: { at: AFTER } }, T)).toEqual({
      ...{ ...at, design, operating: null },
    });
    expect(
      byOwnDates('finding', { ...at, status: 'closed', closed_at: AFTER, closed_reason: 'done' }, T),
    ).toMatchObject({
      ...{ status: 'open', closed_at: null, closed_reason: '' },
    });
    expect(byOwnDates('finding', { ...at, status: 'closed', closed_at: BEFORE }, T)).toMatchObject({
      status: 'closed',
    });
    expect(
      byOwnDates('control_exception', { ...at, approved_at: AFTER, approved_by: 'u', revoked_at: AFTER }, T),
    ).toMatchObject({ approved_at: null, approved_by: null, revoked_at: null });
    expect(byOwnDates('evidence', { ...at, withdrawn_at: AFTER }, T)).toMatchObject({ withdrawn_at: null });
    const revisions = [
      { at: BEFORE, enabled: true, settings: 1 },
      { at: AFTER, enabled: false, settings: 2 },
    ];
    expect(byOwnDates('compliance_mode', { ...at, enabled: false, settings: 2, revisions }, T)).toMatchObject({
      ...{ enabled: true, settings: 1, revisions: [revisions[0]] },
    });
  });
});
