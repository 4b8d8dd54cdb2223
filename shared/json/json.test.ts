import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize, isCanonical, type Json, parseStrict } from './index.ts';

const refused = expect.objectContaining({ code: 'LOG_MALFORMED' });

/** What `isCanonical` must equal, the slow and obvious way. */
function canonicalByDefinition(text: string): boolean {
  try {
    return canonicalize(parseStrict(text)) === text;
  } catch {
    return false;
  }
}

const json = fc.jsonValue({ maxDepth: 4 }).filter(safe) as fc.Arbitrary<Json>;
function safe(value: unknown): boolean {
  // Values whose canonical form is an integer literal beyond 2^53 are refused by the strict reader.
  return !/(^|[^0-9.e+-])-?[0-9]{16,}(?![0-9.e])/.test(JSON.stringify(value));
}

describe('parseStrict', () => {
  it.each([
    ['duplicate keys', '{"a":1,"a":1}'],
    ['duplicate keys by escape', '{"a":1,"\\u0061":2}'],
    ['a lone surrogate', '"\\ud800"'],
    ['a lone low surrogate', '"\\udc00x"'],
    ['a raw lone surrogate', '"\ud800"'],
    ['trailing data', '1 2'],
    ['a byte-order mark', '\ufeff1'],
    ['nothing', ''],
    ['an integer beyond 2^53', '9007199254740992'],
    ['a negative one', '[-9007199254740993]'],
    ['an infinite number', '1e400'],
    ['a leading zero', '01'],
    ['a lone minus', '-'],
    ['a control character', '"\u0001"'],
    ['an unknown escape', '"\\x41"'],
    ['a signed hex escape', '"\\u+123"'],
    ['a trailing comma', '[1,]'],
    ['an unquoted key', '{a:1}'],
    ['a cut string', '"abc'],
    ['a wide space', '\u00a01'],
    ['nesting beyond the bound', '['.repeat(101) + ']'.repeat(101)],
    ['a million brackets', '['.repeat(1_000_000)],
  ])('refuses %s', (_what, text) => {
    expect(() => parseStrict(text)).toThrow(refused);
    expect(isCanonical(text)).toBe(false);
  });

  it('keeps __proto__ as an ordinary key', () => {
    const value = parseStrict('{"__proto__":{"x":1}}') as Record<string, Json>;
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect((value as { x?: number }).x).toBeUndefined();
    expect(canonicalize(value)).toBe('{"__proto__":{"x":1}}');
    expect(() => parseStrict('{"__proto__":1,"__proto__":2}')).toThrow(refused);
  });

  it('takes a depth bound', () => {
    expect(parseStrict('[[1]]', { maxDepth: 2 })).toEqual([[1]]);
    expect(() => parseStrict('[[1]]', { maxDepth: 1 })).toThrow(refused);
    expect(parseStrict('['.repeat(100) + ']'.repeat(100))).toBeDefined();
  });

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 1, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseStrict(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never accepts what JSON.parse refuses', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '\\',
      '0',
      '1',
      '-',
      '.',
      'e',
      '+',
      ' ',
      'null',
      'true',
      'u0041',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let known: unknown;
        try {
          known = JSON.parse(text);
        } catch {
          expect(() => parseStrict(text)).toThrow(refused);
          return;
        }
        try {
          expect(parseStrict(text)).toEqual(known);
        } catch (error) {
          expect(error).toEqual(refused);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('canonicalize', () => {
  it('gives the example of RFC 8785 section 3.2.2 and 3.2.3', () => {
    const text = `{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`;
    const wanted =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    expect(canonicalize(parseStrict(text))).toBe(wanted);
    expect(isCanonical(wanted)).toBe(true);
  });

  // RFC 8785 appendix B: IEEE 754 bits and their text.
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('number %s', (bits, text) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${bits}`));
    expect(canonicalize(view.getFloat64(0))).toBe(text);
  });

  it.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [undefined],
    ['\ud800'],
    [{ a: undefined }],
    [new Date(0)],
    [[1n]],
  ])('refuses %s', (value) => {
    expect(() => canonicalize(value as unknown as Json)).toThrow(refused);
  });

  it('is a fixed point and keeps the value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value);
        expect(isCanonical(text)).toBe(true);
        expect(canonicalize(parseStrict(text))).toBe(text);
        expect(JSON.stringify(JSON.parse(text))).toBe(
          JSON.stringify(JSON.parse(canonicalize(JSON.parse(text) as Json))),
        );
      }),
    );
  });
});

describe('isCanonical', () => {
  it.each([
    '{"b":1,"a":2}',
    '{"a":1,"a":2}',
    '{ "a":1}',
    '[1, 2]',
    '1.0',
    '-0',
    '1e5',
    '1E400',
    '"\\u0041"',
    '"\\/"',
    '"\\u000a"',
    '"\\u001F"',
    '"\\u007f"',
    '{"\\u0061":1}',
    '[1]\n',
    '{"\ud83d\ude02":1,"\u20ac":2}',
  ])('refuses %j', (text) => {
    expect(isCanonical(text)).toBe(false);
    expect(canonicalByDefinition(text)).toBe(false);
  });

  it.each([
    '{}',
    '[]',
    '""',
    '"\\u001f\\n\\b\\t\\f\\r\\"\\\\/\u007f"',
    '{"":1,"\\n":2,"\\r":3,"1":4}',
    '[-1,0,1.5,1e-7,9007199254740991]',
  ])('accepts %j', (text) => {
    expect(isCanonical(text)).toBe(true);
    expect(canonicalByDefinition(text)).toBe(true);
  });

  it('equals its definition on canonical text with one edit', () => {
    const edit = fc.record({
      at: fc.nat(),
      drop: fc.nat(2),
      put: fc.constantFrom('', ' ', '"', '0', '1', '.', 'e', '\\', ',', '{', '}', 'a', '\ud800', '-'),
    });
    fc.assert(
      fc.property(json, edit, (value, { at, drop, put }) => {
        const text = canonicalize(value);
        const i = at % (text.length + 1);
        const edited = text.slice(0, i) + put + text.slice(i + drop);
        expect(isCanonical(edited)).toBe(canonicalByDefinition(edited));
      }),
      { numRuns: 3000 },
    );
  });
});
