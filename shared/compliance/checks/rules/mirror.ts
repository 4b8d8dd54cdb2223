/** The offline mirror: MIR-01. */
import type { CheckRule } from '../rule.ts';
import type { MirrorFacts } from '../world.ts';
import { type Answered, answer, type Failing, HOUR, isoOf, many, notApplicable } from './common.ts';

/** What must hold of a mirror besides its age; an item for each that does not. */
function breachesOf({ size, signedSize, rootMatches, alarms, foreign }: MirrorFacts): Failing[] {
  const of = (id: string, title: string, why: string): Failing => ({ id: `mirror ${id}`, title, at: null, why });
  return [
    ...(size === signedSize
      ? []
      : [of('size', 'Size', `Holds ${many(size, 'event')}; signed are ${signedSize.toLocaleString('en')}.`)]),
    ...(rootMatches ? [] : [of('root', 'Root', 'Its events do not give the signed root.')]),
    ...(alarms === 0 ? [] : [of('alarms', 'Alarms', `${many(alarms, 'alarm')} of verification.`)]),
    ...(foreign === 0
      ? []
      : [
          of(
            'foreign',
            'Other organizations',
            `Holds ${many(foreign, 'entity or event', 'entities or events')} of others.`,
          ),
        ]),
  ];
}

/** Age, size, root, alarms, and what belongs to others. */
const PROPERTIES = 5;

/** SOC 2 CC2.1 and PI1.2, HIPAA 45 CFR 164.312(c)(1), PCI DSS 4.0.1 10.3.4. Speaks of the mirror as it is, whatever the period. */
const MIR_01: CheckRule = {
  id: 'MIR-01',
  version: 1,
  populationOf: 'properties of the mirror',
  explain: ({ mirror_age_hours }) =>
    `Passes when the mirror was synced within ${mirror_age_hours} hours, has as many events as are signed, gives the signed root, raised no alarm, and holds nothing of another organization. Evaluated in the console only; insufficient before the first sync.`,
  *run({ world, parameters }): Answered {
    yield;
    const { mirror, asOf } = world;
    if (mirror === null) return notApplicable('Evaluated in the console, which holds the mirror.');
    if (mirror.syncedAt === null) {
      return answer({ population: 0, missing: ['The mirror was never synced.'], looked: null });
    }
    const now = mirror.checkedAt ?? asOf;
    const old = now - mirror.syncedAt > parameters.mirror_age_hours * HOUR;
    const why = `Synced on ${isoOf(mirror.syncedAt)}, more than ${parameters.mirror_age_hours} hours ago.`;
    const failing = [
      ...(old ? [{ id: 'mirror age', title: 'Age', at: mirror.syncedAt, why }] : []),
      ...breachesOf(mirror),
    ];
    const { size, signedSize, rootMatches, alarms, foreign } = mirror;
    return answer({
      population: PROPERTIES,
      failing,
      looked: { old, size, signedSize, rootMatches, alarms, foreign },
    });
  },
};

export const MIRROR_RULES: readonly CheckRule[] = [MIR_01];
