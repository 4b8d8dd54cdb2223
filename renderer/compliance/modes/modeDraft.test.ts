import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../shared/compliance/modes.ts';
import { draftOf, keptText, readDraft, regionsText } from './modeDraft.ts';

describe('settings of a mode as they are typed', () => {
  it('read back as they were, every preset of them', () => {
    for (const { sketch, suggested } of PRESETS) {
      for (const settings of [sketch, suggested]) expect(readDraft(draftOf(settings)).settings).toEqual(settings);
    }
  });

  it('say which field is wrong', () => {
    const draft = draftOf(PRESETS[0]!.suggested);
    expect(readDraft({ ...draft, keep: '6 years' }).faults).toEqual({ keep: expect.stringMatching(/P6Y/) });
    expect(readDraft({ ...draft, regions: 'eu; us' }).faults).toEqual({ regions: expect.stringMatching(/commas/) });
    expect(readDraft({ ...draft, regions: 'US, eu eu', max: ' p3y ' }).settings).toMatchObject({
      data_residency: ['eu', 'us'],
      audit_log_retention_max: 'P3Y',
    });
  });

  it('are shown in words', () => {
    expect(keptText('P18M')).toBe('1 year 6 months (P18M)');
    expect([keptText(null), keptText('x')]).toEqual(['none', 'x']);
    expect([regionsText(null), regionsText([]), regionsText(['eu'])]).toEqual(['anywhere', 'nowhere', 'eu']);
  });
});
