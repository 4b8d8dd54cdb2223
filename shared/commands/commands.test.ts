/** Effects of commands against the platform's own schemas, and the three-way view against an oracle that asks field by field. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EntityKind, entitySchemas } from '../entities/index.ts';
import { Command, effectOf, foldedInput, narrowed, referencesOf, requestOf, targetOf, threeWay } from './index.ts';

const AT = Date.UTC(2026, 10, 25);
const id = '0192f3a4-0000-4000-8000-000000000001';
const creations = [
  { type: 'workspace.create', id, input: { name: 'W' } },
  { type: 'member.create', id, input: { email: 'a@b.example', role: 'viewer' } },
  { type: 'role.create', id, input: { name: 'R', permissions: ['logs:read'] } },
  { type: 'service_account.create', id, input: { name: 'S', permissions: [] } },
  { type: 'access_review.create', id, input: { name: 'A', reviewers: ['u'], due_at: '2026-12-01T00:00:00Z' } },
].map((command) => Command.parse(command));

describe('effect', () => {
  it.each(creations)('of $type is a thing as the mirror would hold it', (command) => {
    const data = effectOf(command, null, 'acme', AT);
    const { kind } = targetOf(command, 'acme');
    // A pending thing has version 0, which no thing of the platform has.
    const read = entitySchemas[kind as EntityKind].safeParse({ ...data, version: 1 });
    expect(read.error?.issues ?? []).toEqual([]);
    expect(data).toMatchObject({ id, org_id: 'acme', version: 0 });
  });

  const member = { id, status: 'active', joined_at: '2026-01-01T00:00:00Z', suspended_at: null, role: 'viewer' };
  it.each([
    [{ type: 'member.suspend', id }, member, { status: 'suspended', suspended_at: '2026-11-25T00:00:00.000Z' }],
    [
      { type: 'member.reactivate', id },
      { ...member, status: 'suspended' },
      { status: 'active', suspended_at: null },
    ],
    [{ type: 'member.reactivate', id }, { ...member, joined_at: null }, { status: 'invited' }],
    [{ type: 'member.update', id, patch: { role: 'guest' } }, member, { role: 'guest', status: 'active' }],
    [{ type: 'member.delete', id }, member, member],
    [{ type: 'service_account.revoke', id }, { id, revoked_at: null }, { revoked_at: '2026-11-25T00:00:00.000Z' }],
    [
      { type: 'service_account.key.revoke', id, key_id: 'abcdefgh01234567' },
      {
        id,
        keys: [
          { id: 'abcdefgh01234567', revoked_at: null },
          { id: 'x', revoked_at: null },
        ],
      },
      { keys: [{ revoked_at: '2026-11-25T00:00:00.000Z' }, { revoked_at: null }] },
    ],
    [
      { type: 'access_review.decide', id, item_id: 'i', input: { decision: 'revoke', reason: 'left' } },
      { id: 'i', decision: null },
      { decision: 'revoke', reason: 'left', decided_at: '2026-11-25T00:00:00.000Z' },
    ],
    [{ type: 'access_review.close', id }, { id, closed_at: null }, { closed_at: '2026-11-25T00:00:00.000Z' }],
  ])('of %o', (command, before, after) => {
    const read = Command.parse(command);
    expect(effectOf(read, before, 'acme', AT)).toMatchObject(after);
    // Nothing can be changed on a thing that is not there.
    expect(effectOf(read, null, 'acme', AT)).toBeNull();
  });

  it('names what a command rests upon, folds an update into a creation, and narrows an update', () => {
    const role = Command.parse({ type: 'role.create', id, input: { name: 'R', inherits: 'base' } });
    expect(referencesOf(role)).toEqual(['base']);
    const update = Command.parse({ type: 'role.update', id, patch: { name: 'Q', permissions: ['logs:read'] } });
    expect(Command.parse(foldedInput(role, update))).toMatchObject({ input: { name: 'Q', inherits: 'base' } });
    expect(narrowed(update, ['name'])).toEqual({ type: 'role.update', id, patch: { name: 'Q' } });
    expect(foldedInput(role, Command.parse({ type: 'role.delete', id }))).toBeNull();
    const owner = Command.parse({ type: 'service_account.update', id, patch: { owner_id: 'u' } });
    expect(Command.safeParse(foldedInput(creations[3]!, owner)).success).toBe(false);
  });

  it('sends what it shows', () => {
    for (const command of creations) expect(requestOf(command)).toMatchObject({ method: 'POST', body: { id } });
  });
});

describe('three-way view', () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.integer({ min: 0, max: 2 }),
    fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
  );
  const side = fc.record({ a: value, b: value, c: value, version: fc.nat(), updated_at: fc.string() });

  it('tells of each field exactly who changed it', () => {
    fc.assert(
      fc.property(side, side, fc.option(side), (base, mine, theirs) => {
        const text = (data: unknown): string => JSON.stringify(data);
        const wanted = (['a', 'b', 'c'] as const).flatMap((field) => {
          const states = [base[field], mine[field], theirs === null ? base[field] : theirs[field]].map(text);
          const [from, to] = states;
          if (new Set(states).size === 1) return [];
          // Three values for one field: both changed it, and not to the same.
          const clash = theirs === null ? to !== from : new Set(states).size === 3;
          return [{ field, base: base[field], mine: mine[field], theirs: theirs?.[field] ?? null, clash }];
        });
        expect(threeWay(base, mine, theirs)).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });
});
