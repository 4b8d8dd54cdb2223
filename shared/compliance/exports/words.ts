/** Words of states in exports, the same in HTML, PDF and screens that show them. */
import type { ControlStatus } from '../controlStatus.ts';
import type { AssessedCheck } from './assessment.ts';

export const STATUS_WORDS: Readonly<Record<ControlStatus, string>> = {
  met: 'met',
  not_met: 'not met',
  exception: 'accepted exception',
  insufficient: 'insufficient data',
  not_assessed: 'not assessed',
  not_applicable: 'does not apply',
};
export const CHECK_WORDS: Readonly<Record<AssessedCheck['state'], string>> = {
  pass: 'passed',
  fail: 'failed',
  exception: 'accepted exception',
  not_applicable: 'does not apply',
  insufficient_data: 'insufficient data',
};
