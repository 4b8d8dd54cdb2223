import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, linesWith } from './originalText.ts';

describe('original of an imported event', () => {
  it('indents like JSON.stringify', () => {
    const compact = (value: fc.JsonValue) => typeof value === 'object' && value !== null;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }).filter(compact), (value) => {
        expect(layOut(JSON.stringify(value)).lines.join('\n')).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('keeps what parsing would lose', () => {
    const { lines } = layOut('{"n":12345678901234567890,"f":1.0,"k":1,"k":2,"e":{}}');
    expect(lines).toEqual([
      '{',
      '  "n": 12345678901234567890,',
      '  "f": 1.0,',
      '  "k": 1,',
      '  "k": 2,',
      '  "e": {}',
      '}',
    ]);
  });

  it('shows text that is no JSON as it is, and bounds it', () => {
    expect(layOut('Nov 24 sshd[1]: accepted')).toEqual({
      json: false,
      lines: ['Nov 24 sshd[1]: accepted'],
      cut: false,
    });
    expect(layOut('x\n'.repeat(9000)).lines).toHaveLength(5000);
  });

  it('finds lines whatever the case', () => {
    expect(linesWith(['"A": 1', '"b": 2', '"aa": 3'], ' a')).toEqual([0, 2]);
    expect(linesWith(['x'], '  ')).toEqual([]);
  });
});
