/** Real catalogs: the NIST SP 800-53 baselines as published. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readOscalCatalog } from '../../shared/compliance/oscalCatalog.ts';

const REAL = new URL('../../../shared/data/compliance-nist-oscal/', import.meta.url);
const file = (name: string): unknown => JSON.parse(readFileSync(new URL(name, REAL), 'utf8'));

describe('OSCAL catalogs', () => {
  it.skipIf(!existsSync(REAL))('loads the NIST SP 800-53 baselines whole (real data)', () => {
    const inDocument = (value: unknown): number => {
      if (Array.isArray(value)) return value.reduce((n: number, one) => n + inDocument(one), 0);
      if (typeof value !== 'object' || value === null) return 0;
      return Object.entries(value).reduce((n, [key, below]) => {
        const own = key === 'controls' && Array.isArray(below) ? below.length : 0;
        return n + own + inDocument(below);
      }, 0);
    };
    for (const [level, controls] of [
      ['LOW', 149],
      ['MODERATE', 287],
    ] as const) {
      const document = file(`NIST_SP-800-53_rev5_${level}-baseline-resolved-profile_catalog-min.json`);
      const { framework, withdrawn } = readOscalCatalog(document, 'nist');
      const read = framework.controls.filter(({ kind }) => kind === 'control');
      expect(read).toHaveLength(controls);
      expect(read.length + withdrawn.length).toBe(inDocument(document));
      expect(read.find(({ ref }) => ref === 'AC-2')).toMatchObject({ id: 'nist-ac-2', title: 'Account Management' });
    }
    expect(readOscalCatalog(file('examples/basic-catalog.json'), 'basic').framework.controls).toHaveLength(8);
  });
});
