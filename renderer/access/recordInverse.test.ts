import { describe, expect, it } from 'vitest';
import { recordAfter } from '../../shared/compliance/records.ts';
import { recordInverse } from './recordInverse.ts';

const made = { at: '2026-11-25T00:00:00.000Z', by: 'u1' };

describe('recordInverse', () => {
  it('takes a change of a control back to what it was, or to nothing said', () => {
    const command = {
      type: 'control_state.update' as const,
      id: 'soc2-cc6.1',
      patch: {
        ...{ owner_id: 'u2', applicable: false, applicability_reason: 'No.' },
        design: { state: 'effective' as const, reason: 'Seen.', period: null },
      },
    };
    const fresh = recordInverse(command, null)!;
    expect(fresh).toEqual({
      ...{ type: command.type, id: command.id },
      patch: {
        ...{ owner_id: null, applicable: true, applicability_reason: '' },
        design: { state: 'not_assessed', reason: '', period: null },
      },
    });
    const before = recordAfter(command, null, 'acme', made)!;
    expect(recordInverse({ ...command, patch: { owner_id: 'u3', design: command.patch.design } }, before)).toEqual({
      ...{ type: command.type, id: command.id },
      patch: { owner_id: 'u2', design: { state: 'effective', reason: 'Seen.', period: null } },
    });
  });

  it('goes back and forth between closing and reopening, and between writing and removing', () => {
    const close = { type: 'finding.close' as const, id: 'f', input: { reason: 'Fixed.' } };
    const reopen = recordInverse(close, { status: 'open' })!;
    expect(reopen).toEqual({ type: 'finding.reopen', id: 'f' });
    expect(recordInverse(reopen, { closed_reason: 'Fixed.' })).toEqual(close);
    expect(recordInverse({ type: 'control_comment.delete', id: 'c' }, { control: 'x', text: 'y' })).toMatchObject({
      ...{ type: 'control_comment.create', input: { control: 'x', text: 'y' } },
    });
    expect(recordInverse({ type: 'finding.update', id: 'f', patch: { title: 'b' } }, { title: 'a' })).toEqual({
      ...{ type: 'finding.update', id: 'f', patch: { title: 'a' } },
    });
  });

  it('has none for decisions that stand', () => {
    expect(recordInverse({ type: 'control_exception.revoke', id: 'e' }, {})).toBeNull();
    expect(
      recordInverse({ type: 'control_exception.approve', id: 'e', input: { management_response: 'Yes.' } }, {}),
    ).toBeNull();
  });
});
