import type { Framework } from '../framework.ts';
import { type Line, outline } from './outline.ts';

const CFR = '45 CFR ';
const required = (ref: string, title: string): Line => ({ ref, title, obligation: 'required', citation: CFR + ref });
const addressable = (ref: string, title: string): Line => ({
  ref,
  title,
  obligation: 'addressable',
  citation: CFR + ref,
});
const standard = (ref: string, title: string, ...lines: readonly Line[]): Line => ({
  ref,
  title,
  citation: CFR + ref,
  lines,
});

const LINES: readonly Line[] = [
  standard(
    '164.308',
    'Administrative safeguards',
    standard(
      '164.308(a)(1)(i)',
      'Security management process',
      required('164.308(a)(1)(ii)(A)', 'Risk analysis'),
      required('164.308(a)(1)(ii)(B)', 'Risk management'),
      required('164.308(a)(1)(ii)(C)', 'Sanction policy'),
      required('164.308(a)(1)(ii)(D)', 'Review of information system activity'),
    ),
    required('164.308(a)(2)', 'Assigned security responsibility'),
    standard(
      '164.308(a)(3)(i)',
      'Workforce security',
      addressable('164.308(a)(3)(ii)(A)', 'Authorization and supervision'),
      addressable('164.308(a)(3)(ii)(B)', 'Workforce clearance'),
      addressable('164.308(a)(3)(ii)(C)', 'Termination of access'),
    ),
    standard(
      '164.308(a)(4)(i)',
      'Information access management',
      required('164.308(a)(4)(ii)(A)', 'Isolation of clearinghouse functions'),
      addressable('164.308(a)(4)(ii)(B)', 'Access authorization'),
      addressable('164.308(a)(4)(ii)(C)', 'Access establishment and modification'),
    ),
    standard(
      '164.308(a)(5)(i)',
      'Security awareness and training',
      addressable('164.308(a)(5)(ii)(A)', 'Security reminders'),
      addressable('164.308(a)(5)(ii)(B)', 'Protection from malicious software'),
      addressable('164.308(a)(5)(ii)(C)', 'Log-in monitoring'),
      addressable('164.308(a)(5)(ii)(D)', 'Password management'),
    ),
    standard(
      '164.308(a)(6)(i)',
      'Security incident procedures',
      required('164.308(a)(6)(ii)', 'Response and reporting'),
    ),
    standard(
      '164.308(a)(7)(i)',
      'Contingency plan',
      required('164.308(a)(7)(ii)(A)', 'Data backup plan'),
      required('164.308(a)(7)(ii)(B)', 'Disaster recovery plan'),
      required('164.308(a)(7)(ii)(C)', 'Emergency mode operation plan'),
      addressable('164.308(a)(7)(ii)(D)', 'Testing and revision'),
      addressable('164.308(a)(7)(ii)(E)', 'Criticality of applications and data'),
    ),
    required('164.308(a)(8)', 'Evaluation'),
    standard(
      '164.308(b)(1)',
      'Business associate contracts',
      required('164.308(b)(3)', 'Written contract or other arrangement'),
    ),
  ),
  standard(
    '164.310',
    'Physical safeguards',
    standard(
      '164.310(a)(1)',
      'Facility access controls',
      addressable('164.310(a)(2)(i)', 'Contingency operations'),
      addressable('164.310(a)(2)(ii)', 'Facility security plan'),
      addressable('164.310(a)(2)(iii)', 'Access control and validation'),
      addressable('164.310(a)(2)(iv)', 'Maintenance records'),
    ),
    required('164.310(b)', 'Workstation use'),
    required('164.310(c)', 'Workstation security'),
    standard(
      '164.310(d)(1)',
      'Device and media controls',
      required('164.310(d)(2)(i)', 'Disposal'),
      required('164.310(d)(2)(ii)', 'Media re-use'),
      addressable('164.310(d)(2)(iii)', 'Accountability'),
      addressable('164.310(d)(2)(iv)', 'Data backup and storage'),
    ),
  ),
  standard(
    '164.312',
    'Technical safeguards',
    standard(
      '164.312(a)(1)',
      'Access control',
      required('164.312(a)(2)(i)', 'Unique user identification'),
      required('164.312(a)(2)(ii)', 'Emergency access'),
      addressable('164.312(a)(2)(iii)', 'Automatic logoff'),
      addressable('164.312(a)(2)(iv)', 'Encryption and decryption'),
    ),
    required('164.312(b)', 'Audit controls'),
    standard(
      '164.312(c)(1)',
      'Integrity',
      addressable('164.312(c)(2)', 'Mechanism to authenticate health information'),
    ),
    required('164.312(d)', 'Person or entity authentication'),
    standard(
      '164.312(e)(1)',
      'Transmission security',
      addressable('164.312(e)(2)(i)', 'Integrity controls'),
      addressable('164.312(e)(2)(ii)', 'Encryption'),
    ),
  ),
  standard(
    '164.314',
    'Organizational requirements',
    required('164.314(a)(1)', 'Contracts with business associates hold what the rule asks'),
    required('164.314(b)(1)', 'Group health plans bind their sponsors'),
  ),
  standard(
    '164.316',
    'Policies, procedures and documentation',
    required('164.316(a)', 'Policies and procedures'),
    standard(
      '164.316(b)(1)',
      'Documentation',
      required('164.316(b)(2)(i)', 'Kept for six years'),
      required('164.316(b)(2)(ii)', 'Available to those who carry it out'),
      required('164.316(b)(2)(iii)', 'Reviewed and updated'),
    ),
  ),
];

/** Appendix A: 18 standards, 36 specifications (14 required, 22 addressable), 6 standards without one; and sections 314 and 316. */
export const HIPAA: Framework = {
  id: 'hipaa',
  title: 'HIPAA Security Rule',
  edition: '45 CFR part 164 subpart C',
  revision: 1,
  issuer: 'US Department of Health and Human Services',
  source:
    'Sections 164.308 to 164.316 and appendix A to subpart C. The proposal to end addressable specifications (90 FR 898) was not final by mid-2026.',
  controls: outline('hipaa', LINES),
};
