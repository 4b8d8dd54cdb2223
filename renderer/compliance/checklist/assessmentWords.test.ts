import { describe, expect, it } from 'vitest';
import { ASSESSMENT_FORMATS } from '../../../shared/contract/assessments.ts';
import { daysEnding, EXTENSIONS, FORMATS } from './assessmentWords.ts';

describe('an assessment to be exported', () => {
  it('is offered in every format there is, each once and each ending its own way', () => {
    expect(FORMATS.map(({ id }) => id).sort()).toEqual([...ASSESSMENT_FORMATS].sort());
    expect(new Set(Object.values(EXTENSIONS)).size).toBe(ASSESSMENT_FORMATS.length);
  });

  it('begins with so many days, both ends included', () => {
    expect([daysEnding('2026-11-25', 1), daysEnding('2026-03-01', 90)]).toEqual([
      { first: '2026-11-25', last: '2026-11-25' },
      { first: '2025-12-02', last: '2026-03-01' },
    ]);
  });
});
