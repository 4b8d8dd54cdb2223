import { parsePeriod, periodWords } from '../../../shared/compliance/period.ts';
import type { EventClass } from '../../../shared/entities/privacy.ts';

export const CLASS_WORDS: Readonly<Record<EventClass, string>> = {
  authentication: 'Authentication',
  access: 'Access',
  data: 'Data',
  configuration: 'Configuration',
  compliance: 'Compliance',
  system: 'System',
};

/** A period as it is said and written: `6 years (P6Y)`; as written where it is none. */
export function periodText(text: string): string {
  try {
    return `${periodWords(parsePeriod(text))} (${text})`;
  } catch {
    return text;
  }
}
