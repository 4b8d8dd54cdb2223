import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize, type Json } from '../json/index.ts';
import { readAnyEvent } from './event.ts';
import { type AuditFields, buildEvent, makeDisclosure, readEvent } from './index.ts';

/** What a reader does with a text: the event, or that it is refused. */
function outcome(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch {
    return 'refused';
  }
}

const id = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
);
const count = fc.oneof(fc.nat(), fc.maxSafeNat());
const instant = fc
  .date({ min: new Date('1999-12-31T00:00:00.000Z'), max: new Date('2104-03-01T00:00:00.000Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const fields: fc.Arbitrary<AuditFields> = fc.record({
  log: id,
  seq: count,
  id: fc.uuid({ version: 7 }),
  recorded_at: instant,
  occurred_at: instant,
  workspace: fc.option(id),
  action: fc.constantFrom('auth.login', 'a', 'k8s:pods.get', 'x_y-z.w'),
  outcome: fc.constantFrom('success', 'failure', 'denied'),
  actor: fc.record({ type: fc.constantFrom('user', 'service_account', 'system'), id }),
  target: fc.option(fc.record({ type: id, id })),
  producer: fc.record({ id, epoch: count, n: count }),
  request: fc.option(id),
});
const disclosure = makeDisclosure(new Uint8Array(16).fill(3), 'actor', { name: 'Ann' });
const text = fields.map((value) => buildEvent(value, [disclosure], sha256).bytes);

describe('the short way of reading an event', () => {
  it('gives what the long way gives', () => {
    fc.assert(
      fc.property(text, (bytes) => {
        expect(readEvent(bytes)).toEqual(readAnyEvent(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts no text that the long way refuses: one character changed, put in or taken out', () => {
    const characters = fc.constantFrom(
      ...'"\\{}[],:0129aAzZ-_.TZ \u0000\u001f\u2028',
      '\ud800',
      'é',
      'null',
      '1e3',
      '-1',
      '00',
    );
    fc.assert(
      fc.property(text, fc.nat(), fc.nat({ max: 2 }), characters, (bytes, where, cut, put) => {
        const at = where % bytes.length;
        const changed = bytes.slice(0, at) + put + bytes.slice(at + cut);
        expect(outcome(readEvent, changed)).toEqual(outcome(readAnyEvent, changed));
      }),
      { numRuns: 5000 },
    );
  });

  const whole = buildEvent(
    {
      log: 'l',
      seq: 1,
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      recorded_at: '2026-02-28T23:59:59.999Z',
      occurred_at: '2024-02-29T08:00:00.000Z',
      workspace: 'w',
      action: 'a.b',
      outcome: 'success',
      actor: { type: 'user', id: 'u' },
      target: { type: 't', id: 'i' },
      producer: { id: 'p', epoch: 0, n: 0 },
      request: 'r',
    },
    [disclosure],
    sha256,
  ).event;
  const limits = [
    ['log', 256],
    ['workspace', 128],
    ['request', 256],
    ['action', 256],
  ] as const;
  it.each(limits)('holds %s to its %i characters', (field, limit) => {
    const put = (length: number): string => canonicalize({ ...whole, [field]: 'x'.repeat(length) } as unknown as Json);
    expect(outcome(readEvent, put(limit))).toMatchObject({ [field]: 'x'.repeat(limit) });
    expect(outcome(readEvent, put(limit + 1))).toBe('refused');
  });

  it.each([
    ['actor', 'id', 2048],
    ['target', 'id', 2048],
    ['target', 'type', 128],
    ['producer', 'id', 128],
  ] as const)('holds %s.%s to its %i characters', (part, field, limit) => {
    const put = (length: number): string =>
      canonicalize({ ...whole, [part]: { ...whole[part], [field]: 'x'.repeat(length) } } as unknown as Json);
    expect(outcome(readEvent, put(limit))).toMatchObject({ [part]: { [field]: 'x'.repeat(limit) } });
    expect(outcome(readEvent, put(limit + 1))).toBe('refused');
  });

  it('holds the digests to 64 and the text to 65,535 bytes', () => {
    const digests = (n: number) =>
      Array.from(
        { length: n },
        (_, i) => `${String.fromCharCode(48 + (i >> 5), 65 + (i % 26)).padEnd(40, 'a') + String(i).padStart(2, '0')}A`,
      ).sort();
    const put = (n: number): string => canonicalize({ ...whole, _sd: digests(n) } as unknown as Json);
    expect(outcome(readEvent, put(64))).not.toBe('refused');
    expect(outcome(readEvent, put(65))).toBe('refused');
  });
});
