/** The readable page of an access export: self-contained HTML, no script, nothing remote. */
import type { EntityLine, EventLine, SummaryLine } from '../../shared/compliance/personalExport.ts';
import type { Json } from '../../shared/json/index.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const text = (value: string): string => value.replace(/[&<>"]/g, (c) => ESCAPES[c]!);
const json = (value: Json): string => `<pre>${text(JSON.stringify(value, null, 2))}</pre>`;
const list = (title: string, lines: readonly string[]): string =>
  `<h2>${title}</h2><ul>${lines.map((line) => `<li>${text(line)}</li>`).join('')}</ul>`;

const STYLE =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1f23}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}pre{background:#f4f5f6;padding:.5rem;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}article{border-top:1px solid #d9dce0;padding:.5rem 0}';

/** Everything before the events. */
export function pageHead(summary: SummaryLine, entities: readonly EntityLine[]): string {
  const { organization, made_at, subject } = summary;
  const known = [`User ${subject.userId}`, ...subject.memberIds.map((id) => `Member ${id}`), ...subject.emails];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Personal data held by ${text(organization)}</title><style>${STYLE}</style>
<h1>Personal data held by ${text(organization)}</h1><p>Made ${text(made_at)}. The same data stands in data.ndjson in machine-readable form.</p>
${list('You are known by', known)}${list('Purposes', summary.purposes)}${list('Who receives the data', summary.recipients)}
${list('How long it is kept', summary.retention)}${list('Where it comes from', summary.source)}${list('Your rights', summary.rights)}
<h2>Withheld</h2><p>What is about other people is withheld where it stands beside your data, and marked so (GDPR Art. 15(4)).</p>
<h2>Records</h2>${entities.map(({ kind, data }) => `<article><h3>${text(kind.replaceAll('_', ' '))}</h3>${json(data)}</article>`).join('')}
<h2>Events</h2>`;
}

export function pageEvent({ seq, recorded_at, action, outcome, role, disclosures, withheld }: EventLine): string {
  const did = role === 'actor' ? 'done by you' : 'about you';
  const other = withheld === 0 ? '' : `, ${withheld} withheld`;
  return `<article><strong>${text(action)}</strong> ${text(recorded_at)}, event ${seq}, ${text(outcome)}, ${did}${other}${disclosures
    .map(({ name, value }) => `<h4>${text(name)}</h4>${json(value)}`)
    .join('')}</article>\n`;
}

export const PAGE_END = '</html>\n';
