/** Parts of worlds for the tests of checks of the log. */
import { expect, it } from 'vitest';
import { type CheckCase, compared, DAY, START, type TestEvent } from './checkWorld.ts';

export const SECOND = 1 / 86_400;
export const at = (day: number): number => START + day * DAY;
export const act = (day: number, more: Partial<TestEvent> = {}): TestEvent => ({
  ...{ day, action: 'member.role.update', actor: 'user:u-a', target: 'member:b', ...more },
});
/** One event a day, so that nothing is silent. */
export const daily = (from: number, to: number): TestEvent[] =>
  Array.from({ length: to - from }, (_, i) => act(from + i));
/** Evidence of a day that names a check. */
export const evidence = (check: string, on: string, more = {}) => ({
  evidence: [
    {
      ...{
        id: 'e',
        title: 'Test',
        description: '',
        kind: 'link' as const,
        file: null,
        query: null,
        url: 'https://a.test/',
      },
      ...{
        evidence_on: on,
        valid_until: null,
        controls: [],
        checks: [check],
        withdrawn_at: null,
        withdrawn_reason: '',
      },
      ...more,
    },
  ],
});

/** A table of cases of one check. */
export function itComesTo(check: string, cases: readonly CheckCase[]): void {
  it.each(cases)(`${check}: $name, $state`, (one) => {
    const { found, expected } = compared(check, one);
    expect(found).toEqual(expected);
  });
}
