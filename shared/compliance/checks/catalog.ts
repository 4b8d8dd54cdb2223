/**
 * The forty automated checks: what each passes on, and the controls it supports. A check supports a control, it never satisfies it; which ones
 * is our judgement. The sources of the figures stand in the checks' own files.
 */

export const CHECK_GROUPS = ['ACC', 'SVC', 'LOG', 'RET', 'RES', 'ENC', 'AVL', 'INC', 'CAP', 'MIR'] as const;
export type CheckGroup = (typeof CHECK_GROUPS)[number];

export interface CheckSpec {
  readonly id: string;
  readonly group: CheckGroup;
  /** What it passes on. */
  readonly title: string;
  /** Ids of controls of the built-in frameworks. */
  readonly supports: readonly string[];
}

const FRAMEWORK_PREFIX = { s: 'soc2-', h: 'hipaa-164.', g: 'gdpr-', p: 'pci-', c: 'ccpa-' } as const;
type Refs = Partial<Record<keyof typeof FRAMEWORK_PREFIX, string>>;

/** Security of processing in California rests on the same checks as everywhere. */
const CCPA_SECURITY = '1798.100-e art.-9';

function check(id: string, title: string, refs: Refs): CheckSpec {
  const group = id.slice(0, 3) as CheckGroup;
  const secured = ['ACC', 'SVC', 'ENC', 'LOG'].includes(group);
  const all: Refs = secured ? { ...refs, c: `${refs.c ?? ''} ${CCPA_SECURITY}`.trim() } : refs;
  const supports = Object.entries(all).flatMap(([key, text]) =>
    text.split(' ').map((ref) => FRAMEWORK_PREFIX[key as keyof Refs] + ref),
  );
  return { id, group, title, supports };
}

export const CHECKS: readonly CheckSpec[] = [
  check('ACC-01', 'Every active member has a second factor', { s: 'cc6.1', h: '312-d', g: '32-1-b', p: '8.4.2 8.4.3' }),
  check('ACC-02', 'Every admin and the owner have a second factor', {
    s: 'cc6.1 cc6.3',
    h: '312-d',
    g: '32-1-b',
    p: '8.4.1',
  }),
  check('ACC-03', 'No admin was without a second factor on any day', {
    s: 'cc6.1',
    h: '312-d',
    g: '32-1-d',
    p: '8.4.1',
  }),
  check('ACC-04', 'No active member was idle for more than 90 days', {
    s: 'cc6.2',
    h: '308-a-3-ii-c',
    g: '32-1-b',
    p: '8.2.6',
  }),
  check('ACC-05', 'Access ended within 24 hours of termination', {
    s: 'cc6.2 cc6.3',
    h: '308-a-3-ii-c',
    g: '32-4',
    p: '8.2.5',
  }),
  check('ACC-06', 'Access was reviewed within six months, and the result acknowledged', {
    s: 'cc6.3',
    h: '308-a-4-ii-c',
    g: '32-1-d',
    p: '7.2.4',
  }),
  check('ACC-07', 'There are at least two admins, and no more than the limit', {
    s: 'cc6.3',
    h: '308-a-4-ii-b',
    g: '25',
    p: '7.2.2',
  }),
  check('ACC-08', 'No identity is shared or generic', { s: 'cc6.1', h: '312-a-2-i', g: '32-1-b', p: '8.2.1 8.2.2' }),
  check('ACC-09', 'Nobody gave themselves a right', {
    s: 'cc5.1 cc6.3',
    h: '308-a-4-ii-b',
    g: '32-4',
    p: '7.2.3 8.2.4',
  }),
  check('ACC-10', 'Members from other domains are justified', {
    s: 'cc6.3 cc9.2',
    h: '308-b-3',
    g: '28-3-h 32-4',
    p: '8.2.7 12.8.1',
  }),
  check('SVC-01', 'No key is older than the policy allows', { s: 'cc6.1', h: '308-a-5-ii-d', g: '32-1-b', p: '8.6.3' }),
  check('SVC-02', 'Every key expires within a year', { s: 'cc6.1', h: '312-a-2-i', g: '32-1-b', p: '8.6.3' }),
  check('SVC-03', 'No key was used after it expired or was revoked', {
    s: 'cc6.1 cc7.2',
    h: '312-a-2-i',
    g: '32-1-b',
    p: '7.2.5',
  }),
  check('SVC-04', 'What was unused for 90 days is disabled', {
    s: 'cc6.2',
    h: '308-a-3-ii-c',
    g: '25',
    p: '7.2.5.1',
  }),
  check('SVC-05', 'Every service account has an active person who answers for it', {
    s: 'cc6.2',
    h: '308-a-3-ii-a',
    g: '32-4',
    p: '7.2.5',
  }),
  check('SVC-06', 'No service account holds a wildcard or administrative right', {
    s: 'cc6.3',
    h: '308-a-4-ii-b',
    g: '25',
    p: '7.2.5',
  }),
  check('LOG-01', 'The audit log recomputes to its signed root', {
    s: 'cc7.2',
    h: '312-b 312-c-2',
    g: '5-1-f',
    p: '10.3.2 10.3.4',
  }),
  check('LOG-02', 'No gap in the log, and a heartbeat every 24 hours', {
    s: 'cc7.2',
    h: '312-b',
    g: '32-1-b',
    p: '10.7.2',
  }),
  check('LOG-03', 'Every event names who, what, when, outcome, origin and target', {
    s: 'cc7.2',
    h: '312-b',
    g: '5-2',
    p: '10.2.2',
  }),
  check('LOG-04', 'Every class of event was seen, or its logging tested', {
    s: 'cc7.2',
    h: '312-b',
    g: '5-2',
    p: '10.2.1.1 10.2.1.2 10.2.1.3 10.2.1.4 10.2.1.5 10.2.1.6 10.2.1.7',
  }),
  check('LOG-05', 'Events reach back as far as they must, three months at hand', {
    s: 'cc7.3',
    h: '316-b-2-i',
    p: '10.5.1',
  }),
  check('LOG-06', 'Reading the log is logged', { s: 'cc7.2', h: '312-b', g: '32-1-b', p: '10.2.1.3' }),
  check('LOG-07', 'A review of the log is recorded each day', {
    s: 'cc7.2 cc7.3',
    h: '308-a-1-ii-d',
    g: '32-1-d',
    p: '10.4.1 10.4.1.1',
  }),
  check('LOG-08', 'Claimed and recorded times differ by at most five minutes', {
    s: 'cc7.2',
    h: '312-b',
    p: '10.6.1',
  }),
  check('LOG-09', 'More than ten failed sign-ins lead to a lockout', {
    s: 'cc7.2',
    h: '308-a-5-ii-c',
    g: '32-1-b',
    p: '8.3.4',
  }),
  check('LOG-10', 'Every actor is a known identity', { s: 'cc6.1', h: '312-a-2-i', g: '5-2', p: '10.2.2' }),
  check('RET-01', 'Retention is at least what law asks', {
    s: 'cc5.3',
    h: '316-b-2-i',
    p: '10.5.1',
    c: '7101-a',
  }),
  check('RET-02', 'Retention is no longer than its purpose justifies', {
    s: 'c1.2 p4.2',
    g: '5-1-e',
    p: '3.2.1',
    c: '1798.100-a-3',
  }),
  check('RET-03', 'Nothing is older than its retention', { s: 'c1.2 p4.3', g: '5-1-e', p: '3.2.1' }),
  check('RET-04', 'Nothing under legal hold was deleted', { s: 'p4.2', h: '316-b-2-i', g: '17-3-e 18-1-c' }),
  check('RET-05', 'The register of requests is complete and reaches back 24 months', {
    s: 'p5.1 p8.1',
    g: '12-3',
    c: '7101-a 7101-b',
  }),
  check('RES-01', 'The region is one of those allowed', {
    s: 'cc6.7 p4.1',
    h: '308-a-1-ii-a',
    g: '44',
    p: '12.5.2',
  }),
  check('RES-02', 'Every transfer out of the EEA has its mechanism', { s: 'p6.1', g: '45 46' }),
  check('ENC-01', 'Encryption at rest is on', { s: 'cc6.1 c1.1', h: '312-a-2-iv', g: '32-1-a', p: '3.5.1' }),
  check('ENC-02', 'Encryption in transit is on', { s: 'cc6.7', h: '312-e-2-ii', g: '32-1-a', p: '4.2.1' }),
  check('ENC-03', 'No data key is older than its cryptoperiod', {
    s: 'cc6.1',
    h: '312-a-2-iv',
    g: '32-1-a',
    p: '3.7.4',
  }),
  check('AVL-01', 'Every SLA held in each month, without a missing interval', {
    s: 'a1.1',
    h: '308-a-7-ii-c',
    g: '32-1-b',
  }),
  check('INC-01', 'Incidents were answered in time, breaches told within 72 hours', {
    s: 'cc7.4',
    h: '308-a-6-ii',
    g: '33-1',
    p: '12.10.1',
  }),
  check('CAP-01', 'Use is at most 80 percent of quota, or acted upon', { s: 'a1.1', g: '32-1-b' }),
  check('MIR-01', 'The mirror is fresh, equals what was signed, and holds one organization alone', {
    s: 'cc2.1 pi1.2',
    h: '312-c-2',
    g: '5-1-f',
    p: '10.3.4',
  }),
];

/** The checks that support a control, itself named. */
export function checksOf(controlId: string): readonly CheckSpec[] {
  return CHECKS.filter(({ supports }) => supports.includes(controlId));
}
