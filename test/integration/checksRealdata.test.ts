/**
 * Real CloudTrail events, read by the importer's own conversion and recorded at one later instant, as an import does: what the checks of the log
 * say of people and accounts in it. The expected figures were counted by hand in the file.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../platform/import/convert.ts';
import { aKey, aMember, anAccount, checkWorld, DAY, judge, START, type TestEvent } from '../support/checkWorld.ts';
import { sharedData } from '../support/sharedData.ts';

const source = sharedData('audit-cloudtrail/events.jsonl');
const dayOf = (text: string): number => (Date.parse(text) - START) / DAY;
const JOINED = '2023-01-01T00:00:00.000Z';
const IMPORTED = '2023-07-11T00:00:00.000Z';

/** Names in the file, and what the events call them. */
const BENJAMIN = 'XIDA-MASKED-4C2197201A14';
const BERT_JAN = 'XIDA-MASKED-0192BA1A7A8E';
const STOLEN = 'XROA-MASKED-4B218D06A04E:i-0dbc91f429e48eeed';
const REFUSED = 'XROA-MASKED-3FE7E54C95D1:aws-go-sdk-1688990565286187801';

function imported(path: string): TestEvent[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((text, index) => {
    const converted = convert({ index, line: index + 1, offset: 0, text }, null);
    if ('refused' in converted) throw new Error(converted.refused);
    const { action, actor, outcome, occurredAt } = converted.draft;
    return {
      ...{ day: dayOf(IMPORTED), action, actor: `${actor!.type}:${actor!.id}`, outcome: outcome ?? 'success' },
      occurred: dayOf(occurredAt!),
    };
  });
}

describe.skipIf(source === null)('real CloudTrail events', () => {
  const member = (id: string, user_id: string) => ({
    ...{ day: dayOf(JOINED), kind: 'member' as const, id },
    data: aMember(id, { user_id, invited_at: JOINED, joined_at: JOINED }),
  });
  const account = (name: string, id: string) => ({
    ...{ day: dayOf(JOINED), kind: 'service_account' as const, id },
    data: anAccount(id, {
      ...{ name, created_at: JOINED },
      keys: [aKey(`k-${name}`, { created_at: '2023-07-10T11:00:00.000Z', expires_at: '2023-07-10T12:00:00.000Z' })],
    }),
  });
  const open = (events: TestEvent[], expires: boolean) => {
    const accounts = [account('stolen', STOLEN), account('refused', REFUSED)];
    const changes = expires
      ? accounts
      : accounts.map((one) => ({
          ...one,
          data: { ...one.data, keys: one.data.keys.map((key) => ({ ...key, expires_at: null })) },
        }));
    return checkWorld({
      ...{ asOf: dayOf('2024-01-01T00:00:00.000Z'), events },
      changes: [member('benjamin', BENJAMIN), member('bert-jan', BERT_JAN), ...changes],
    });
  };
  const until = (to: string) => ({ from: Date.parse('2023-07-10T00:00:00.000Z'), to: Date.parse(to) });
  const failing = (check: string, to: string, idle_days = 90, expires = false) =>
    judge(check, open(imported(source!), expires), until(to), { idle_days }).items.map(({ id }) => id);

  it('ACC-04: 90 days after the last act of each, 12:07:43 and 12:07:59 in the file', () => {
    expect(failing('ACC-04', '2023-10-08T12:07:43.000Z')).toEqual([]);
    expect(failing('ACC-04', '2023-10-08T12:07:43.001Z')).toEqual(['member benjamin']);
    expect(failing('ACC-04', '2023-10-08T12:07:59.000Z')).toEqual(['member benjamin']);
    expect(failing('ACC-04', '2023-10-08T12:07:59.001Z')).toEqual(['member benjamin', 'member bert-jan']);
  });

  it('SVC-03: three acts after noon, and fifteen that were denied', () => {
    const outcome = judge('SVC-03', open(imported(source!), true), until('2023-07-12T00:00:00.000Z'));
    expect(outcome).toMatchObject({ state: 'fail', failing: 1, population: 2 });
    expect(outcome.items).toEqual([
      {
        ...{ id: `service_account ${STOLEN}`, title: 'stolen', at: Date.parse('2023-07-10T12:02:01.000Z') },
        why: expect.stringMatching(/^3 events after no key of it was in force, the first one 2023-07-10 12:02 UTC/),
        exception: null,
      },
    ]);
    expect(outcome.summary).toMatch(/Not judged: \d accounts of other systems\.$/);
  });

  it('SVC-04: a day after the last act, 12:07:39; what was denied is no use', () => {
    expect(failing('SVC-04', '2023-07-11T11:00:00.000Z', 1)).toEqual([]);
    expect(failing('SVC-04', '2023-07-11T12:07:39.000Z', 1)).toEqual(['key k-refused']);
    expect(failing('SVC-04', '2023-07-11T12:07:39.001Z', 1)).toEqual(['key k-refused', 'key k-stolen']);
  });
});
