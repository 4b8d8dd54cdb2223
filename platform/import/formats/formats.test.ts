import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../../../test/support/sharedData.ts';
import { convert } from '../convert.ts';
import { instant, leafId } from '../fields.ts';
import { FORMATS, recognize } from './index.ts';

interface Sample {
  readonly case: string;
  readonly message: string;
  readonly expected: {
    readonly '@timestamp'?: string;
    readonly event?: { action?: string; outcome?: string };
    readonly user?: { id?: string; name?: string; email?: string };
    readonly source?: { ip?: string };
  };
}

const FILES = [
  ['aws-cloudtrail.jsonl', 'cloudtrail'],
  ['okta-system.jsonl', 'okta'],
  ['github-audit.jsonl', 'github'],
  ['entra-id-graph.jsonl', 'entra'],
  ['kubernetes-audit.jsonl', 'kubernetes'],
  ['gcp-audit.jsonl', 'gcp'],
  ['office365-management.jsonl', 'office365'],
  ['keycloak.jsonl', 'keycloak'],
] as const;

/** The sample set takes an event with an error code for a success; we do not. */
const OUTCOME_DIFFERS = new Set(['event_ec2-error']);
/** The sample set puts the verdict on a mail ("Blocked") in place of the operation. */
const ACTION_DIFFERS = new Set(['microsoft_defender_threatintelligence_mail']);
const at = (name: string) => (text: string) => ({ index: 0, line: 1, offset: 0, text, name });

function samples(file: string): Sample[] {
  const path = sharedData(`audit-multi-vendor/${file}`);
  if (path === null) return [];
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample);
}

function draftOf(text: string) {
  const converted = convert(at('sample')(text), null);
  if ('refused' in converted) throw new Error(converted.refused);
  return converted;
}

/** As the action name spells it: characters that an action cannot hold became hyphens. */
const spelled = (operation: string): string =>
  operation
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_:-]+/g, '-')
    .replace(/^-+|-+$/g, '');

describe.each(FILES)('%s', (file, id) => {
  const all = samples(file);
  it.skipIf(all.length === 0)('recognizes every sample, keeps its text, agrees on time, action and outcome', () => {
    for (const sample of all) {
      const { draft, format } = draftOf(sample.message);
      expect([sample.case, format]).toEqual([sample.case, id]);
      expect(draft.disclosures?.detail).toEqual({ format: id, original: sample.message });
      const { event, '@timestamp': time } = sample.expected;
      if (time !== undefined)
        expect(Date.parse(draft.occurredAt!), sample.case).toBe(Date.parse(`${time.slice(0, 23).replace(/Z$/, '')}Z`));
      const named = event?.action !== undefined && !ACTION_DIFFERS.has(sample.case);
      if (named && id !== 'kubernetes' && id !== 'okta' && id !== 'github') {
        expect(draft.action.split('.').at(-1), sample.case).toBe(spelled(event?.action ?? ''));
      }
      if (event?.action !== undefined && (id === 'okta' || id === 'github'))
        expect(draft.action).toBe(`${id}.${event.action}`);
      if (event?.outcome === 'success' && !OUTCOME_DIFFERS.has(sample.case))
        expect([sample.case, draft.outcome]).toEqual([sample.case, 'success']);
      if (event?.outcome === 'failure') expect(draft.outcome, sample.case).not.toBe('success');
    }
  });
  it.skipIf(all.length === 0)("recognizes the record inside a shipper's envelope", () => {
    for (const sample of all) expect(draftOf(JSON.stringify(sample)).format).toBe(id);
  });
});

describe('actors and sources agree with the samples', () => {
  it.skipIf(samples('okta-system.jsonl').length === 0)('names, ids, addresses', () => {
    for (const [file, id] of FILES) {
      for (const { case: name, message, expected } of samples(file)) {
        const { draft } = draftOf(message);
        const ids = [draft.actor.id, JSON.stringify(draft.disclosures?.actor ?? {})].join(' ');
        const user = expected.user;
        if (['okta', 'github', 'keycloak'].includes(id) && user?.id !== undefined)
          expect(draft.actor.id, name).toBe(user.id);
        if (id === 'entra' && user?.id !== undefined && user.id !== '') expect(ids, name).toContain(user.id);
        if (id === 'kubernetes' && user?.name !== undefined && !message.includes('impersonatedUser'))
          expect(ids).toContain(user.name);
        if (id === 'cloudtrail' && user?.id !== undefined) expect(ids, name).toContain(user.id);
        const ip = expected.source?.ip;
        const source = draft.disclosures?.source as { ip?: string } | undefined;
        if (ip !== undefined && source?.ip !== undefined)
          expect([name, source.ip.toLowerCase().replace(/^::ffff:/, '')]).toEqual([name, ip.toLowerCase()]);
      }
    }
  });
});

describe('fields', () => {
  it.each([
    ['2019-11-18T10:15:52', '2019-11-18T10:15:52.000Z'],
    ['2018-01-09T21:20:02.7215374Z', '2018-01-09T21:20:02.721Z'],
    ['2025-11-12T13:50:16.693874+02:00', '2025-11-12T11:50:16.693Z'],
    ['2025-11-12 13:50:16 UTC', '2025-11-12T13:50:16.000Z'],
    [1685465626150, '2023-05-30T16:53:46.150Z'],
    ['1685465626', '2023-05-30T16:53:46.000Z'],
    [1685465626150123, '2023-05-30T16:53:46.150Z'],
  ])('time %s', (value, expected) => {
    expect(instant('time', value)).toBe(expected);
  });
  it.each([['yesterday'], ['2023-02-30T00:00:00Z'], ['2023-13-01T00:00:00Z'], [-5], [{}], [null]])(
    'refuses the time %s',
    (value) => {
      expect(() => instant('time', value)).toThrow(/time/);
    },
  );
  it('keeps e-mail addresses out of leaves, under one name for one address', () => {
    expect(leafId('John.Doe@example.com')).toBe(leafId('john.doe@example.com'));
    expect(leafId('John.Doe@example.com')).toMatch(/^email-[0-9a-f]{32}$/);
    expect(leafId('AIDAEXAMPLE')).toBe('AIDAEXAMPLE');
  });
});

describe('what is missing or strange', () => {
  const event = {
    eventVersion: '1.08',
    eventTime: '2023-07-10T11:42:18Z',
    awsRegion: 'us-east-1',
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
  };
  it('takes a CloudTrail event without userIdentity.type', () => {
    const { draft } = draftOf(
      JSON.stringify({ ...event, userIdentity: { accountId: '1', invokedBy: 'ec2.amazonaws.com' } }),
    );
    expect(draft.actor).toEqual({ type: 'system', id: 'ec2.amazonaws.com' });
    expect(draft.action).toBe('aws.iam.CreateUser');
  });
  it.each([
    ['AccessDenied', 'denied'],
    ['Client.UnauthorizedOperation', 'denied'],
    ['ThrottlingException', 'failure'],
  ])('errorCode %s is %s', (errorCode, outcome) => {
    expect(draftOf(JSON.stringify({ ...event, errorCode })).draft.outcome).toBe(outcome);
  });
  it.each([
    ['no JSON', '{"a":', /^not JSON/],
    ['no object', '[1]', 'not an object'],
    ['no format', '{"hello":"world"}', 'of no known format'],
    ['no time', JSON.stringify({ ...event, eventTime: 'soon' }), 'eventTime is not a time: soon'],
    [
      'too long an id',
      JSON.stringify({ ...event, userIdentity: { principalId: 'x'.repeat(3000) } }),
      /actor is longer/,
    ],
  ])('refuses: %s', (_name, text, reason) => {
    const converted = convert(at('bad')(text), null);
    expect('refused' in converted ? converted.refused : converted).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    );
  });
  it('no format throws on any field of any type', () => {
    const strange = [null, 1e300, '\ud800', [], {}, [[]], { a: [null] }, true, 'x@y'];
    const keys = new Set<string>();
    for (const [file] of FILES)
      for (const { message } of samples(file)) for (const key of Object.keys(JSON.parse(message))) keys.add(key);
    for (const format of FORMATS) {
      const first = FILES.find(([, id]) => id === format.id)![0];
      const base = samples(first)[0] ? (JSON.parse(samples(first)[0]!.message) as object) : event;
      for (const key of keys) {
        for (const value of strange) {
          const converted = convert(at('x')(JSON.stringify({ ...base, [key]: value })), null);
          expect('draft' in converted || converted.refused.length > 0).toBe(true);
        }
      }
    }
    expect(recognize({})).toBeNull();
  });
});
