import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSettings, faultsOfSettings, ModeSettings, PRESETS, presetOf } from './modes.ts';
import { atLeast, parsePeriod } from './period.ts';
import { allowsRegion, narrowest } from './regions.ts';

describe('presets', () => {
  it('carry the figures of the first sketch', () => {
    const sketch = Object.fromEntries(PRESETS.map(({ framework, sketch }) => [framework, sketch]));
    const figures = (id: string) => [sketch[id]!.audit_log_retention, sketch[id]!.data_residency];
    expect(figures('soc2')).toEqual(['P365D', null]);
    expect(figures('hipaa')).toEqual(['P1825D', ['us']]);
    expect(figures('gdpr')).toEqual(['P2555D', ['eu']]);
    expect(figures('ccpa')).toEqual(['P730D', ['us']]);
    expect(figures('pci-dss')).toEqual(['P365D', null]);
    expect(presetOf('nist').sketch.audit_log_retention).toBe('P365D');
    for (const { sketch: one } of PRESETS) expect(ModeSettings.parse(one)).toEqual(one);
  });

  it('suggest what law allows, and refuse what it does not', () => {
    const refused = (framework: string, settings: ModeSettings) =>
      faultsOfSettings(framework, settings)
        .filter((fault) => fault.refused)
        .map(({ path }) => path);
    for (const { framework, suggested } of PRESETS) {
      expect(refused(framework, { ...suggested, purpose: 'forensics' })).toEqual([]);
    }
    expect(refused('hipaa', presetOf('hipaa').sketch)).toEqual(['audit_log_retention']);
    expect(refused('ccpa', presetOf('ccpa').sketch)).toEqual(['audit_log_retention']);
    expect(refused('pci-dss', presetOf('pci-dss').sketch)).toEqual(['audit_log_retention']);
    expect(refused('soc2', presetOf('soc2').sketch)).toEqual([]);
    expect(refused('gdpr', presetOf('gdpr').sketch)).toEqual(['purpose']);
    const short = { ...presetOf('soc2').suggested, audit_log_retention_max: 'P1Y', data_residency: [] };
    expect(refused('soc2', short)).toEqual(['audit_log_retention_max', 'data_residency']);
    expect(faultsOfSettings('hipaa', presetOf('hipaa').sketch)[0]!.message).toContain('45 CFR 164.316(b)(2)(i)');
  });
});

const regions = fc.option(
  fc.uniqueArray(fc.constantFrom('eu', 'us', 'eu-central-1', 'us-east-1', 'uk'), { maxLength: 4 }),
);
const settings: fc.Arbitrary<ModeSettings> = fc.record({
  audit_logging_enabled: fc.boolean(),
  encryption_at_rest: fc.boolean(),
  encryption_in_transit: fc.boolean(),
  mfa_required: fc.boolean(),
  data_residency: regions,
  audit_log_retention: fc.constantFrom('P365D', 'P1Y', 'P24M', 'P6Y', 'P2555D'),
  audit_log_retention_max: fc.option(fc.constantFrom('P1Y', 'P3Y', 'P10Y')),
  purpose: fc.constant(''),
});

describe('several modes at once', () => {
  it('come to the strictest of each', () => {
    const places = ['eu', 'us', 'eu-central-1', 'eu-west-3', 'us-east-1', 'uk', 'uk-south-1', 'any'];
    fc.assert(
      fc.property(fc.array(settings, { minLength: 1, maxLength: 4 }), (modes) => {
        const all = effectiveSettings(modes)!;
        for (const field of [
          'audit_logging_enabled',
          'encryption_at_rest',
          'encryption_in_transit',
          'mfa_required',
        ] as const) {
          expect(all[field]).toBe(modes.some((mode) => mode[field]));
        }
        for (const place of places) {
          expect(allowsRegion(all.data_residency, place)).toBe(
            modes.every((mode) => allowsRegion(mode.data_residency, place)),
          );
        }
        for (const mode of modes) {
          expect(atLeast(parsePeriod(all.audit_log_retention), parsePeriod(mode.audit_log_retention))).not.toBe(
            'never',
          );
        }
        const ceilings = modes.flatMap((mode) => mode.audit_log_retention_max ?? []);
        const years = ceilings.map((text) => Number(text.slice(1, -1)));
        expect(all.audit_log_retention_max).toBe(ceilings.length === 0 ? null : `P${Math.min(...years)}Y`);
      }),
    );
    expect(effectiveSettings([])).toBeNull();
  });

  it('say what they ask for together and cannot have', () => {
    const gdpr = presetOf('gdpr').suggested;
    const hipaa = presetOf('hipaa').suggested;
    expect(effectiveSettings([gdpr, hipaa])).toMatchObject({
      data_residency: [],
      audit_log_retention: 'P6Y',
      audit_log_retention_max: 'P3Y',
      conflicts: ['No region is allowed by all of them.', 'One asks to keep audit logs longer than another allows.'],
    });
  });
});

describe('regions', () => {
  it('are allowed by their own name or by what they begin with, whole words', () => {
    expect(allowsRegion(['eu'], 'eu-central-1')).toBe(true);
    expect(allowsRegion(['eu'], 'europe')).toBe(false);
    expect(allowsRegion(['eu'], 'any')).toBe(false);
    expect(allowsRegion(null, 'any')).toBe(true);
    expect(narrowest([null, ['eu', 'uk'], ['eu-central-1']])).toEqual(['eu-central-1']);
  });
});
