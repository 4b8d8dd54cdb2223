import type { Framework } from '../framework.ts';
import { type Line, outline } from './outline.ts';

const code = (ref: string, title: string, ...lines: readonly Line[]): Line => ({
  ref,
  title,
  citation: `California Civil Code § ${ref}`,
  lines,
});
const rule = (ref: string, title: string, ...lines: readonly Line[]): Line => ({
  ref,
  title,
  citation: `11 CCR ${ref.startsWith('Art') ? ref : `§ ${ref}`}`,
  lines,
});

const LINES: readonly Line[] = [
  code(
    '1798.100',
    'General duties of businesses that collect personal information',
    code('1798.100(a)(3)', 'Retention is disclosed, and no longer than reasonably necessary'),
    code('1798.100(c)', 'Collection and use are necessary and proportionate'),
    code('1798.100(e)', 'Reasonable security procedures and practices'),
  ),
  code('1798.105', 'Deletion on request'),
  code('1798.106', 'Correction on request'),
  code('1798.110', 'Right to know what is collected'),
  code('1798.115', 'Right to know what is sold or shared, and to whom'),
  code('1798.120', 'Opt-out of sale and sharing'),
  code('1798.121', 'Limit of use of sensitive personal information'),
  code('1798.130', 'How requests are answered, and when'),
  rule(
    '7101',
    'Record-keeping',
    rule('7101(a)', 'Records of consumer requests are kept for at least 24 months'),
    rule('7101(b)', 'Records hold date, nature, manner, answer and basis of a denial'),
  ),
  rule('Art. 9', 'Cybersecurity audits; their papers are kept five years'),
  rule('Art. 10', 'Risk assessments, kept five years or as long as the processing lasts'),
];

export const CCPA: Framework = {
  id: 'ccpa',
  title: 'CCPA / CPRA',
  edition: 'Civil Code 1798.100 and following, 11 CCR as of 2026-01-01',
  revision: 1,
  issuer: 'State of California',
  source: 'Sections that concern this platform, in our own words.',
  controls: outline('ccpa', LINES),
};
