/** What is typed into the forms of findings and exceptions, and what it comes to. Pure. */
import type { Finding } from '../../../shared/entities/index.ts';
import { daysAfter } from './lines.ts';

const PARTS = ['condition', 'criteria', 'cause', 'effect', 'recommendation', 'management_response'] as const;
type Part = (typeof PARTS)[number];

export type FindingDraft = Record<Part | 'title' | 'owner_id' | 'due_on', string> & Pick<Finding, 'severity'>;
export type FindingFields = Pick<Finding, Part | 'title' | 'severity' | 'owner_id' | 'due_on' | 'controls'>;
type Faults = Partial<Record<Part | 'title', string>>;

export function findingDraft(before: Finding | null): FindingDraft {
  return {
    ...{ title: before?.title ?? '', severity: before?.severity ?? 'medium' },
    ...{ owner_id: before?.owner_id ?? '', due_on: before?.due_on ?? '' },
    ...(Object.fromEntries(PARTS.map((part) => [part, before?.[part] ?? ''])) as Record<Part, string>),
  };
}

/** The fields of a draft, and what is wrong with them in words. */
export function readFindingDraft(draft: FindingDraft, controls: readonly string[]) {
  const faults: Faults = {
    ...(draft.title.trim() === '' ? { title: 'A finding has a title.' } : {}),
    ...(draft.condition.trim() === '' ? { condition: 'Say what was found.' } : {}),
  };
  const fields: FindingFields = {
    ...draft,
    title: draft.title.trim(),
    owner_id: draft.owner_id === '' ? null : draft.owner_id,
    due_on: draft.due_on === '' ? null : draft.due_on,
    controls: [...controls],
  };
  return { fields, faults };
}

/** Fields that differ from what was before. The order of controls says nothing. */
export function changedFields(before: Finding, fields: FindingFields): Partial<FindingFields> {
  const plain = (value: unknown): string => JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => plain(before[name as keyof FindingFields]) !== plain(value)),
  );
}

export interface ExceptionDraft {
  readonly title: string;
  readonly reason: string;
  readonly compensating: string;
  /** Id of a check; empty: none. */
  readonly check: string;
  /** The last day, UTC. */
  readonly ends: string;
}

export interface ExceptionFaults {
  readonly title?: string;
  readonly reason?: string;
  readonly controls?: string;
  readonly ends?: string;
}

/** How long an exception lasts unless said otherwise: a quarter of a year. */
const EXCEPTION_DAYS = 90;

/** @param today UTC day. */
export const exceptionDraft = (today: string): ExceptionDraft => ({
  ...{ title: '', reason: '', compensating: '', check: '', ends: daysAfter(today, EXCEPTION_DAYS) },
});

/** What an exception is asked for with, and what is wrong with it in words; how far off its end may be is for the platform's rule. */
export function readExceptionDraft(draft: ExceptionDraft, controls: readonly string[], today: string) {
  const checks = draft.check === '' ? [] : [draft.check];
  const faults: ExceptionFaults = {
    ...(draft.title.trim() === '' ? { title: 'An exception has a title.' } : {}),
    ...(draft.reason.trim() === '' ? { reason: 'Say why.' } : {}),
    ...(controls.length + checks.length === 0 ? { controls: 'Name a control, or the check it covers.' } : {}),
    ...(draft.ends === '' ? { ends: 'An exception ends.' } : draft.ends < today ? { ends: 'This day is past.' } : {}),
  };
  const input = {
    ...{ title: draft.title.trim(), reason: draft.reason.trim(), compensating: draft.compensating.trim() },
    ...{ controls: [...controls], checks, subjects: [], expires_on: draft.ends },
  };
  return { input, faults };
}
