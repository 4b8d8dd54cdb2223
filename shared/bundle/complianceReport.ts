/** report.html of one assessment: what an auditor reads. No script, nothing remote; the same assessment gives the same bytes, which a verifier compares. */

import { CONTROL_STATUSES } from '../compliance/controlStatus.ts';
import { type AssessedControl, type Assessment, coverageOf, coverageText } from '../compliance/exports/assessment.ts';
import { CHECK_WORDS, STATUS_WORDS } from '../compliance/exports/words.ts';
import { grouped } from './figures.ts';
import { escapeHtml } from './html.ts';
import { REPORT_CSS } from './reportStyle.ts';

type Cells = readonly string[];

/** Cells are HTML already. */
function table(head: Cells, rows: readonly Cells[]): string {
  const columns = head.map((text) => `<th scope="col">${text}</th>`).join('');
  const body = rows.map(
    ([first, ...rest]) => `<tr><th scope="row">${first}</th>${rest.map((one) => `<td>${one}</td>`).join('')}</tr>`,
  );
  return `<table class="words"><thead><tr>${columns}</tr></thead><tbody>
${body.join('\n')}
</tbody></table>`;
}

const section = (title: string, body: string): string => `<section><h2>${title}</h2>${body}</section>`;
const text = (value: string): string => escapeHtml(value);
const some = (value: string | null): string => (value === null || value === '' ? 'none' : text(value));
const code = (value: string): string => `<code>${text(value)}</code>`;

/** The summary's sentences, for HTML and PDF. */
export function summaryOf(assessment: Assessment): string[] {
  const { checks, findings, exceptions, evidence } = assessment;
  const { met, of, excluded, percent } = coverageOf(assessment);
  const states = Object.keys(CHECK_WORDS) as (keyof typeof CHECK_WORDS)[];
  const came = states
    .map((state) => [state, checks.filter((check) => check.state === state).length] as const)
    .filter(([, n]) => n > 0);
  const open = findings.filter(({ status }) => status === 'open').length;
  const left = evidence.filter(({ omitted }) => omitted !== null).length;
  return [
    `${grouped(met)} of ${grouped(of)} controls that apply are met (${coverageText({ percent })}, cut off, never rounded up); ${grouped(excluded)} do not apply and count for neither.`,
    `Of ${checks.length} automated checks ${came.map(([state, n]) => `${n} ${CHECK_WORDS[state]}`).join(', ') || 'none was made'}. Insufficient data never counts as passed; a check supports a control and does not satisfy it.`,
    `${open} of ${findings.length} findings are open, ${exceptions.length} exceptions were in force, ${evidence.length} pieces of evidence are listed, ${left} of them without their file.`,
  ];
}

function facts({ organization, framework, period, known_to, assessed_at, log }: Assessment, digest: string): string {
  const rows: readonly (readonly [string, string])[] = [
    ['Organization', `${text(organization.name)} ${code(organization.id)}`],
    [
      'Framework',
      `${text(framework.title)}, ${text(framework.edition)}, revision ${framework.revision} of this file; issued by ${text(framework.issuer)}`,
    ],
    ['Period', `${period.from} up to, not including, ${period.to}`],
    ['Known up to', known_to],
    ['Assessed', assessed_at],
    ['Log', `${grouped(log.size)} entries, root ${code(log.root)}`],
    ['SHA-256 of assessment.json', code(digest)],
  ];
  return `<dl>${rows.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('')}</dl>`;
}

function judged(one: AssessedControl['design']): string {
  return one === null ? 'not assessed' : `${one.state}: ${text(one.reason)}`;
}

function controlRow(one: AssessedControl): Cells {
  if (one.status === null) return [`<b>${text(one.ref)}</b>`, `<b>${text(one.title)}</b>`, '', '', '', ''];
  const status =
    one.status === 'not_applicable'
      ? `${STATUS_WORDS.not_applicable}: ${text(one.not_applicable_because)}`
      : STATUS_WORDS[one.status];
  const rests = [...one.checks, ...(one.evidence.length === 0 ? [] : [`${one.evidence.length} evidence`])]
    .map(text)
    .join(', ');
  return [text(one.ref), text(one.title), status, judged(one.design), judged(one.operating), rests];
}

/** A section, where there is anything to show. */
function listed(title: string, head: Cells, rows: readonly Cells[]): string {
  return rows.length === 0 ? '' : section(title, table(head, rows));
}

function checkTables({ checks }: Assessment): string {
  const items = checks.flatMap((check) =>
    check.items.map(
      (item): Cells => [
        ...[check.id, code(item.id), text(item.title), item.at ?? '', text(item.why), some(item.exception)],
      ],
    ),
  );
  const results = checks.map(
    (one): Cells => [
      ...[`${one.id} ${text(one.title)}`, `${CHECK_WORDS[one.state]}. ${text(one.summary)}`, grouped(one.population)],
      ...[text(one.population_of), grouped(one.failing), grouped(one.excepted), String(one.rule), code(one.digest)],
    ],
  );
  const head = [
    'Check',
    'Result',
    'Population',
    'Looked at',
    'Failing',
    'Excepted',
    'Rule',
    'SHA-256 of what was looked at',
  ];
  return `${listed('Automated checks and their populations', head, results)}
${listed('Failing items', ['Check', 'Item', 'Name', 'At', 'Why', 'Exception'], items)}`;
}

function exceptionTable({ exceptions }: Assessment): string {
  const rows = exceptions.map(
    (one): Cells => [
      ...[text(one.title), text([...one.controls, ...one.checks].join(', ')), text(one.reason), some(one.compensating)],
      ...[some(one.management_response), one.approved_at ?? 'not approved', one.expires_on],
    ],
  );
  const head = ['Exception', 'Controls and checks', 'Reason', 'Instead', 'Management response', 'Approved', 'Ends'];
  return listed('Exceptions', head, rows);
}

function findingTable({ findings }: Assessment): string {
  const rows = findings.map(
    (one): Cells => [
      ...[`${text(one.title)} (${one.status})`, one.severity, some(one.condition), some(one.criteria), some(one.cause)],
      ...[some(one.effect), some(one.recommendation), some(one.management_response), one.due_on ?? 'none'],
    ],
  );
  const head = [
    'Finding',
    'Severity',
    'Condition',
    'Criteria',
    'Cause',
    'Effect',
    'Recommendation',
    'Management response',
    'Due',
  ];
  return listed('Findings', head, rows);
}

function evidenceTable({ evidence }: Assessment): string {
  const rows = evidence.map(
    (one): Cells => [
      ...[text(one.title), one.kind, one.evidence_on, one.added_at, one.valid_until ?? 'no end'],
      one.file === null ? some(one.url) : code(one.file.sha256),
      one.omitted === null ? (one.file === null ? 'a link' : 'yes') : `no: ${text(one.omitted)}`,
    ],
  );
  const head = ['Evidence', 'Kind', 'Of', 'Added', 'Valid until', 'SHA-256 or address', 'In the bundle'];
  return listed('Evidence', head, rows);
}

/** The page. `digest`: SHA-256 of the assessment's text, hex. */
export function complianceHtml(assessment: Assessment, digest: string): string {
  const { organization, framework, period, controls } = assessment;
  const { counts } = coverageOf(assessment);
  const days = `${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(framework.title)}: ${text(organization.name)}, ${days}</title>
<style>${REPORT_CSS}</style></head><body><main>
<header><p class="kind">Compliance assessment</p><h1>${text(framework.title)}: ${text(organization.name)}</h1>
<p class="period">${days} <span class="quiet">(end excluded; times are UTC)</span></p></header>
${section(
  'Summary',
  summaryOf(assessment)
    .map((line) => `<p>${text(line)}</p>`)
    .join(''),
)}
<div class="tiles">${CONTROL_STATUSES.map((status) => `<div class="tile"><b>${grouped(counts[status])}</b><span>${STATUS_WORDS[status]}</span></div>`).join('')}</div>
${section('Scope', facts(assessment, digest))}
${section('Controls', table(['Control', 'Title', 'Status', 'Design', 'Operating', 'Rests on'], controls.map(controlRow)))}
${[checkTables, exceptionTable, findingTable, evidenceTable].map((make) => make(assessment)).join('\n')}
${section('What this is worth', `<p>The checks were computed by the console from its proven mirror of the log and from records as the platform last told them. Manual assessments, evidence and exceptions are what people recorded; each record has its event in the log. This page follows from <code>assessment.json</code> beside it, and a verifier of the bundle computes it again.</p>`)}
</main></body></html>
`;
}
