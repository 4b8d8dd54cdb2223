/**
 * Lines of an access export: a summary in words, the things of the organization that name the person, and the events that are about them. What
 * is about others stands there as withheld (GDPR Art. 15(4)).
 */
import type { RetentionPolicy } from '../entities/index.ts';
import type { Json } from '../json/index.ts';
import { disclosureJson, namedValue } from './erasure.ts';
import { parsePeriod, periodWords } from './period.ts';
import { type EventHead, type PersonalMatcher, personalIn, type Subject, withoutOthers } from './personal.ts';
import type { LogRow } from './personalScan.ts';

export interface SummaryLine {
  readonly line: 'summary';
  readonly organization: string;
  readonly made_at: string;
  readonly subject: Subject;
  readonly purposes: readonly string[];
  readonly recipients: readonly string[];
  readonly retention: readonly string[];
  readonly source: readonly string[];
  readonly rights: readonly string[];
}
export interface EntityLine {
  readonly line: 'entity';
  readonly kind: string;
  readonly data: Json;
  readonly withheld?: number;
}
export interface EventLine {
  readonly line: 'event';
  readonly seq: number;
  readonly recorded_at: string;
  readonly action: string;
  readonly outcome: string;
  readonly workspace: string | null;
  /** Whether the person did it, or it was done to or about them. */
  readonly role: 'actor' | 'subject';
  readonly target: { readonly type: string; readonly id: string } | null;
  readonly disclosures: readonly { readonly name: string; readonly value: Json }[];
  /** Places within them that are about others. */
  readonly withheld: number;
}
export type ExportLine = SummaryLine | EntityLine | EventLine;

export interface ExportFacts {
  readonly organization: string;
  readonly subject: Subject;
  readonly policies: readonly RetentionPolicy[];
  /** ISO 8601 period the compliance modes ask for; null: none. */
  readonly floor: string | null;
  /** Names of service accounts that may read, and the like. */
  readonly recipients: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What Art. 15(1) asks to be told beside the data. */
export function exportSummary({ organization, subject, policies, floor, recipients, now }: ExportFacts): SummaryLine {
  const kept = policies.map(
    ({ name, keep, max, purpose }) =>
      `${name}: kept ${periodWords(parsePeriod(keep))}${max === null ? '' : `, at most ${periodWords(parsePeriod(max))}`}; ${purpose}`,
  );
  return {
    line: 'summary',
    ...{ organization, made_at: new Date(now).toISOString(), subject },
    purposes: [
      'Membership: to let people work in the organization and to decide what they may do.',
      'Audit log: to prove who did what, for security and for the laws and contracts the organization stands under.',
      ...new Set(policies.map(({ purpose }) => purpose)),
    ],
    recipients: [
      'Members of the organization who may read its audit log, with the consoles in which they keep a copy of it.',
      ...recipients.map((name) => `Service account "${name}"`),
    ],
    retention: [
      ...kept,
      ...(floor === null ? [] : [`Compliance modes ask for ${periodWords(parsePeriod(floor))} at least.`]),
      ...(kept.length === 0 && floor === null ? ['No period is set: the audit log is kept until it is pruned.'] : []),
    ],
    source: ['Given by the person, by who invited them, or recorded by the platform when something was done.'],
    rights: [
      'Correction, erasure, restriction and objection may be asked for, and a complaint lodged with a supervisory authority (GDPR Art. 15(1)(e) and (f)).',
    ],
  };
}

/** A thing of the feed; null where nothing in it is about the person. */
export function exportEntity(kind: string, data: Json, matcher: PersonalMatcher): EntityLine | null {
  const own = makes(data, matcher.subject.userId);
  if (!own && !matcher.holds(data)) return null;
  const { value, withheld } = withoutOthers(data, matcher.subject);
  return { line: 'entity', kind, data: value, ...(withheld > 0 ? { withheld } : {}) };
}

/** Whether a record says that the person made or last changed it. */
function makes(data: Json, userId: string): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    Object.entries(data).some(([key, value]) => key.endsWith('_by') && value === userId)
  );
}

interface Leaf extends EventHead {
  readonly recorded_at: string;
  readonly action: string;
  readonly outcome: string;
  readonly workspace: string | null;
}

/** An event about the person; null for any other. Throws LOG_MALFORMED. */
export function exportEvent({ seq, leaf, line }: LogRow, matcher: PersonalMatcher): EventLine | null {
  const jsons = line === '' ? [] : line.split('~').map(disclosureJson);
  if (!matcher.maybe(leaf) && !jsons.some((json) => matcher.maybe(json))) return null;
  const event = JSON.parse(leaf) as Leaf;
  const values = jsons.map(namedValue);
  const found = personalIn(event, values, matcher);
  const acts = matcher.acts(event);
  if (found.length === 0 && !acts && !matcher.isTarget(event)) return null;
  let withheld = 0;
  const disclosures = found.map((i) => {
    const { name, value } = values[i]!;
    const told = withoutOthers(value, matcher.subject);
    withheld += told.withheld;
    return { name, value: told.value };
  });
  const { recorded_at, action, outcome, workspace, target } = event;
  // The id of another person is theirs.
  const other = target !== null && /^(?:user|member)$/.test(target.type) && !matcher.isTarget(event);
  return {
    line: 'event',
    ...{ seq, recorded_at, action, outcome, workspace, role: acts ? 'actor' : 'subject' },
    target: other ? { type: target.type, id: 'withheld: another person' } : target,
    disclosures,
    withheld: withheld + (other ? 1 : 0),
  };
}
