/** The built-in frameworks against counts and identifiers as their issuers publish them. */
import { describe, expect, it } from 'vitest';
import { assessable, Framework, faultsOfFramework } from '../framework.ts';
import { BUILT_IN_FRAMEWORKS } from './index.ts';
import { tokenOf } from './outline.ts';

const of = (id: string): Framework => BUILT_IN_FRAMEWORKS.get(id)!;
const refs = (id: string): string[] => assessable(of(id)).map(({ ref }) => ref);
const count = (id: string, prefix: RegExp): number => refs(id).filter((ref) => prefix.test(ref)).length;

describe('built-in frameworks', () => {
  it.each([...BUILT_IN_FRAMEWORKS.keys()])('%s has the shape of one, ids once, parents before children', (id) => {
    expect(Framework.parse(of(id))).toEqual(of(id));
    expect(faultsOfFramework(of(id))).toEqual([]);
  });

  it('SOC 2 has 61 criteria, by category as published', () => {
    expect(refs('soc2')).toHaveLength(61);
    const categories = { CC1: 5, CC2: 3, CC3: 4, CC4: 2, CC5: 3, CC6: 8, CC7: 5, CC8: 1, CC9: 2, A1: 3, PI1: 5, C1: 2 };
    const privacy = { P1: 1, P2: 1, P3: 2, P4: 3, P5: 2, P6: 7, P7: 1, P8: 1 };
    for (const [category, n] of Object.entries({ ...categories, ...privacy })) {
      expect([category, count('soc2', new RegExp(`^${category}\\.`))]).toEqual([category, n]);
    }
  });

  it('HIPAA has the 42 lines of appendix A, 20 required and 22 addressable, and sections 314 and 316', () => {
    const lines = assessable(of('hipaa')).filter(({ ref }) => /^164\.3(08|10|12)/.test(ref));
    expect(lines).toHaveLength(42);
    expect(lines.filter(({ obligation }) => obligation === 'required')).toHaveLength(20);
    expect(lines.filter(({ obligation }) => obligation === 'addressable')).toHaveLength(22);
    expect(assessable(of('hipaa')).every(({ obligation }) => obligation !== null)).toBe(true);
    expect(count('hipaa', /^164\.31[46]/)).toBe(6);
    // Standards of appendix A: those with specifications are groups, those without are lines of their own.
    const standards = of('hipaa').controls.filter(
      ({ ref, kind }) => kind === 'group' && /^164\.3(08|10|12)\(/.test(ref),
    );
    const bare = ['(a)(2)', '(a)(8)'].map((part) => `164.308${part}`);
    expect(standards).toHaveLength(12);
    expect(refs('hipaa')).toEqual(
      expect.arrayContaining([...bare, '164.310(b)', '164.310(c)', '164.312(b)', '164.312(d)']),
    );
  });

  it('names controls by tokens that OSCAL takes, and keeps their own form', () => {
    expect(['164.312(b)', '164.312(a)(2)(i)', 'CC6.1', 'Art. 9'].map(tokenOf)).toEqual([
      '164.312-b',
      '164.312-a-2-i',
      'cc6.1',
      'art.-9',
    ]);
    expect(of('pci-dss').controls.find(({ ref }) => ref === '10.5.1')).toMatchObject({ id: 'pci-10.5.1' });
  });
});

describe('faultsOfFramework', () => {
  const node = { ref: 'x', title: 'x', parent: null, kind: 'control', obligation: null, citation: null } as const;
  it('names an id that stands twice and a parent that does not stand before', () => {
    expect(
      faultsOfFramework({
        controls: [
          { ...node, id: 'a', parent: 'b' },
          { ...node, id: 'b' },
          { ...node, id: 'b' },
        ],
      }),
    ).toEqual(['a names b above it, which does not stand before it.', 'b stands twice.']);
  });
});
