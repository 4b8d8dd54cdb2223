import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Column, exactValue, plainText } from './columns.ts';
import { matching, searchText, sorted } from './rows.ts';
import { toTsv } from './tsv.ts';

interface Row {
  readonly name: string;
  readonly size: number | null;
  readonly at: number | null;
}
const COLUMNS: readonly Column<Row>[] = [
  { id: 'name', head: 'Name', size: 100, value: (row) => row.name },
  { id: 'size', head: 'Size (MB)', size: 80, numeric: true, value: (row) => row.size },
  { id: 'at', head: 'Seen', size: 80, instant: true, value: (row) => row.at },
  { id: 'picture', head: 'Last day', size: 80, cell: () => 'x' },
];
const row = (name: string, size: number | null = null, at: number | null = null): Row => ({ name, size, at });

describe('rows', () => {
  it('finds every word in any cell, but no match across two cells or in a figure', () => {
    const texts = [row('Northwind Health', 12, 1_700_000_000_000), row('Acme', null)].map((one) =>
      searchText(COLUMNS, one),
    );
    expect(matching(texts, 'HEALTH north')).toEqual([0]);
    expect(matching(texts, 'health12')).toEqual([]);
    expect([matching(texts, '1700'), matching(texts, '12')]).toEqual([[], []]);
    expect(matching(texts, ' ')).toEqual([0, 1]);
  });

  it('sorts missing values last in either direction, numbers within names by value', () => {
    const rows = [row('host 10', null), row('host 2', 5), row('Host 1', 7)];
    const names = (id: string, desc: boolean) => sorted(rows, COLUMNS, { id, desc }).map(({ name }) => name);
    expect(names('name', false)).toEqual(['Host 1', 'host 2', 'host 10']);
    expect(names('size', false)).toEqual(['host 2', 'Host 1', 'host 10']);
    expect(names('size', true)).toEqual(['Host 1', 'host 2', 'host 10']);
    expect(sorted(rows, COLUMNS, { id: 'picture', desc: true })).toBe(rows);
  });

  it('sorts as inserting one by one does, and stably', () => {
    const sizes = fc.array(fc.option(fc.integer({ min: 0, max: 4 })), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.boolean(), (values, desc) => {
        const rows = values.map((size, i) => row(String(i), size));
        const expected: Row[] = [];
        for (const one of rows) {
          const after = (other: Row): boolean =>
            one.size !== null && (other.size === null || (desc ? other.size < one.size : other.size > one.size));
          const place = expected.findIndex(after);
          expected.splice(place === -1 ? expected.length : place, 0, one);
        }
        expect(sorted(rows, COLUMNS, { id: 'size', desc })).toEqual(expected);
      }),
    );
  });

  it('copies exact values, and nothing a spreadsheet would run', () => {
    const one = row('=cmd|\t"x"', null, 0);
    const cells = COLUMNS.map((column) => exactValue(column, one));
    expect(cells).toEqual(['=cmd|\t"x"', null, '1970-01-01T00:00:00.000Z', null]);
    expect(
      toTsv(
        ['Name', 'Size'],
        [
          ['=cmd|\t"x"', null],
          ['b', -3],
        ],
      ),
    ).toBe('Name\tSize\n\'=cmd| "x"\t\nb\t-3');
    expect([plainText(null), plainText(0), plainText(1234), plainText(true)]).toEqual(['—', '0', '1,234', 'yes']);
  });
});
