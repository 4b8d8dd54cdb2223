/** Between frameworks: one check or piece of evidence serves every control it is mapped to, and the reason is at hand. */
import { z } from 'zod';
import { CHECKS } from './checks/catalog.ts';
import { ControlId } from './framework.ts';

/** OSCAL 1.2, mapping-collection; read from source to target. */
export const RELATIONS = [
  'equal-to',
  'equivalent-to',
  'subset-of',
  'superset-of',
  'intersects-with',
  'no-relationship',
] as const;
export type Relation = (typeof RELATIONS)[number];

export const ControlMapping = z.strictObject({
  source: ControlId,
  target: ControlId,
  relation: z.enum(RELATIONS),
  /** Why, in words. */
  reason: z.string().max(1_000),
});
export type ControlMapping = z.infer<typeof ControlMapping>;

const INVERSE: Readonly<Record<Relation, Relation>> = {
  'equal-to': 'equal-to',
  'equivalent-to': 'equivalent-to',
  'subset-of': 'superset-of',
  'superset-of': 'subset-of',
  'intersects-with': 'intersects-with',
  'no-relationship': 'no-relationship',
};

/** The same mapping read from its target. */
export function inverse({ source, target, relation, reason }: ControlMapping): ControlMapping {
  return { source: target, target: source, relation: INVERSE[relation], reason };
}

const map = (source: string, relation: Relation, target: string, reason: string): ControlMapping => ({
  source,
  target,
  relation,
  reason,
});

/** Mappings between the built-in frameworks; our judgement. */
export const BUILT_IN_MAPPINGS: readonly ControlMapping[] = [
  map('hipaa-164.312-d', 'superset-of', 'pci-8.4.2', 'A second factor is one way to authenticate a person.'),
  map('hipaa-164.312-d', 'superset-of', 'pci-8.4.1', 'A second factor is one way to authenticate a person.'),
  map('soc2-cc6.1', 'superset-of', 'pci-8.4.2', 'A second factor is part of logical access security.'),
  map('soc2-cc6.1', 'superset-of', 'pci-8.2.1', 'Ids of their own are part of logical access security.'),
  map('hipaa-164.312-a-2-i', 'equivalent-to', 'pci-8.2.1', 'Both ask for one id for each user.'),
  map(
    'soc2-cc6.2',
    'superset-of',
    'pci-8.2.5',
    'Removing access of those who leave is part of registering and removing users.',
  ),
  map('hipaa-164.308-a-3-ii-c', 'equivalent-to', 'pci-8.2.5', 'Both ask that access ends with the work.'),
  map('soc2-cc6.2', 'superset-of', 'pci-8.2.6', 'Unused accounts are access that is no longer needed.'),
  map(
    'soc2-cc6.3',
    'superset-of',
    'pci-7.2.2',
    'Both ask for access by job and least privilege; SOC 2 also for separation of duties.',
  ),
  map('soc2-cc6.3', 'superset-of', 'pci-7.2.4', 'Reviews of access are how roles stay least.'),
  map(
    'hipaa-164.308-a-4-ii-c',
    'intersects-with',
    'pci-7.2.4',
    'Both ask for review of access; PCI DSS fixes six months.',
  ),
  map('gdpr-25', 'intersects-with', 'pci-7.2.2', 'Least access by default.'),
  map('soc2-cc7.2', 'superset-of', 'pci-10.4.1', 'Daily review of logs is one way to watch for anomalies.'),
  map(
    'hipaa-164.308-a-1-ii-d',
    'equivalent-to',
    'pci-10.4.1',
    'Both ask for regular review of activity; PCI DSS each day.',
  ),
  map('hipaa-164.312-b', 'superset-of', 'pci-10.2.2', 'Audit controls record activity; PCI DSS lists the fields.'),
  map(
    'hipaa-164.312-c-2',
    'intersects-with',
    'pci-10.3.4',
    'Both ask to detect change; of health information here, of logs there.',
  ),
  map('gdpr-5-1-f', 'superset-of', 'hipaa-164.312-c-2', 'Integrity of personal data includes health data.'),
  map('gdpr-32-1-a', 'superset-of', 'hipaa-164.312-a-2-iv', 'Encryption at rest.'),
  map('gdpr-32-1-a', 'superset-of', 'hipaa-164.312-e-2-ii', 'Encryption in transit.'),
  map('hipaa-164.312-e-2-ii', 'superset-of', 'pci-4.2.1', 'Encryption in transit; PCI DSS over open networks.'),
  map('soc2-cc6.7', 'superset-of', 'pci-4.2.1', 'Protection in transit.'),
  map(
    'soc2-c1.2',
    'intersects-with',
    'gdpr-5-1-e',
    'Confidential and personal information is disposed of when its purpose ends.',
  ),
  map('soc2-p4.2', 'equivalent-to', 'gdpr-5-1-e', 'Personal information is kept no longer than its purpose.'),
  map(
    'gdpr-5-1-e',
    'equivalent-to',
    'ccpa-1798.100-a-3',
    'No longer than reasonably necessary for the disclosed purpose.',
  ),
  map('gdpr-5-1-e', 'intersects-with', 'pci-3.2.1', 'Least storage; of personal data here, of account data there.'),
  map('soc2-p5.1', 'equivalent-to', 'gdpr-15', 'Access of the data subject.'),
  map('gdpr-15', 'intersects-with', 'ccpa-1798.110', 'Access and the right to know.'),
  map('gdpr-17', 'intersects-with', 'ccpa-1798.105', 'Erasure and deletion; the exceptions differ.'),
  map('gdpr-16', 'equivalent-to', 'ccpa-1798.106', 'Correction.'),
  map('soc2-p5.2', 'equivalent-to', 'gdpr-16', 'Correction.'),
  map('soc2-cc7.4', 'superset-of', 'pci-12.10.1', 'A plan that stands ready is part of answering incidents.'),
  map('hipaa-164.308-a-6-ii', 'equivalent-to', 'soc2-cc7.4', 'Both ask to answer and report incidents.'),
  map('soc2-p6.6', 'superset-of', 'gdpr-33-1', 'Notification of breaches; GDPR fixes 72 hours to the authority.'),
  map('soc2-a1.2', 'intersects-with', 'hipaa-164.308-a-7-ii-a', 'Backup.'),
  map('soc2-a1.3', 'equivalent-to', 'hipaa-164.308-a-7-ii-d', 'Tests of recovery.'),
  map('gdpr-32-1-d', 'intersects-with', 'soc2-cc4.1', 'Measures are evaluated regularly.'),
  map('soc2-cc3.2', 'equivalent-to', 'hipaa-164.308-a-1-ii-a', 'Risks are identified and analysed.'),
  map('soc2-cc9.2', 'superset-of', 'hipaa-164.308-b-3', 'Contracts with associates are part of managing vendors.'),
  map('gdpr-32-1-b', 'superset-of', 'ccpa-1798.100-e', 'Both ask for reasonable security of personal information.'),
];

export interface Related {
  readonly controlId: string;
  readonly relation: Relation;
  /** The mapping's own words, or the checks that both rest on. */
  readonly reason: string;
  readonly checks: readonly string[];
}

/**
 * Controls of other frameworks that a control has to do with: by a mapping, either way, and besides those that the same checks support. The
 * mapping speaks where there is one.
 */
export function relatedControls(controlId: string, mappings: readonly ControlMapping[] = BUILT_IN_MAPPINGS): Related[] {
  const shared = new Map<string, string[]>();
  for (const { id, supports } of CHECKS) {
    if (!supports.includes(controlId)) continue;
    for (const other of supports) if (other !== controlId) shared.set(other, [...(shared.get(other) ?? []), id]);
  }
  const mapped = mappings
    .flatMap((mapping) => [mapping, inverse(mapping)])
    .filter(({ source }) => source === controlId)
    .map(({ target, relation, reason }) => ({ controlId: target, relation, reason, checks: shared.get(target) ?? [] }));
  const known = new Set(mapped.map(({ controlId: id }) => id));
  const byCheck = [...shared]
    .filter(([id]) => !known.has(id))
    .map(([id, checks]) => ({
      ...{ controlId: id, relation: 'intersects-with' as const, checks },
      reason: `Both rest on ${checks.join(', ')}.`,
    }));
  return [...mapped, ...byCheck].sort((a, b) => (a.controlId < b.controlId ? -1 : 1));
}
