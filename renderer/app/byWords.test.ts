import { describe, expect, it } from 'vitest';
import { byWords } from './byWords.ts';

describe('entries by typed words', () => {
  it('takes a name whose words begin as typed, in any order and case', () => {
    expect(byWords('northwind-health', 'hea NORTH', ['Northwind Health'])).toBe(1);
    expect(byWords('Service accounts', '')).toBe(1);
  });

  it('ranks what stands within a word behind', () => {
    expect(byWords('Northwind Health', 'wind')).toBe(0.5);
    expect(byWords('ab bab b', 'b')).toBe(1);
  });

  it('leaves out a name that only has the letters', () => {
    expect(byWords('The Very Long Established Consortium for Pharmacovigilance', 'lopez')).toBe(0);
    expect(byWords('Overview', 'over zz')).toBe(0);
  });
});
