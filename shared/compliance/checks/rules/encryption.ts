/** Encryption as the platform knows it or its operator declares it: ENC-01 to ENC-03. */
import type { Safeguards } from '../../../entities/index.ts';
import type { CheckRule, RuleAnswer } from '../rule.ts';
import type { CheckPeriod } from '../world.ts';
import { type Answered, answer, byId, DAY, dayOf, type Failing } from './common.ts';

/** Safeguards keep no past: what is known of the period's end is what was told before it. */
function knownAt(
  safeguards: Safeguards | null,
  { to }: CheckPeriod,
): { known: Safeguards | null; missing: string | null } {
  if (safeguards === null) return { known: null, missing: 'The platform does not tell how it protects the data.' };
  if (Date.parse(safeguards.updated_at) < to) return { known: safeguards, missing: null };
  return {
    known: null,
    missing: `What the platform tells is of ${dayOf(Date.parse(safeguards.updated_at))}, after the period.`,
  };
}

const BASIS = {
  measured: 'The platform knows so itself.',
  declared: 'Its operator declares so; the platform cannot know.',
  none: 'Nothing is said of why.',
} as const;

function flag(safeguards: Safeguards | null, period: CheckPeriod, name: 'at_rest' | 'in_transit'): RuleAnswer {
  const { known, missing } = knownAt(safeguards, period);
  if (known === null) return answer({ population: 0, missing: [missing], looked: null });
  const { on, basis, detail } = known[name];
  const title = name === 'at_rest' ? 'Encryption at rest' : 'Encryption in transit';
  const why = `Is off${detail === '' ? '' : `: ${detail}`}.`;
  return answer({
    population: 1,
    failing: on ? [] : [{ id: `safeguard ${name}`, title, at: Date.parse(known.updated_at), why }],
    notes: [on ? BASIS[basis] : null],
    looked: { on, basis },
  });
}

/** HIPAA 45 CFR 164.312(a)(2)(iv), GDPR Art. 32(1)(a), PCI DSS 4.0.1 3.5.1. */
const ENC_01: CheckRule = {
  id: 'ENC-01',
  version: 1,
  populationOf: 'safeguards',
  explain: () =>
    'Passes when the platform tells that stored data is encrypted; the answer says whether it knows so or its operator declares it. Insufficient where nothing was told by the end of the period.',
  *run({ world, period }): Answered {
    yield;
    return flag(world.safeguards, period, 'at_rest');
  },
};

/** HIPAA 45 CFR 164.312(e)(2)(ii), GDPR Art. 32(1)(a), PCI DSS 4.0.1 4.2.1. */
const ENC_02: CheckRule = {
  id: 'ENC-02',
  version: 1,
  populationOf: 'safeguards',
  explain: () =>
    'Passes when the platform tells that data is encrypted on its way; the answer says whether it knows so or its operator declares it. Insufficient where nothing was told by the end of the period.',
  *run({ world, period }): Answered {
    yield;
    return flag(world.safeguards, period, 'in_transit');
  },
};

/** PCI DSS 4.0.1, 3.7.4: keys are changed at the end of their cryptoperiod, which NIST SP 800-57 leaves to the owner. */
const ENC_03: CheckRule = {
  id: 'ENC-03',
  version: 1,
  populationOf: 'data keys',
  explain: ({ cryptoperiod_days }) =>
    `Passes when at the period's end no data key is older than ${cryptoperiod_days} days. Insufficient where no key is told.`,
  *run({ world, period, parameters }): Answered {
    yield;
    const { known, missing } = knownAt(world.safeguards, period);
    const keys = byId(known?.data_keys ?? []).filter(({ created_at }) => Date.parse(created_at) < period.to);
    const failing = keys.flatMap(({ id, purpose, created_at }): Failing[] => {
      const age = period.to - Date.parse(created_at);
      if (age <= parameters.cryptoperiod_days * DAY) return [];
      const why = `Made on ${dayOf(Date.parse(created_at))}, ${Math.floor(age / DAY)} days before the period's end; allowed are ${parameters.cryptoperiod_days}.`;
      return [{ id: `data_key ${id}`, title: purpose || id, at: Date.parse(created_at), why }];
    });
    return answer({
      population: keys.length,
      failing,
      missing: [missing],
      looked: keys.map(({ id, created_at }) => ({ id, created_at })),
    });
  },
};

export const ENCRYPTION_RULES: readonly CheckRule[] = [ENC_01, ENC_02, ENC_03];
