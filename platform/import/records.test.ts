import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RawRecord, RecordSplitter } from './records.ts';

function split(input: string | Uint8Array, cuts: readonly number[] = [], max?: number): RawRecord[] {
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const splitter = new RecordSplitter(max);
  const out: RawRecord[] = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const to = Math.min(Math.max(cut, from), bytes.length);
    out.push(...splitter.push(bytes.subarray(from, to)));
    from = to;
  }
  out.push(...splitter.push(bytes.subarray(from)), ...splitter.end());
  return out;
}

const brief = (records: readonly RawRecord[]): string[] =>
  records.map((record) => (record.refused === undefined ? (record.text ?? '?') : `!${record.refused}`));

const A = '{"a":"x, ] } \\" [","n":[1,{"m":2}]}';
const B = '{"b":null}';
const PRETTY = '{\n  "c": {\n    "d": 1\n  },\n  "e": []\n}';

describe('shapes', () => {
  it.each([
    ['JSON lines', `${A}\n${B}\n`, [A, B]],
    ['no last line break', `${A}\n${B}`, [A, B]],
    ['CRLF and blank lines', `${A}\r\n\r\n${B}\r\n`, [A, B]],
    ['byte-order mark', `\uFEFF${A}\n${B}\n`, [A, B]],
    ['one record', A, [A]],
    ['one record over many lines', PRETTY, [PRETTY]],
    ['records over many lines', `${PRETTY}\n${PRETTY}\n`, [PRETTY, PRETTY]],
    ['one after another on a line', `${A}${B} ${A}`, [A, B, A]],
    ['bare array', `[${A},${B}]`, [A, B]],
    ['bare array over many lines', `[\n  ${A},\n  ${PRETTY}\n]\n`, [A, PRETTY]],
    ['array after array', `[${A}]\n[${B}]`, [A, B]],
    ['{"Records": []}', `{"Records":[${A},${B}]}`, [A, B]],
    ['Records with other keys', `{"v":"[{","Records" : [ ${A}\n,\n${B} ],"next":{"t":[1]}}`, [A, B]],
    ['kubectl list', `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${A}]}`, [A]],
    ['OData', `\uFEFF{"@odata.context":"x","value":[${A}]}`, [A]],
    ['two deliveries', `{"Records":[${A}]}\n{"Records":[${B}]}\n`, [A, B]],
    ['empty delivery', '{"Records":[]}', []],
    ['empty array', '[]', []],
    ['nothing', '', []],
    ['array of numbers is no delivery', '{"items":[1,2]}', ['{"items":[1,2]}']],
    ['empty list in a record', '{"items":[],"verb":"x"}', ['{"items":[],"verb":"x"}']],
  ])('%s', (_name, input, expected) => {
    expect(brief(split(input))).toEqual(expected);
  });
});

describe('what is broken is reported with its place', () => {
  it('refuses nothing silently between good lines', () => {
    const found = split(`${A}\ngarbage\n{"cut": "of\n${B}\n`);
    // Syntax is judged by the JSON reader: each line is one record for it to take or refuse.
    expect(found.map(({ index, line, text }) => [index, line, text])).toEqual([
      [0, 1, A],
      [1, 2, 'garbage'],
      [2, 3, '{"cut": "of'],
      [3, 4, B],
    ]);
    expect(found[3]!.offset).toBe(Buffer.byteLength(`${A}\ngarbage\n{"cut": "of\n`));
  });
  it('finds the records after a broken first line', () => {
    expect(brief(split(`{"cut": "of\n${A}\n`))).toEqual(['{"cut": "of', A]);
    expect(brief(split(`time,user,action\n${A}\n`))).toEqual(['time,user,action', A]);
    expect(brief(split(`{"cut": 1\n${A}\n${B}`))).toEqual(['{"cut": 1', A, B]);
  });
  it.each([
    ['array cut off between elements', `[${A},`, [A, '!the input ends before its array is closed']],
    ['array cut off in an element', `[${A},{"b"`, [A, '!the input ends inside this record']],
    ['delivery cut off', `{"Records":[${A}]`, [A, '!the input ends before the object around its array is closed']],
    ['missing comma', `[${A} ${B}]`, [A, '!a comma is missing before this element', B]],
    ['comma too many', `[${A},,${B}]`, [A, '!a comma stands where an element is due', B]],
    ['comma at the end', `[${A},]`, [A, '!a comma stands before the end of the array']],
    ['no objects', `["x,]",1,${A}]`, ['!not an object', '!not an object', A]],
  ])('%s', (_name, input, expected) => {
    expect(brief(split(input))).toEqual(expected);
  });
  it('refuses invalid UTF-8 in one record and keeps the others', () => {
    const bytes = Buffer.concat([Buffer.from(`${A}\n{"x":"`), Buffer.from([0xff]), Buffer.from(`"}\n${B}\n`)]);
    expect(brief(split(bytes))).toEqual([A, '!not UTF-8', B]);
  });
  it('refuses a record beyond the limit and keeps the others, in lines and arrays', () => {
    const long = `{"x":"${'y'.repeat(100)}"}`;
    const reason = `!longer than 60 bytes (${long.length})`;
    expect(brief(split(`${A}\n${long}\n${B}`, [50, 70, 90], 60))).toEqual([A, reason, B]);
    expect(brief(split(`[${A},${long},${B}]`, [50, 70, 90], 60))).toEqual([A, reason, B]);
    expect(brief(split(`{"a":"${'z'.repeat(52)}"}`, [3, 59], 60))).toEqual([`{"a":"${'z'.repeat(52)}"}`]);
  });
});

const json = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue(), { minKeys: 1 }).filter((value) => {
  const text = JSON.stringify(value);
  return text.isWellFormed();
});
const layouts = [
  (texts: string[]) => texts.join('\n'),
  (texts: string[]) => texts.join('\r\n'),
  (texts: string[]) => `[${texts.join(',')}]`,
  (texts: string[]) => `{"Records":[${texts.join(' ,\n')}]}`,
];

describe('properties', () => {
  it('every record comes out as it went in, wherever the chunks end', () => {
    fc.assert(
      fc.property(
        fc.array(json, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...layouts),
        fc.boolean(),
        fc.array(fc.nat(400), { maxLength: 8 }),
        (values, layout, indent, cuts) => {
          const many = indent && layout !== layouts[0] && layout !== layouts[1];
          const texts = values.map((value) => JSON.stringify({ first: 1, ...value }, null, many ? 2 : 0));
          const found = split(layout(texts), cuts);
          expect(brief(found)).toEqual(texts);
          const bytes = Buffer.from(layout(texts));
          for (const { offset, text } of found)
            expect(bytes.subarray(offset, offset + Buffer.byteLength(text!)).toString()).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });
  it('chunk borders change nothing for any bytes at all', () => {
    const noise = fc.array(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '\n', ' ', 'a', '1', '"Records":['),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(noise, fc.array(fc.nat(80), { maxLength: 10 }), fc.constantFrom(8, 20, 1000), (parts, cuts, max) => {
        expect(split(parts.join(''), cuts, max)).toEqual(split(parts.join(''), [], max));
      }),
      { numRuns: 2000 },
    );
  });
});
