import { expect, it } from 'vitest';
import { exportFault } from './enforce.ts';
import { type ModeSettings, presetOf } from './modes.ts';

const mode = (id: string, data_residency: ModeSettings['data_residency'], enabled = true) => ({
  ...{ id, enabled },
  settings: { ...presetOf(id).suggested, data_residency },
});

it.each([
  ['no mode', [], '', null],
  ['a mode without a rule of place', [mode('soc2', null)], '', null],
  [
    'a rule, and a place that was never said',
    [mode('gdpr', ['eu'])],
    '',
    /GDPR keeps .* in eu, and this console was not told/,
  ],
  ['a rule that is off', [mode('gdpr', ['eu'], false)], '', null],
  ['a place within', [mode('gdpr', ['eu'])], 'eu-central-1', null],
  ['the place itself', [mode('gdpr', ['eu'])], 'eu', null],
  ['another place', [mode('gdpr', ['eu'])], 'us-east-1', /is in us-east-1; GDPR allows/],
  ['a name that only begins alike', [mode('gdpr', ['eu'])], 'europe', /is in europe/],
  ['a place wider than what is allowed', [mode('gdpr', ['eu-central-1'])], 'eu', /is in eu/],
  [
    'the strictest of several',
    [mode('gdpr', ['eu', 'us']), mode('ccpa', ['us'])],
    'eu-central-1',
    /CCPA.* and GDPR allow .* us alone/,
  ],
  ['several that leave no place', [mode('gdpr', ['eu']), mode('ccpa', ['us'])], 'us', /together allow no region/],
] as const)('an export under %s', (_what, modes, region, expected) => {
  const fault = exportFault(modes as never, region);
  if (expected === null) expect(fault).toBeNull();
  else expect(fault).toMatch(expected);
});
