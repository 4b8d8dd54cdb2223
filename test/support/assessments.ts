/** Assessments for tests of what is made from them. */
import type { AssessedCheck, AssessedControl, Assessment } from '../../shared/compliance/exports/assessment.ts';

const AT = '2026-11-01T08:00:00.000Z';
const HEX = 'a'.repeat(64);

const control = (id: string, own: Partial<AssessedControl> = {}): AssessedControl => ({
  ...{ id, ref: id.toUpperCase(), title: `Control ${id}`, parent: null, kind: 'control', obligation: null },
  ...{ status: 'not_assessed', not_applicable_because: '', design: null, operating: null, automated: null },
  ...{ owner: null, due_on: null, checks: [], evidence: [], findings: [], exceptions: [] },
  ...own,
});
const check = (id: string, own: Partial<AssessedCheck> = {}): AssessedCheck => ({
  ...{ id, title: `Check ${id}`, rule: 1, state: 'pass', summary: '3 of 3 hold.', population_of: 'members' },
  ...{ population: 3, failing: 0, excepted: 0, digest: HEX, items: [] },
  ...own,
});
const effective = { state: 'effective', reason: 'Walked through with the owner.', by: 'user-1', at: AT } as const;

/** One of each kind of thing, each state of a control. */
export const assessmentOfEverything: Assessment = {
  format: 'mission-control/compliance/1',
  organization: { id: 'acme', name: 'Acme' },
  framework: { id: 'soc2', title: 'SOC 2', edition: '2017', revision: 1, issuer: 'AICPA' },
  period: { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
  ...{ known_to: AT, assessed_at: AT, log: { size: 1_000, root: HEX } },
  controls: [
    control('cc6', { kind: 'group', status: null }),
    control('cc6.1', {
      parent: 'cc6',
      status: 'met',
      checks: ['ACC-01'],
      automated: 'pass',
      design: effective,
      evidence: ['e1'],
    }),
    control('cc6.2', { parent: 'cc6', status: 'not_met', checks: ['ACC-04'], automated: 'fail', findings: ['f1'] }),
    control('cc6.3', {
      parent: 'cc6',
      status: 'exception',
      checks: ['ACC-07'],
      automated: 'exception',
      exceptions: ['x1'],
    }),
    control('cc6.4', { parent: 'cc6', status: 'not_applicable', not_applicable_because: '=No offices' }),
    control('cc6.5', { parent: 'cc6', status: 'met', design: effective, operating: effective }),
  ],
  checks: [
    check('ACC-01'),
    check('ACC-04', {
      ...{ state: 'fail', failing: 2, summary: '2 of 3 are idle.' },
      items: [{ id: 'member m1', title: 'Ada, "the first"', at: AT, why: 'idle', exception: null }],
    }),
    check('ACC-07', {
      ...{ state: 'exception', excepted: 1 },
      items: [{ id: 'organization acme', title: 'Acme', at: null, why: 'one admin', exception: 'x1' }],
    }),
  ],
  exceptions: [
    {
      ...{ id: 'x1', title: 'One admin', controls: ['cc6.3'], checks: ['ACC-07'], subjects: [], reason: 'Small team' },
      ...{
        compensating: '',
        management_response: 'Accepted',
        approved_by: 'user-2',
        approved_at: AT,
        expires_on: '2027-01-01',
      },
    },
  ],
  findings: [
    {
      ...{ id: 'f1', title: 'Idle members', controls: ['cc6.2'], checks: ['ACC-04'], severity: 'high', status: 'open' },
      ...{
        condition: 'Two are idle',
        criteria: '',
        cause: '',
        effect: '',
        recommendation: '',
        management_response: '',
      },
      due_on: '2026-12-01',
    },
  ],
  evidence: [
    {
      ...{ id: 'e1', title: 'Screenshot', kind: 'screenshot', evidence_on: '2026-10-15', valid_until: '2027-10-15' },
      ...{ added_at: AT, controls: ['cc6.1'], checks: [], url: null, omitted: null },
      file: { sha256: HEX, bytes: 12, name: 'mfa.png', media_type: 'image/png' },
    },
  ],
};

/** A framework of one control of which nothing is known. */
export const assessmentOfNothing: Assessment = {
  ...assessmentOfEverything,
  controls: [control('cc1')],
  ...{ checks: [], exceptions: [], findings: [], evidence: [] },
};
