/** Monthly reports computed from the mirror, beside what the platform issued. */
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import type { Output } from '../../shared/contract/index.ts';
import { type Sla, SlaReportIssue } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { type Json, parseStrict } from '../../shared/json/index.ts';
import { monthAfter, type Span } from '../../shared/sla/calendar.ts';
import { reportText } from '../../shared/sla/report.ts';
import { monthTerms, monthTermsAt } from '../../shared/sla/terms.ts';
import { sha256 } from '../crypto.ts';
import type { Asked, ReportFile } from './api.ts';
import type { LevelModel } from './model.ts';

const DIFFERENCES_MAX = 200;
const MONTHS_MAX = 120;
const TEXT_MAX = 400;

type Difference = Output<'sla.report'>['differences'][number];

const digestOf = (text: string): string => toHex(sha256(toUtf8(text)));
const shown = (value: Json | undefined): string =>
  value === undefined ? 'absent' : (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, TEXT_MAX);

/** Leaves in which two values differ, named by their path. */
function differ(here: Json | undefined, platform: Json | undefined, path: string, into: Difference[]): void {
  if (into.length >= DIFFERENCES_MAX) return;
  const isBranch = (value: Json | undefined): value is Json & object => typeof value === 'object' && value !== null;
  if (isBranch(here) && isBranch(platform) && Array.isArray(here) === Array.isArray(platform)) {
    const [a, b] = [here as Record<string, Json>, platform as Record<string, Json>];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      differ(a[key], b[key], path === '' ? key : `${path}.${key}`, into);
    }
    return;
  }
  if (JSON.stringify(here) !== JSON.stringify(platform)) {
    into.push({ field: path === '' ? 'report' : path, here: shown(here), platform: shown(platform) });
  }
}

/** What the platform issued for a month, as last synced. */
function issuedOf(model: LevelModel, id: string, month: string): SlaReportIssue | null {
  const text = model.store.entity('sla_report', `${id}.${month}`);
  const read = text === null ? null : SlaReportIssue.safeParse(JSON.parse(text));
  return read?.success ? read.data : null;
}

/** Where the issued report is not what is computed here; an issue whose text is not of its own digest differs by that alone. */
function differencesOf(text: string, issued: SlaReportIssue): Difference[] {
  const found: Difference[] = [];
  const own = digestOf(issued.report);
  if (own !== issued.digest) found.push({ field: 'digest of the issued text', here: own, platform: issued.digest });
  if (issued.report === text) return found;
  try {
    differ(parseStrict(text), parseStrict(issued.report), '', found);
  } catch {
    found.push({ field: 'report', here: 'readable', platform: 'not readable as JSON' });
  }
  if (found.length === 0)
    found.push({ field: 'report', here: 'canonical text', platform: 'the same values in another text' });
  return found;
}

const notJudged = (id: string, month: string): AppError =>
  new AppError('NOT_FOUND', 'The SLA was not judged in this month.', { id, month });

export function report(model: LevelModel, { id, month, now }: Asked<'sla.report'>): Output<'sla.report'> {
  const sla = model.sla(id);
  const made = model.report(sla, month, now);
  if (made === null) throw notJudged(id, month);
  const text = reportText(made);
  const issued = issuedOf(model, id, month);
  const differences = issued === null ? [] : differencesOf(text, issued);
  return {
    report: JSON.parse(text) as Record<string, unknown>,
    digest: digestOf(text),
    comparison: issued === null ? 'not_issued' : differences.length === 0 ? 'equal' : 'differs',
    platformDigest: issued === null ? null : digestOf(issued.report),
    issue: issued?.issue ?? null,
    differences,
  };
}

function fileOf(model: LevelModel, sla: Sla, month: string, now: number): ReportFile | null {
  const made = model.report(sla, month, now);
  if (made === null) return null;
  const text = reportText(made);
  const issued = issuedOf(model, sla.id, month);
  return {
    ...{ sla: sla.id, name: sla.name, month, text, digest: digestOf(text) },
    period: { from: Date.parse(made.period.from), to: Date.parse(made.period.to) },
    // The digest of what was issued, not the one it claims: a changed text must show.
    issued: issued === null ? null : { issue: issued.issue, digest: digestOf(issued.report) },
  };
}

/** Whether the month is over and the mirror has it to its end. */
function isKnown(model: LevelModel, sla: Sla, month: string, now: number): boolean {
  const terms = monthTerms(sla, month);
  return terms !== null && terms.whole.to <= model.knownTo(now);
}

export function monthReports(model: LevelModel, ids: readonly string[], month: string, now: number): ReportFile[] {
  return [...new Set(ids)].map((id) => {
    const sla = model.sla(id);
    if (monthTerms(sla, month) === null) throw notJudged(id, month);
    if (!isKnown(model, sla, month, now)) {
      const message = 'The month is not over, or the mirror does not have it to its end.';
      throw new AppError('BUNDLE_INCOMPLETE', message, { id, month });
    }
    const file = fileOf(model, sla, month, now);
    if (file === null) throw notJudged(id, month);
    return file;
  });
}

/** Months of an SLA that are over, that the mirror has to their end and that lie in a period, oldest first. */
function monthsWithin(model: LevelModel, sla: Sla, { from, to }: Span, now: number): string[] {
  const known = model.knownTo(now);
  const first = monthTermsAt(sla, Math.max(from, Date.parse(sla.revisions[0]!.effective_from)))?.month;
  const list: string[] = [];
  if (first === undefined) return list;
  for (let month = first; list.length < MONTHS_MAX; month = monthAfter(month, 1)) {
    const terms = monthTerms(sla, month);
    if (terms === null || terms.whole.to > to || terms.whole.to > known) break;
    if (terms.whole.from >= from) list.push(month);
  }
  return list;
}

export function reports(
  model: LevelModel,
  ids: readonly string[] | null,
  { from, to }: Span,
  now: number,
): ReportFile[] {
  const slas = ids === null ? [...model.definitions().slas.values()] : ids.map((id) => model.sla(id));
  return slas.flatMap((sla) =>
    monthsWithin(model, sla, { from, to }, now).flatMap((month) => fileOf(model, sla, month, now) ?? []),
  );
}
