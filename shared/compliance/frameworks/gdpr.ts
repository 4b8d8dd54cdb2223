import type { Framework } from '../framework.ts';
import { type Line, outline } from './outline.ts';

const article = (ref: string, title: string, ...lines: readonly Line[]): Line => ({
  ref,
  title,
  citation: `Regulation (EU) 2016/679 Art. ${ref}`,
  lines,
});

const LINES: readonly Line[] = [
  article(
    '5',
    'Principles',
    article('5(1)(e)', 'Storage limitation: no longer than the purpose needs'),
    article('5(1)(f)', 'Integrity and confidentiality'),
    article('5(2)', 'Accountability: compliance can be shown'),
  ),
  article('12(3)', 'Requests are answered within one month'),
  article(
    'III-3',
    'Rights of the data subject',
    article('15', 'Access'),
    article('16', 'Rectification'),
    article('17', 'Erasure'),
    article('17(3)(e)', 'No erasure of what legal claims need'),
    article('18', 'Restriction'),
    article('18(1)(c)', 'Restriction where the data subject needs the data for legal claims'),
    article('19', 'Recipients are told of rectification, erasure and restriction'),
    article('20', 'Portability'),
  ),
  article('25', 'Data protection by design and by default'),
  article('28(3)(h)', 'Processors make available what shows compliance'),
  article('30', 'Records of processing activities'),
  article(
    '32',
    'Security of processing',
    article('32(1)(a)', 'Pseudonymisation and encryption'),
    article('32(1)(b)', 'Ongoing confidentiality, integrity, availability and resilience'),
    article('32(1)(c)', 'Availability and access are restored in time after an incident'),
    article('32(1)(d)', 'Measures are tested, assessed and evaluated regularly'),
    article('32(4)', 'Whoever acts under authority processes on instruction only'),
  ),
  article(
    '33',
    'Personal data breaches',
    article('33(1)', 'The authority is told within 72 hours'),
    article('33(5)', 'Breaches are documented'),
  ),
  article('35', 'Data protection impact assessment'),
  article(
    'V',
    'Transfers to third countries',
    article('44', 'General principle for transfers'),
    article('45', 'Transfers on an adequacy decision'),
    article('46', 'Transfers under appropriate safeguards'),
    article('47', 'Binding corporate rules'),
    article('48', 'Transfers not authorised by Union law'),
    article('49', 'Derogations for specific situations'),
  ),
];

/** The articles that concern a platform of this kind, of 99. */
export const GDPR: Framework = {
  id: 'gdpr',
  title: 'GDPR',
  edition: 'Regulation (EU) 2016/679',
  revision: 1,
  issuer: 'European Union',
  source: 'The articles that concern this platform, in our own words; what is left out is for the controller to judge.',
  controls: outline('gdpr', LINES),
};
