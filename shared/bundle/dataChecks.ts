/** Payload against statement and checkpoint: events, range, counts, report, access tables. */
import { fromHex, toHex, toUtf8 } from '../bytes.ts';
import { canonicalize, isCanonical, type Json } from '../json/index.ts';
import { type Checkpoint, verifyRange } from '../log/index.ts';
import { accessCsv, accessJson } from './access.ts';
import { at, type Checks, Fault } from './checks.ts';
import { checkCompliance } from './complianceChecks.ts';
import { type ComplianceLine, complianceSection } from './complianceSection.ts';
import { checkEvents, type EventsFound } from './events.ts';
import { type Figures, figuresMark, namedFigures } from './figures.ts';
import type { BundleFiles, VerifyOptions, VerifyPorts } from './files.ts';
import { readText, readWhole } from './inventory.ts';
import { LIMITS, STATEMENT } from './layout.ts';
import { reportFault, reportHazard } from './report.ts';
import { checkSla, holds } from './slaChecks.ts';
import { type SlaLine, slaSection } from './slaSection.ts';
import { formatBagInfo, formatRange, type Predicate, RangeFile } from './statement.ts';

/** Checks of the payload, given a readable statement and checkpoint. */
export async function dataChecks(
  files: BundleFiles,
  { ports, onProgress }: VerifyOptions,
  checks: Checks,
  predicate: Predicate,
  checkpoint: Checkpoint,
): Promise<void> {
  const { begin, end } = predicate.range;
  const events = await checks.run('events', async (): Promise<readonly [EventsFound, string]> => {
    const wanted = { origin: checkpoint.origin, begin, end, from: predicate.period.from, to: predicate.period.to };
    const result = await checkEvents(
      (name) => files.stream(name),
      wanted,
      ports.sha256,
      (n) => onProgress?.('events', n, end - begin),
    );
    const { events: n, disclosed, withheld } = result.figures;
    return [result, `${n} events, ${disclosed} fields disclosed, ${withheld} withheld and listed`];
  });
  const levels = await checks.run('sla', () => checkSla(files, predicate, ports));
  const assessed = await checks.run('compliance', () => checkCompliance(files, predicate, ports));
  if (events === undefined) checks.skip(['range', 'counts', 'report'], 'The events are wrong.');
  else {
    await checks.run('range', () => checkRange(files, predicate, checkpoint, events, ports));
    await checks.run('counts', () => checkCounts(files, predicate, events.figures));
    if (levels === undefined) checks.skip(['report'], 'The service level reports are wrong.');
    else if (assessed === undefined) checks.skip(['report'], 'The assessments are wrong.');
    else await checks.run('report', () => checkReport(files, events.figures, { levels, assessed }, ports));
  }
  await checks.run('access', () => checkAccess(files, predicate));
}

async function checkRange(
  files: BundleFiles,
  predicate: Predicate,
  checkpoint: Checkpoint,
  events: EventsFound,
  ports: VerifyPorts,
): Promise<readonly [true, string]> {
  const name = 'data/log/range.json';
  const text = await readText(files, name, LIMITS.statementBytes);
  const file = await at(name, () => {
    const parsed = RangeFile.parse(JSON.parse(text));
    if (formatRange(parsed) !== text) throw new Fault(`${name} is not in its canonical form.`, name);
    return parsed;
  });
  const { origin, size, root } = predicate.checkpoint;
  if (origin !== checkpoint.origin || size !== checkpoint.size || root !== toHex(checkpoint.root)) {
    throw new Fault('The statement names another checkpoint than data/log/checkpoint.', 'data/log/checkpoint');
  }
  if (file.begin !== predicate.range.begin || file.end !== predicate.range.end || file.size !== size) {
    throw new Fault(`${name} is of another range than the statement.`, name);
  }
  const cover = { size, left: file.left.map(fromHex), right: file.right.map(fromHex) };
  await at(name, () => verifyRange(events.range, cover, checkpoint.root, ports.sha256));
  return [true, `${events.figures.events} leaves, ${file.left.length + file.right.length} cover hashes`];
}

async function checkCounts(
  files: BundleFiles,
  predicate: Predicate,
  figures: Figures,
): Promise<readonly [true, string]> {
  const { events, disclosures } = predicate.sections;
  const total = figures.disclosed + figures.withheld;
  const said = canonicalize({ events, disclosures } as unknown as Json);
  const counted = canonicalize({
    events: { expected: figures.events, included: figures.events, omitted: 0, withheld: 0 },
    disclosures: { expected: total, included: figures.disclosed, omitted: 0, withheld: figures.withheld },
  });
  if (said !== counted) throw new Fault(`The statement counts ${said}; the data holds ${counted}.`, STATEMENT);
  const info = await readText(files, 'bag-info.txt', 65_536);
  const oxum = /^Payload-Oxum: (\d+)\.(\d+)$/m.exec(info);
  const wanted = formatBagInfo(predicate, { bytes: Number(oxum?.[1]), files: Number(oxum?.[2]) });
  if (info !== wanted) throw new Fault('bag-info.txt is not that of the statement.', 'bag-info.txt');
  return [true, `${figures.events} events, ${figures.disclosed} of ${total} fields disclosed`];
}

async function checkReport(
  files: BundleFiles,
  figures: Figures,
  { levels, assessed }: { readonly levels: readonly SlaLine[]; readonly assessed: readonly ComplianceLine[] },
  ports: VerifyPorts,
): Promise<readonly [true, string]> {
  const html = await readText(files, 'data/report.html', LIMITS.smallFileBytes);
  const wrong = reportFault(html, figures) ?? reportHazard(html);
  if (wrong !== null) throw new Fault(wrong, 'data/report.html');
  if (!html.includes(slaSection(levels)))
    throw new Fault('The page does not show the service levels as their reports do.', 'data/report.html');
  if (!html.includes(complianceSection(assessed)))
    throw new Fault('The page does not show the assessments as they are.', 'data/report.html');
  const pdf = await readWhole(files, 'data/report.pdf', LIMITS.smallFileBytes);
  const mark = figuresMark(figures, ports.sha256);
  if (!holds(pdf, toUtf8(mark))) {
    throw new Fault('data/report.pdf was made from other figures.', 'data/report.pdf');
  }
  return [true, `${namedFigures(figures).size} figures recounted; the PDF carries their digest`];
}

async function checkAccess(files: BundleFiles, predicate: Predicate): Promise<readonly [true, string]> {
  const tables = ['members', 'workspaces', 'roles'] as const;
  const present = files.names.filter((name) => name.startsWith('data/access/'));
  const counted: string[] = [];
  for (const table of tables) {
    const counts = predicate.sections[table];
    const [json, csv] = [`data/access/${table}.json`, `data/access/${table}.csv`];
    if (counts === undefined) continue;
    const text = await readText(files, json, LIMITS.smallFileBytes);
    const rows = await at(json, () => readRows(text));
    if (counts.included !== rows.length || counts.expected !== rows.length + counts.omitted) {
      throw new Fault(`${json} has ${rows.length} rows; the statement says ${counts.included}.`, json);
    }
    const csvText = await readText(files, csv, LIMITS.smallFileBytes);
    const columns = csvText.slice(0, csvText.indexOf('\r\n')).split(',');
    if (
      accessCsv(columns, rows) !== csvText ||
      rows.some((row) => Object.keys(row).some((key) => !columns.includes(key)))
    ) {
      throw new Fault(`${csv} does not say what ${json} says.`, csv);
    }
    present.splice(present.indexOf(json), 1);
    present.splice(present.indexOf(csv), 1);
    counted.push(`${rows.length} ${table}`);
  }
  if (present.length > 0) throw new Fault(`${present[0]} is not in the statement.`, present[0]!);
  return [true, counted.length === 0 ? 'No access section' : counted.join(', ')];
}

function readRows(text: string): { readonly [column: string]: Json }[] {
  const body = text.slice(0, -1);
  if (!text.endsWith('\n') || !isCanonical(body)) throw new Error('not canonical JSON');
  const rows = JSON.parse(body) as Json;
  const isRow = (row: Json): boolean => row !== null && typeof row === 'object' && !Array.isArray(row);
  if (!Array.isArray(rows) || !rows.every(isRow) || accessJson(rows) !== text) throw new Error('not a list of rows');
  return rows as { readonly [column: string]: Json }[];
}
