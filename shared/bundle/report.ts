/** data/report.html: what a person reads. No script, nothing remote; every figure is marked so that it can be checked. */

import { type ComplianceLine, complianceSection } from './complianceSection.ts';
import { type Figures, grouped, namedFigures } from './figures.ts';
import { escapeHtml } from './html.ts';
import { REPORT_CSS } from './reportStyle.ts';
import { type SlaLine, slaSection } from './slaSection.ts';
import type { Predicate } from './statement.ts';

interface Kind {
  readonly title: string;
  /** What the bundle proves, and what nobody can prove with it; the same words in HTML and PDF. */
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
}

export const KINDS: Readonly<Record<Predicate['bundle']['kind'], Kind>> = {
  audit: {
    title: 'audit log',
    proven: [
      'Every event of the range is here, in order and unchanged: the signed root of the log recomputes only from all of them.',
      'The log operator signed that root; a later checkpoint of the same log extends it or shows the fork.',
      'Each opened field is the one that was sealed into its event when it was logged.',
      'Each withheld field is listed; nothing was left out silently.',
      'The exporting console signed all files of this bundle, this report among them.',
    ],
    notProven: [
      'That an act happened as its producer claims: the log proves what was recorded and since when, not that it is true.',
      'That the range covers the whole period at its two ends; compare the first and last sequence number with a neighbouring bundle.',
      'That no second, consistent log was shown to somebody else; compare the checkpoint with one obtained independently.',
      'Who holds the keys: pin the log key and the bundle key from a source other than this bundle.',
    ],
  },
  'sla-report': {
    title: 'service levels',
    proven: [
      'Each report follows from its own figures: verdicts from actual and target, shares from counts, credits from the fee and the tiers of its terms.',
      'JSON, CSV and PDF of each month say the same, and the digest listed is that of the JSON.',
      'The exporting console signed all files of this bundle, and held the log up to the signed checkpoint when it did.',
    ],
    notProven: [
      'That the measurements are true: the reports rest on what was ingested and observed.',
      'That the platform issued what is marked as issued: compare the digest with the one it shows.',
      'What happened in the period: this kind of bundle has no events of the log.',
      'Who holds the keys: pin the log key and the bundle key from a source other than this bundle.',
    ],
  },
};

function figure(name: string, n: number): string {
  return `<data data-figure="${escapeHtml(name)}" value="${n}">${grouped(n)}</data>`;
}

function table(
  caption: string,
  prefix: string,
  head: string,
  rows: readonly (readonly [string, number])[],
  total: number,
): string {
  const body = rows
    .map(([name, n]) => {
      const share = total === 0 ? 0 : Math.round((n / total) * 1000) / 10;
      return `<tr><th scope="row">${escapeHtml(name)}</th><td>${figure(`${prefix}.${name}`, n)}</td><td class="bar"><span style="width:${share}%"></span></td></tr>`;
    })
    .join('\n');
  return `<section><h2>${caption}</h2><table><thead><tr><th scope="col">${head}</th><th scope="col">Events</th><th scope="col"><span class="quiet">Share</span></th></tr></thead><tbody>
${body}
</tbody></table></section>`;
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

function facts(predicate: Predicate, figures: Figures, keyFingerprint: string): string {
  const { organization, period, checkpoint, range, bundle, generator, filter } = predicate;
  const rows: readonly (readonly [string, string])[] = [
    ['Organization', `${escapeHtml(organization.name)} <code>${escapeHtml(organization.id)}</code>`],
    ['Period, recorded time', `${period.from} up to, not including, ${period.to}`],
    [
      'Events',
      `${figure('events', figures.events)}, sequence ${range.begin} to ${Math.max(range.begin, range.end - 1)}`,
    ],
    ['First and last recorded', figures.firstAt === null ? 'none' : `${figures.firstAt} and ${figures.lastAt}`],
    ['Log', `<code>${escapeHtml(checkpoint.origin)}</code>, ${grouped(checkpoint.size)} entries when signed`],
    ['Signed root', `<code>${checkpoint.root}</code>`],
    ['Fields withheld on purpose', filter.withhold.length === 0 ? 'none' : escapeHtml(filter.withhold.join(', '))],
    [
      'Bundle',
      `<code>${bundle.id}</code>, made ${bundle.created_at} by ${escapeHtml(generator.name)} ${escapeHtml(generator.version)}`,
    ],
    ['Bundle key, SHA-256', `<code>${keyFingerprint}</code>`],
  ];
  return `<dl>${rows.map(([term, text]) => `<div><dt>${term}</dt><dd>${text}</dd></div>`).join('')}</dl>`;
}

function eventTables(figures: Figures, levels: readonly SlaLine[]): string {
  const { events } = figures;
  return `${levels.length === 0 ? '' : `${slaSection(levels)}\n`}<div class="two">${table('Outcome', 'outcome', 'Outcome', figures.byOutcome, events)}${table('Kind of actor', 'actor_type', 'Actor', figures.byActorType, events)}</div>
${table('Actions', 'action', 'Action', figures.byAction, events)}
${table('Most active actors', 'actor', 'Actor', figures.topActors, events)}`;
}

/** A bundle of reports has no events, and says so in every figure that is checked. */
function noEvents(named: ReadonlyMap<string, number>): string {
  const words = [...named].map(([name, n]) => `${figure(name, n)} ${escapeHtml(name.replace('.', ' '))}`);
  return `<section><h2>Events of the log</h2><p>Not in this bundle: ${words.join(', ')}.</p></section>`;
}

/** The whole page. The same input gives the same bytes. */
export function reportHtml(
  predicate: Predicate,
  figures: Figures,
  keyFingerprint: string,
  levels: readonly SlaLine[] = [],
  assessed: readonly Pick<ComplianceLine, 'assessment' | 'digest'>[] = [],
): string {
  const kind = KINDS[predicate.bundle.kind];
  const isAudit = predicate.bundle.kind === 'audit';
  const named = namedFigures(figures);
  const tile = (name: string, label: string): string =>
    `<div class="tile"><b>${figure(name, named.get(name)!)}</b><span>${label}</span></div>`;
  const sections = Object.entries(predicate.sections)
    .filter(([name]) => ['members', 'workspaces', 'roles'].includes(name))
    .map(([name, counts]) => `${grouped(counts!.included)} ${escapeHtml(name)}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Compliance bundle: ${escapeHtml(predicate.organization.name)}, ${predicate.period.from.slice(0, 10)} to ${predicate.period.to.slice(0, 10)}</title>
<style>${REPORT_CSS}</style></head><body><main>
<header><p class="kind">Compliance export bundle &middot; ${kind.title}</p><h1>${escapeHtml(predicate.organization.name)}</h1>
<p class="period">${predicate.period.from.slice(0, 10)} to ${predicate.period.to.slice(0, 10)} <span class="quiet">(end excluded; times are UTC, the organization's zone is ${escapeHtml(predicate.organization.time_zone)})</span></p></header>
${isAudit ? `<div class="tiles">${tile('events', 'events, all proven')}${tile('actors', 'distinct actors')}${tile('disclosed', 'fields disclosed')}${tile('withheld', 'fields withheld')}</div>` : slaSection(levels)}
${complianceSection(assessed)}${facts(predicate, figures, keyFingerprint)}
<div class="two"><section><h2>What is proven</h2>${list(kind.proven)}</section><section><h2>What is not</h2>${list(kind.notProven)}</section></div>
${isAudit ? eventTables(figures, levels) : noEvents(named)}
${sections.length === 0 ? '' : `<section><h2>Access</h2><p>${sections.join(', ')} as of the export, in <code>data/access</code>; these are the console's mirror of the platform, signed by the console, not part of the log.</p></section>`}
<section><h2>How to check</h2><p>This page is worth nothing by itself. <code>VERIFY.md</code> beside the <code>data</code> folder gives the commands, with standard tools only, that check this bundle against keys you obtained elsewhere; <code>verify.mjs</code> checks everything at once. Withheld fields are listed one by one in <code>data/events/withheld.ndjson</code>.</p></section>
</main></body></html>
`;
}

const MARK = /<data data-figure="([^"]*)" value="([^"]*)">([^<]*)<\/data>/g;

/** First figure of a report that is not what was counted, or that is missing; null when all agree. */
export function reportFault(html: string, figures: Figures): string | null {
  const wanted = new Map([...namedFigures(figures)].map(([name, n]) => [escapeHtml(name), n]));
  const missing = new Set(wanted.keys());
  for (const [, name, value, text] of html.matchAll(MARK)) {
    const n = wanted.get(name!);
    if (n === undefined) return `The report has a figure the events do not: ${name}.`;
    if (value !== String(n) || text !== grouped(n))
      return `The report says ${name} = ${text}; the events say ${grouped(n)}.`;
    missing.delete(name!);
  }
  const [first] = missing;
  return first === undefined ? null : `The report lacks the figure ${first}.`;
}

const PLAIN_TAG =
  /^<\/?(main|header|h1|h2|p|b|span|div|dl|dt|dd|section|ul|li|table|thead|tbody|tr|th|td|code|data|title|style|head|body|html)( (class|scope|lang)="[a-z]+"| style="width:[0-9.]+%"| data-figure="[^"<>]*"| value="[0-9]+")*>$/;
const HEAD_TAG =
  /^<(!doctype html|meta charset="utf-8"|meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"|meta name="viewport" content="width=device-width, initial-scale=1")>$/;

/** What could act or load something when a report is opened, or null. Only the tags our reports have are let through. */
export function reportHazard(html: string): string | null {
  for (const [tag] of html.matchAll(/<[^>]*>?/g)) {
    if (!PLAIN_TAG.test(tag) && !HEAD_TAG.test(tag))
      return `The report holds ${tag.slice(0, 80)}, which no report of ours has.`;
  }
  const style = /<style>([^<]*)<\/style>/.exec(html)?.[1] ?? '';
  return /url\(|@import|expression\(/i.test(style) ? 'The style of the report loads something.' : null;
}
