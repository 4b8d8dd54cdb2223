import { describe, expect, it } from 'vitest';
import { CHECK_GROUPS, CHECKS, checksOf } from './checks/catalog.ts';
import { BUILT_IN_MAPPINGS, ControlMapping, inverse, relatedControls } from './crosswalk.ts';
import { BUILT_IN_FRAMEWORKS } from './frameworks/index.ts';

const controls = new Map(
  [...BUILT_IN_FRAMEWORKS.values()].flatMap(({ controls }) => controls.map((one) => [one.id, one])),
);

describe('the forty checks', () => {
  it('are forty, each once, in their groups', () => {
    expect(CHECKS).toHaveLength(40);
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(40);
    const counts = CHECK_GROUPS.map((group) => CHECKS.filter((check) => check.group === group).length);
    expect(counts).toEqual([10, 6, 10, 5, 2, 3, 1, 1, 1, 1]);
  });

  it('support controls that there are, never groups', () => {
    for (const { id, supports } of CHECKS) {
      expect(supports.length).toBeGreaterThan(0);
      for (const control of supports)
        expect([id, control, controls.get(control)?.kind]).toEqual([id, control, 'control']);
    }
    expect(checksOf('pci-8.2.6').map(({ id }) => id)).toEqual(['ACC-04']);
    expect(checksOf('ccpa-1798.100-e').map(({ group }) => group)).toEqual(
      expect.arrayContaining(['ACC', 'SVC', 'LOG', 'ENC']),
    );
  });
});

describe('crosswalk', () => {
  it('maps controls that there are, between frameworks, each pair once', () => {
    const pairs = new Set<string>();
    for (const mapping of BUILT_IN_MAPPINGS) {
      expect(ControlMapping.parse(mapping)).toEqual(mapping);
      for (const end of [mapping.source, mapping.target])
        expect([end, controls.get(end)?.kind]).toEqual([end, 'control']);
      expect(mapping.source.split('-')[0]).not.toBe(mapping.target.split('-')[0]);
      pairs.add([mapping.source, mapping.target].sort().join(' '));
      expect(inverse(inverse(mapping))).toEqual(mapping);
    }
    expect(pairs.size).toBe(BUILT_IN_MAPPINGS.length);
  });

  it('says from both ends what one has to do with the other, and why', () => {
    const find = (from: string, to: string) => relatedControls(from).find(({ controlId }) => controlId === to);
    expect(find('pci-8.4.2', 'hipaa-164.312-d')).toMatchObject({ relation: 'subset-of', checks: ['ACC-01'] });
    expect(find('hipaa-164.312-d', 'pci-8.4.2')).toMatchObject({ relation: 'superset-of', checks: ['ACC-01'] });
    expect(find('pci-10.7.2', 'gdpr-32-1-b')).toMatchObject({ relation: 'intersects-with', checks: ['LOG-02'] });
    expect(find('pci-10.7.2', 'gdpr-32-1-b')!.reason).toBe('Both rest on LOG-02.');
    expect(relatedControls('soc2-cc1.1')).toEqual([]);
  });
});
