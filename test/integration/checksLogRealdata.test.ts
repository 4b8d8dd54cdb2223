/**
 * Real CloudTrail events under the checks of the log. The expected figures were counted in the raw file by a program that knows neither the importer nor
 * the rules: times, parameters that name something, error codes by principal.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convert } from '../../platform/import/convert.ts';
import { IMPORTED_PREFIXES } from '../../shared/compliance/checks/rules/common.ts';
import { checkWorld, DAY, days, judge, START, type TestEvent } from '../support/checkWorld.ts';
import { sharedData } from '../support/sharedData.ts';

const source = sharedData('audit-cloudtrail/events.jsonl');
const EVENTS = 1_486;
const SECOND = 1 / 86_400;
const FIRST = Date.parse('2023-07-10T11:42:18Z');
const LAST = Date.parse('2023-07-10T12:07:59Z');

interface Taken extends TestEvent {
  /** When it happened, ms. */
  readonly happened: number;
}

/** The file as the importer reads it, recorded at its end on day 0. */
function taken(path: string): Taken[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text, index): Taken => {
      const converted = convert({ index, line: index + 1, offset: 0, text }, null);
      if ('refused' in converted) throw new Error(converted.refused);
      const { action, actor, outcome, target, occurredAt, disclosures } = converted.draft;
      const happened = Date.parse(occurredAt!);
      return {
        ...{ day: 0, occurred: (happened - LAST) / DAY, happened, action, actor: `${actor.type}:${actor.id}` },
        ...{ target: target ? `${target.type}:${target.id}` : '', outcome: outcome ?? 'success' },
        origin: disclosures?.source === undefined ? 0 : 1,
      };
    });
}

/** As if a producer of the platform had written them. */
const own = (events: readonly Taken[]): Taken[] =>
  events.map((one) => ({ ...one, action: one.action.replace(/^aws\./, 'edge.') }));

describe.skipIf(source === null)('real CloudTrail events', () => {
  const events = source === null ? [] : taken(source);
  const of = (check: string, list: readonly TestEvent[], parameters = {}) =>
    judge(check, checkWorld({ events: list }), days(0, 1), parameters);

  it('LOG-02: three pauses of more than a minute, with a second of the file taken for a minute', () => {
    const stretched = events.map((one) => ({ ...one, day: ((one.happened - FIRST) / 1000) * 60 * SECOND }));
    const length = (((LAST - FIRST) / 1000) * 60 + 60) * SECOND;
    const outcome = judge('LOG-02', checkWorld({ events: stretched }), days(0, length), { heartbeat_hours: 1 });
    expect(outcome).toMatchObject({ state: 'fail', population: EVENTS, failing: 3 });
    const begun = outcome.items.map(({ at }) => new Date(FIRST + (at! - START) / 60).toISOString().slice(11, 19));
    expect(begun).toEqual(['11:43:35', '11:47:39', '11:52:40']);
    // The longest pause of all is 301 seconds.
    const longer = { heartbeat_hours: 6 };
    expect(judge('LOG-02', checkWorld({ events: stretched }), days(0, length), longer).state).toBe('pass');
  });

  it('LOG-03: 85 events act on something they do not name; every one has its origin', () => {
    const outcome = of('LOG-03', events);
    expect(outcome).toMatchObject({ state: 'fail', population: EVENTS, failing: 85 });
    expect(new Set(outcome.items.map(({ why }) => why))).toEqual(new Set(['Lacks target.']));
  });

  it('LOG-08: another system that was imported says nothing of our clocks', () => {
    const outcome = of('LOG-08', events);
    expect(outcome).toMatchObject({ state: 'insufficient_data', population: 0 });
    expect(outcome.summary).toMatch(/1,486 imported events left out/);
  });

  it('LOG-08: of our own, 927 would have come more than five minutes late', () => {
    expect(of('LOG-08', own(events))).toMatchObject({ state: 'fail', population: EVENTS, failing: 927 });
    expect(of('LOG-08', own(events), { skew_seconds: 1_541 })).toMatchObject({ state: 'pass', population: EVENTS });
    expect(of('LOG-08', own(events), { skew_seconds: 1_540 }).failing).toBeGreaterThan(0);
  });

  it('LOG-10: of ten principals three were refused in everything; nobody is a member here', () => {
    expect(of('LOG-10', events)).toMatchObject({ state: 'insufficient_data', population: 0 });
    const outcome = of('LOG-10', own(events));
    expect(outcome).toMatchObject({ state: 'fail', population: 7, failing: 7 });
    expect(outcome.summary).toMatch(/3 actors refused in everything left out/);
  });
});

it('knows the first word of every format that is imported', () => {
  const folder = join(import.meta.dirname, '../../platform/import/formats');
  const words = readdirSync(folder)
    .filter((name) => !/^index|\.test\.ts$/.test(name))
    .map((name) => /actionName\(\s*'(\w+)'/.exec(readFileSync(join(folder, name), 'utf8'))?.[1]);
  expect(words.sort()).toEqual([...IMPORTED_PREFIXES].sort());
});
