/** The forms an assessment is written in, as said on screen, and the period it begins with. Pure. */
import type { ASSESSMENT_FORMATS } from '../../../shared/contract/assessments.ts';
import { dayText } from '../checks/period.ts';

type Format = (typeof ASSESSMENT_FORMATS)[number];

/** Those a person reads first, then tables, then what programs take. */
export const FORMATS: readonly { readonly id: Format; readonly label: string; readonly hint: string }[] = [
  { id: 'pdf', label: 'Report, PDF', hint: 'For reading and printing' },
  { id: 'html', label: 'Report, page', hint: 'For reading: one self-contained page that runs and loads nothing' },
  { id: 'csv', label: 'Checklist, CSV', hint: 'A row a control: its state, owner, due day and what stands on it' },
  { id: 'checks', label: 'Checks, CSV', hint: 'A row a check with its figures, and one a failing item' },
  { id: 'evidence', label: 'Evidence list, CSV', hint: 'A row a piece of evidence, with the digest of its file' },
  { id: 'oscal', label: 'OSCAL assessment results, JSON', hint: 'For programs that read NIST OSCAL' },
  { id: 'json', label: 'Assessment, JSON', hint: 'What every other format is made from' },
];

/** Endings of names suggested for a file. */
export const EXTENSIONS: Readonly<Record<Format, string>> = {
  ...{ pdf: '.pdf', html: '.html', csv: '.csv', checks: '.checks.csv', evidence: '.evidence.csv' },
  ...{ oscal: '.oscal.json', json: '.json' },
};

/** So many UTC days that end with a day, itself included. */
export function daysEnding(last: string, days: number): { readonly first: string; readonly last: string } {
  return { first: dayText(Date.parse(`${last}T00:00:00Z`) - (days - 1) * 86_400_000), last };
}
