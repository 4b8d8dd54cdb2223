import { describe, expect, it } from 'vitest';
import type { Command } from '../commands/index.ts';
import { type Sla, type SlaChannel, type SlaExclusion, SlaTerms } from '../entities/index.ts';
import {
  addressFault,
  CHANNELS_MAX,
  channelFaults,
  EXCLUSIONS_PER_YEAR_MAX,
  SLAS_MAX,
  type SlaBook,
  slaFaults,
} from './rules.ts';

const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const AT = '2026-01-01T00:00:00.000Z';
const terms = SlaTerms.parse({ time_zone: 'UTC' });
const sla = (id: string, fields: Partial<Sla> = {}): Sla => ({
  ...{ id, org_id: 'o', name: id, description: '', workspace_id: null, service: null },
  revisions: [{ revision: 1, terms, effective_from: AT, made_at: AT, made_by: 'u', reason: '' }],
  ...{ created_at: AT, updated_at: AT, ended_at: null, version: 1 },
  ...fields,
});
const exclusion = (id: string, from: string): SlaExclusion => ({
  ...{ id, org_id: 'o', sla_id: null, from, to: from.replace('T00', 'T01'), reason: 'r', retroactive: false },
  ...{ created_at: AT, created_by: 'u', version: 1 },
});
const channel = (id: string): SlaChannel => ({
  ...{ id, org_id: 'o', name: id, kind: 'email', address: 'a@b.test', events: ['page'], sla_id: null },
  ...{ enabled: true, created_at: AT, version: 1 },
});
const byId = <T extends { id: string }>(list: T[]): Map<string, T> => new Map(list.map((one) => [one.id, one]));
const book = (over: Partial<SlaBook> = {}): SlaBook => ({
  slas: byId([sla('a'), sla('old', { ended_at: AT })]),
  exclusions: byId([exclusion('past', '2026-03-01T00:00:00.000Z'), exclusion('next', '2026-04-01T00:00:00.000Z')]),
  channels: byId([channel('c')]),
  workspaces: new Set(['w']),
  now: NOW,
  ...over,
});
const faults = (command: Command, of = book()): string[] =>
  slaFaults(command, of).map(({ kind, path, words }) => `${kind} ${path} ${words}`);
const input = { name: 'B', description: '', workspace_id: null, service: null, terms };

describe('an SLA', () => {
  it('is refused for each field that cannot be, and for a name in force', () => {
    expect(faults({ type: 'sla.create', id: 'b', input })).toEqual([]);
    expect(faults({ type: 'sla.create', id: 'b', input: { ...input, name: ' OLD ' } })).toEqual([]);
    const wrong = { ...input, name: 'A', workspace_id: 'none', terms: { ...terms, target_availability: 0.9 } };
    expect(faults({ type: 'sla.create', id: 'old', input: wrong })).toEqual([
      'conflict /id There is an SLA of that id already.',
      'conflict /name There is an SLA of that name in force already.',
      'field /workspace_id There is no such workspace.',
      expect.stringMatching(/^field \/terms\/burn_rules The burn rule of 60 and 5 minutes cannot fire/),
    ]);
    const credits = {
      currency: 'EUR',
      monthly_fee_minor: '100',
      minimum_minor: '0',
      tiers: [
        { below: 0.99, percent: 10 },
        { below: 0.95, percent: 5 },
      ],
    };
    expect(faults({ type: 'sla.update', id: 'a', patch: { terms: { ...terms, credits } } })).toEqual([
      expect.stringMatching(/^field \/terms\/credits\/tiers The credit tier below 0.95 gives no more/),
    ]);
  });

  it('is bounded in number and in revisions', () => {
    const many = byId(Array.from({ length: SLAS_MAX }, (_, i) => sla(`s${i}`)));
    expect(slaFaults({ type: 'sla.create', id: 'b', input }, book({ slas: many }))).toMatchObject([
      { kind: 'limit', limit: { name: 'slas', max: 200, used: 200 } },
    ]);
    const revisions = Array.from({ length: 100 }, (_, i) => ({
      ...sla('a').revisions[0]!,
      revision: i + 1,
      effective_from: new Date(Date.UTC(2017, i, 1)).toISOString(),
    }));
    const worn = book({ slas: byId([sla('a', { revisions })]) });
    expect(faults({ type: 'sla.update', id: 'a', patch: { terms } }, worn)).toEqual([
      expect.stringMatching(/^limit null An SLA has at most 100 revisions/),
    ]);
    expect(faults({ type: 'sla.update', id: 'a', patch: { name: 'Z' } }, worn)).toEqual([]);
  });

  it('that has ended stays as it is', () => {
    expect(faults({ type: 'sla.update', id: 'old', patch: { name: 'X' } })).toEqual([
      'conflict null The SLA has ended.',
    ]);
    expect(faults({ type: 'sla.end', id: 'old' })).toEqual(['conflict null The SLA has ended already.']);
    expect(faults({ type: 'sla.end', id: 'a' })).toEqual([]);
    expect(faults({ type: 'sla.end', id: 'none' })).toEqual(['gone null There is no such SLA.']);
    expect(faults({ type: 'sla.update', id: 'none', patch: {} })).toEqual(['gone null There is no such SLA.']);
  });
});

describe('an exclusion', () => {
  const create = (fields: object, of = book()) =>
    faults(
      {
        type: 'sla_exclusion.create',
        id: 'x',
        input: {
          sla_id: null,
          from: '2026-05-01T00:00:00.000Z',
          to: '2026-05-01T01:00:00.000Z',
          reason: 'r',
          ...fields,
        },
      },
      of,
    );
  it('names an SLA there is and a time that can be', () => {
    expect(create({ sla_id: 'a' })).toEqual([]);
    expect(create({ sla_id: 'none' })).toEqual(['field /sla_id There is no such SLA.']);
    expect(create({ from: '1999-01-01T00:00:00.000Z' })).toEqual([
      expect.stringMatching(/^field \/from /),
      expect.stringMatching(/^field \/to /),
    ]);
    expect(create({ from: '2050-01-01T00:00:00.000Z', to: '2050-01-02T00:00:00.000Z' })).toEqual([
      expect.stringMatching(/^field \/from /),
    ]);
  });
  it('is one of a thousand a year', () => {
    const many = byId(
      Array.from({ length: EXCLUSIONS_PER_YEAR_MAX }, (_, i) => exclusion(`e${i}`, '2026-02-01T00:00:00.000Z')),
    );
    expect(create({}, book({ exclusions: many }))).toEqual([
      expect.stringMatching(/^limit null At most 1000 exclusions/),
    ]);
    expect(
      create({ from: '2027-05-01T00:00:00.000Z', to: '2027-05-01T01:00:00.000Z' }, book({ exclusions: many })),
    ).toEqual([]);
  });
  it('is taken back only before it begins', () => {
    expect(faults({ type: 'sla_exclusion.delete', id: 'next' })).toEqual([]);
    expect(faults({ type: 'sla_exclusion.delete', id: 'past' })).toEqual([
      expect.stringMatching(/^conflict null An exclusion that has begun stays/),
    ]);
    expect(faults({ type: 'sla_exclusion.delete', id: 'none' })).toEqual(['gone null There is no such exclusion.']);
  });
});

describe('a channel', () => {
  const made = {
    kind: 'email',
    name: 'D',
    address: 'd@b.test',
    events: ['page'],
    sla_id: null,
    enabled: true,
  } as const;
  it('has a name of its own, an address of its kind and an SLA there is', () => {
    const told = (id: string, fields: object) =>
      channelFaults(id, { ...made, events: ['page'], ...fields }, book()).map(({ kind, path }) => `${kind} ${path}`);
    expect(told('d', {})).toEqual([]);
    expect(told('c', { name: 'C' })).toEqual(['conflict /id']);
    expect(told('d', { name: 'C', address: 'x', sla_id: 'none' })).toEqual([
      'conflict /name',
      'field /address',
      'field /sla_id',
    ]);
    expect(faults({ type: 'sla_channel.update', id: 'c', patch: { address: 'https://b.test/' } })).toEqual([
      'field /address Not an e-mail address.',
    ]);
    expect(faults({ type: 'sla_channel.update', id: 'c', patch: { name: 'c', enabled: false } })).toEqual([]);
    expect(faults({ type: 'sla_channel.delete', id: 'none' })).toEqual(['gone null There is no such channel.']);
    const many = byId(Array.from({ length: CHANNELS_MAX }, (_, i) => channel(`k${i}`)));
    expect(channelFaults('d', { ...made, events: ['page'] }, book({ channels: many }))).toMatchObject([
      { kind: 'limit' },
    ]);
  });

  it.each([
    ['email', 'ops@example.com', true],
    ['email', "o'neil+sla@mail.example.co.uk", true],
    ['email', 'a@localhost', true],
    ['email', 'a@b.test\r\nBcc: c@d.test', false],
    ['email', 'a@b.test,c@d.test', false],
    ['email', 'Name <a@b.test>', false],
    ['email', '"a b"@c.test', false],
    ['email', 'a..b@c.test', false],
    ['email', `${'a'.repeat(65)}@c.test`, false],
    ['webhook', 'https://hooks.example.com/services/T/B?x=1', true],
    ['webhook', 'https://example.com', true],
    ['webhook', 'http://127.0.0.1:99/', true],
    ['webhook', 'https://user:secret@example.com/', false],
    ['webhook', 'ftp://example.com/', false],
    ['webhook', 'https://example.com/a b', false],
    ['webhook', 'https://example.com/\r\nx', false],
  ] as const)('%s %s: %s', (kind, address, fits) => {
    expect(addressFault(kind, address) === null).toBe(fits);
  });
});
