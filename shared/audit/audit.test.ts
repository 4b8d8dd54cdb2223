import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { toBase64Url, toUtf8 } from '../bytes.ts';
import { canonicalize, type Json } from '../json/index.ts';
import { type AuditFields, buildEvent, disclosureDigest, makeDisclosure, readDisclosure, readEvent } from './index.ts';

const malformed = expect.objectContaining({ code: 'LOG_MALFORMED' });
const salt = (n: number): Uint8Array => new Uint8Array(16).fill(n);

const fields: AuditFields = {
  log: 'platform.example/orgs/acme',
  seq: 41,
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  recorded_at: '2026-02-28T23:59:59.999Z',
  occurred_at: '2024-02-29T08:00:00.000Z',
  workspace: null,
  action: 'member.role.update',
  outcome: 'success',
  actor: { type: 'user', id: 'u-1' },
  target: { type: 'member', id: 'm-2' },
  producer: { id: 'api', epoch: 1, n: 7 },
  request: 'req-1',
};

describe('disclosures', () => {
  it('digest as RFC 9901 section 4.2.3 prints it', () => {
    expect(disclosureDigest('WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0', sha256)).toBe(
      'uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY',
    );
  });

  it('round-trip any value', () => {
    const value = { before: null, after: ['é', 1.5, { x: true }] };
    const text = makeDisclosure(salt(1), 'change', value);
    expect(readDisclosure(text)).toEqual({ salt: salt(1), name: 'change', value });
  });

  it.each([
    ['a short salt', () => makeDisclosure(new Uint8Array(15), 'actor', {})],
    ['an unknown name', () => makeDisclosure(salt(1), 'other' as 'actor', {})],
    ['a value JSON cannot carry', () => makeDisclosure(salt(1), 'actor', { a: Number.NaN })],
    ['not base64url', () => readDisclosure('a+b=')],
    ['not an array', () => readDisclosure(toBase64Url(toUtf8('{}')))],
    ['two elements', () => readDisclosure(toBase64Url(toUtf8('["AAAAAAAAAAAAAAAAAAAAAA","actor"]')))],
    ['a name out of list', () => readDisclosure(toBase64Url(toUtf8('["AAAAAAAAAAAAAAAAAAAAAA","x",1]')))],
    ['a salt too short', () => readDisclosure(toBase64Url(toUtf8('["AAAA","actor",1]')))],
    ['a duplicate key', () => readDisclosure(toBase64Url(toUtf8('["AAAAAAAAAAAAAAAAAAAAAA","actor",{"a":1,"a":2}]')))],
  ])('refuse %s', (_what, make) => {
    expect(make).toThrow(malformed);
  });
});

describe('events', () => {
  const disclosures = [
    makeDisclosure(salt(1), 'actor', { name: 'Ann' }),
    makeDisclosure(salt(2), 'source', { ip: '::1' }),
  ];

  it('are built once and read back', () => {
    const { bytes, event } = buildEvent(fields, disclosures, sha256);
    expect(readEvent(bytes)).toEqual(event);
    expect(event._sd).toEqual(disclosures.map((text) => disclosureDigest(text, sha256)).sort());
    expect(bytes).toBe(canonicalize(event as unknown as Json));
    expect(buildEvent(fields, disclosures.toReversed(), sha256).bytes).toBe(bytes);
  });

  const { event } = buildEvent(fields, disclosures, sha256);
  const put = (change: Record<string, unknown>): string => canonicalize({ ...event, ...change } as unknown as Json);
  it.each([
    ['an unknown key', put({ extra: 1 })],
    ['an unknown nested key', put({ actor: { ...event.actor, name: 'x' } })],
    ['another version', put({ v: 2 })],
    ['a negative seq', put({ seq: -1 })],
    ['a fractional seq', put({ seq: 1.5 })],
    ['a UUID of another version', put({ id: '01890a5d-ac96-474b-bcce-b302099a8057' })],
    ['a day that is none', put({ occurred_at: '2026-02-29T00:00:00.000Z' })],
    ['a century that is no leap year', put({ occurred_at: '2100-02-29T00:00:00.000Z' })],
    ['June 31', put({ occurred_at: '2026-06-31T00:00:00.000Z' })],
    ['an hour 24', put({ recorded_at: '2026-06-30T24:00:00.000Z' })],
    ['an offset', put({ recorded_at: '2026-06-30T10:00:00.000+00:00' })],
    ['no milliseconds', put({ recorded_at: '2026-06-30T10:00:00Z' })],
    ['an unknown outcome', put({ outcome: 'ok' })],
    ['an empty actor', put({ actor: { type: 'user', id: '' } })],
    ['an action with a space', put({ action: 'a b' })],
    ['no digest', put({ _sd: [] })],
    ['unsorted digests', put({ _sd: event._sd.toReversed() })],
    ['a digest twice', put({ _sd: [event._sd[0], event._sd[0]] })],
    ['a digest that is not canonical base64url', put({ _sd: [`${'A'.repeat(42)}B`] })],
    ['another digest algorithm', put({ _sd_alg: 'sha-512' })],
    ['a missing field', put({}).replace('"request":"req-1",', '')],
    ['white space', ` ${put({})}`],
    ['an array', '[]'],
    ['more than 65,535 bytes', put({ log: 'x'.repeat(66_000) })],
  ])('are refused with %s', (_what, text) => {
    expect(() => readEvent(text)).toThrow(malformed);
  });

  it('are not built without a disclosure, twice with one, or with a broken field', () => {
    expect(() => buildEvent(fields, [], sha256)).toThrow(malformed);
    expect(() => buildEvent(fields, [disclosures[0]!, disclosures[0]!], sha256)).toThrow(malformed);
    expect(() => buildEvent({ ...fields, seq: 2 ** 53 }, disclosures, sha256)).toThrow(malformed);
  });
});
