import { describe, expect, it } from 'vitest';
import type { Command } from '../../shared/commands/index.ts';
import type { Conflict, OutboxEntry } from '../../shared/contract/outbox.ts';
import { chosenMine, fieldKind, firstChoices, sendProblem } from './conflict.ts';
import { heldBack, lineChanges, retyped, sentence, typedText, typedValue, valueLines } from './entries.ts';

const ID = '0192f0c1-2e5b-7c3a-9f00-000000000001';
const update: Command = { type: 'workspace.update', id: 'w1', patch: { name: 'Mine', max_users: 9 } };
const entry = (command: Command = update): OutboxEntry => ({
  ...{ id: ID, command, target: { kind: 'workspace', id: 'w1', op: 'update' }, title: 'Ops', state: 'conflict' },
  ...{ createdAt: 0, baseVersion: 1, dependsOn: [], attempts: 1, inDoubt: false, lastAttemptAt: 0, error: null },
});
const field = (name: string, base: unknown, mine: unknown, theirs: unknown, clash = false) => ({
  ...{ field: name, base, mine, theirs },
  clash,
});
const conflict = (fields: Conflict['fields'], given: Partial<Conflict> = {}): Conflict => ({
  ...{ entry: entry(), base: {}, theirs: {}, theirVersion: 2, mine: {}, fields },
  ...given,
});

describe('words', () => {
  it('say what was asked for', () => {
    expect(sentence(entry())).toBe('Change workspace Ops');
    const decide = (decision: 'confirm' | 'revoke' | null): Command => ({
      ...{ type: 'access_review.decide', id: ID, item_id: 'i' },
      input: { decision, reason: 'r' },
    });
    expect([decide('confirm'), decide('revoke'), decide(null)].map((command) => sentence(entry(command)))).toEqual([
      'Confirm access of Ops',
      'Revoke access of Ops',
      'Take back the decision on access of Ops',
    ]);
  });

  it('write values as lines, with names in the place of ids', () => {
    const nameOf = (name: string, id: string): string => (name === 'role' ? 'Viewer' : id);
    expect(valueLines('role', 'x1', nameOf)).toEqual(['Viewer']);
    expect(valueLines('permissions', ['a:b', 'c:d'], nameOf)).toEqual(['a:b', 'c:d']);
    expect(valueLines('max_users', 1200, nameOf)).toEqual(['1,200']);
    expect(valueLines('expires_at', '2026-12-31T23:59:59.000Z', nameOf)).toEqual(['2026-12-31 23:59:59 UTC']);
    expect([null, undefined, '', []].map((none) => valueLines('f', none, nameOf))).toEqual([[], [], [], []]);
    expect(lineChanges(['a', 'b'], ['b', 'c'])).toEqual({
      changes: [
        { line: 'a', kind: 'gone' },
        { line: 'c', kind: 'new' },
      ],
      kept: 1,
    });
  });

  it('say why a change cannot be touched now', () => {
    expect(heldBack({ state: 'waiting', inDoubt: false })).toBeNull();
    expect(heldBack({ state: 'sending', inDoubt: false })).toMatch(/being sent/);
    expect(heldBack({ state: 'waiting', inDoubt: true })).toMatch(/not known/);
  });
});

describe('typing over a change', () => {
  it('reads back what it shows, for every kind of value', () => {
    for (const value of ['text', '', 12, true, false, ['a:b', 'c:d'], [], null]) {
      expect(typedValue(typedText(value), value)).toEqual(value);
    }
  });

  it('makes the command with the other values, or names the field that cannot stand', () => {
    expect(retyped(update, { max_users: '12' })).toEqual({ ...update, patch: { name: 'Mine', max_users: 12 } });
    expect(retyped(update, {})).toEqual(update);
    expect(retyped(update, { max_users: 'many' })).toMatch(/^Max users: /);
    expect(retyped(update, { name: ' ' })).toMatch(/^Name: /);
    expect(retyped({ type: 'workspace.delete', id: 'w1' }, {})).toMatch(/no field/);
  });
});

describe('a conflict', () => {
  const fields = [
    field('description', '', '', 'theirs'),
    field('max_users', 5, 9, 5),
    field('name', 'Old', 'Mine', 'Theirs', true),
    field('threads', 1, 2, 2),
  ];

  it('tells who changed each field', () => {
    expect(fields.map(fieldKind)).toEqual(['theirs', 'mine', 'clash', 'same']);
  });

  it('leaves clashes to the person and sends nothing before each has a side', () => {
    const met = conflict(fields);
    const choices = firstChoices(met);
    expect(choices).toEqual({ description: 'theirs', max_users: 'mine', name: null, threads: 'theirs' });
    expect(sendProblem(met, choices)).toMatch(/the clash/);
    const decided = { ...choices, name: 'mine' } as const;
    expect([sendProblem(met, decided), chosenMine(decided)]).toEqual([null, ['max_users', 'name']]);
    const none = { ...choices, name: 'theirs', max_users: 'theirs' } as const;
    expect(sendProblem(met, none)).toMatch(/take theirs/);
  });

  it('leaves only theirs where the thing is gone, and a change without fields is sent whole', () => {
    const gone = conflict(fields, { theirs: null, theirVersion: null });
    expect(sendProblem(gone, firstChoices(gone))).toMatch(/gone/);
    const suspend = conflict([field('status', 'active', 'suspended', 'active')], {
      entry: entry({ type: 'member.suspend', id: 'm1' }),
    });
    expect(sendProblem(suspend, firstChoices(suspend))).toBeNull();
  });
});
