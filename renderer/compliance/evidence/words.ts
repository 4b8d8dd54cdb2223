import type { EvidenceRow, RequestRow } from '../../../shared/contract/evidence.ts';
import type { Evidence, EvidenceRequest } from '../../../shared/entities/index.ts';
import type { Tone } from '../../ui/Verdict.tsx';

export const KIND: Readonly<Record<Evidence['kind'], string>> = {
  file: 'file',
  screenshot: 'screenshot',
  query: 'mirror query',
  link: 'link',
};

export const STATE: Readonly<Record<EvidenceRow['state'], Tone>> = { valid: 'ok', expired: 'warn', withdrawn: 'none' };

const REQUEST: Readonly<Record<EvidenceRequest['state'], Tone>> = {
  open: 'accent',
  provided: 'accent',
  accepted: 'ok',
  returned: 'warn',
  cancelled: 'none',
};

/** State of a request in one word; that it is late speaks louder. */
export const requestState = ({ request, overdue }: RequestRow): { readonly tone: Tone; readonly word: string } =>
  overdue ? { tone: 'bad', word: 'overdue' } : { tone: REQUEST[request.state], word: request.state };

/** Bytes in binary units, one decimal. */
export function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
