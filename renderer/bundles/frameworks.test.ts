import { describe, expect, it } from 'vitest';
import { chosenAtFirst, chosenByTick, FRAMEWORKS_MAX, type FrameworkInUse, inUse } from './frameworks.ts';

const framework = (id: string, own: boolean, mode: boolean): FrameworkInUse => ({ id, title: id, own, mode });
const NONE = [framework('soc2', false, false), framework('hipaa', false, false)];
const OWN = [...NONE, framework('house', true, false)];
const MODES = [...OWN, framework('gdpr', false, true), framework('policy', true, true)];
const ids = (list: readonly FrameworkInUse[]): string[] => list.map(({ id }) => id);

describe('frameworks of the compliance section', () => {
  it('are those whose mode is on, then own ones', () => {
    expect([NONE, OWN, MODES].map((list) => ids(inUse(list)))).toEqual([[], ['house'], ['gdpr', 'policy', 'house']]);
  });

  it('are chosen at first where their mode is on', () => {
    expect([NONE, OWN, MODES].map(chosenAtFirst)).toEqual([[], [], ['gdpr', 'policy']]);
  });

  it('are chosen by the tick of the section even where no mode is on', () => {
    expect([NONE, OWN, MODES].map(chosenByTick)).toEqual([[], ['house'], ['gdpr', 'policy']]);
  });

  it('are never chosen beyond what an export takes', () => {
    const many = Array.from({ length: FRAMEWORKS_MAX + 5 }, (_, i) => framework(`f${i}`, true, i % 2 === 0));
    const modes = Array.from({ length: FRAMEWORKS_MAX + 5 }, (_, i) => framework(`f${i}`, false, true));
    expect([chosenByTick(many).length, chosenAtFirst(modes).length]).toEqual([13, FRAMEWORKS_MAX]);
    expect(chosenByTick(many.map((one) => ({ ...one, mode: false })))).toHaveLength(FRAMEWORKS_MAX);
  });
});
