/** A run as lines of a table: one a check, and under it one a failing item. */
import { type Run, SPECS } from './runs.ts';

type Cells = (string | number | null)[];
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const HEADER: Cells = [
  ...['check', 'title', 'from', 'to', 'state', 'population_of', 'population', 'failing', 'excepted', 'rule', 'digest'],
  ...['item', 'item_title', 'item_at', 'why', 'exception'],
];

export function tableOf({ outcomes }: Run): Cells[] {
  return [
    HEADER,
    ...outcomes.flatMap(({ items, period, ...one }) => {
      const head: Cells = [
        ...[one.check, SPECS.get(one.check)!.title, iso(period.from), iso(period.to), one.state, one.populationOf],
        ...[one.population, one.failing, one.excepted, one.rule, one.digest],
      ];
      const none: Cells = [null, null, null, one.summary, null];
      return [
        [...head, ...none],
        ...items.map((item): Cells => [...head, item.id, item.title, iso(item.at), item.why, item.exception]),
      ];
    }),
  ];
}
