import type { Framework } from '../framework.ts';
import { control, group, outline } from './outline.ts';

const LINES = [
  group(
    '3',
    'Protect stored account data',
    control('3.2.1', 'What is stored is kept to a minimum and removed on time'),
    control('3.5.1', 'Account numbers cannot be read wherever they are stored'),
    control('3.7.4', 'Keys are changed at the end of their cryptoperiod'),
  ),
  group('4', 'Protect data in transit', control('4.2.1', 'Strong cryptography over open networks')),
  group(
    '7',
    'Restrict access by need to know',
    control('7.2.2', 'Access by job and least privilege'),
    control('7.2.3', 'Privileges are approved by authorized people'),
    control('7.2.4', 'User accounts and privileges are reviewed every six months'),
    control('7.2.5', 'Application and system accounts hold least privilege'),
    control('7.2.5.1', 'Application and system accounts are reviewed as the risk analysis says'),
  ),
  group(
    '8',
    'Identify users and authenticate access',
    control('8.2.1', 'Every user has an id of their own'),
    control('8.2.2', 'Shared and generic accounts are exceptions, justified and traced'),
    control('8.2.4', 'Adding, changing and deleting ids is authorized'),
    control('8.2.5', 'Access of people who leave is revoked at once'),
    control('8.2.6', 'Accounts unused for 90 days are removed or disabled'),
    control('8.2.7', 'Access of third parties is enabled only when needed and watched'),
    control('8.3.4', 'An account locks after at most ten failed attempts'),
    control('8.4.1', 'A second factor for administrative access'),
    control('8.4.2', 'A second factor for all access to the cardholder data environment'),
    control('8.4.3', 'A second factor for remote access'),
    control('8.6.3', 'Secrets of application accounts change as the risk analysis says'),
  ),
  group(
    '10',
    'Log and monitor all access',
    group(
      '10.2.1',
      'What is logged',
      control('10.2.1.1', 'Every user access to cardholder data'),
      control('10.2.1.2', 'Every act with administrative access'),
      control('10.2.1.3', 'Every access to audit logs'),
      control('10.2.1.4', 'Invalid attempts at access'),
      control('10.2.1.5', 'Changes of identities and credentials'),
      control('10.2.1.6', 'Starting, stopping and pausing of logs'),
      control('10.2.1.7', 'Making and deleting of system objects'),
    ),
    control('10.2.2', 'Each entry names who, what, when, outcome, origin and target'),
    control('10.3.1', 'Logs are read only by those who need to'),
    control('10.3.2', 'Logs are protected from change'),
    control('10.3.3', 'Logs are backed up promptly to a central place'),
    control('10.3.4', 'Change detection on logs'),
    control('10.4.1', 'Logs are reviewed at least daily'),
    control('10.4.1.1', 'Reviews of logs are automated'),
    control('10.5.1', 'Twelve months of logs, three of them at hand'),
    control('10.6.1', 'Clocks are synchronized'),
    control('10.7.2', 'Failures of critical security controls are found and answered'),
  ),
  group(
    '12',
    'Support security with policies',
    control('12.3.1', 'Targeted risk analyses are documented'),
    control('12.5.2', 'Scope is documented and confirmed every year'),
    control('12.8.1', 'A list of third parties is kept'),
    control('12.10.1', 'An incident response plan stands ready'),
  ),
];

/** The requirements that concern a platform of this kind. */
export const PCI_DSS: Framework = {
  id: 'pci-dss',
  title: 'PCI DSS',
  edition: '4.0.1',
  revision: 1,
  issuer: 'PCI Security Standards Council',
  source:
    'Identifiers of version 4.0.1; the wording is ours, the text of the standard is copyright PCI SSC and not part of this product.',
  controls: outline('pci', LINES),
};
