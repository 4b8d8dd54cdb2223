/** The files of the sla section against each other, the statement and their own arithmetic. */
import { toHex, toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { at, Fault } from './checks.ts';
import type { BundleFiles, VerifyPorts } from './files.ts';
import { readText, readWhole } from './inventory.ts';
import { LIMITS } from './layout.ts';
import { slaFaults } from './slaFaults.ts';
import {
  readMonthReport,
  readSlaIndex,
  SLA_INDEX,
  SLA_REPORT_BYTES_MAX,
  type SlaIndexRow,
  slaCsv,
  slaFile,
} from './slaReport.ts';
import type { SlaLine } from './slaSection.ts';
import type { Predicate } from './statement.ts';

/** True when the bytes occur. */
export function holds(bytes: Uint8Array, wanted: Uint8Array): boolean {
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return true;
  }
  return false;
}

/** What report.pdf carries among its keywords, because text in a PDF cannot be read back simply. */
export function slaMark(report: string, sha256: Sha256): string {
  return `sla-report-sha256-${toHex(sha256(toUtf8(report)))}`;
}

async function checkOne(files: BundleFiles, row: SlaIndexRow, { sha256 }: VerifyPorts): Promise<SlaLine> {
  const name = slaFile(row, 'report.json');
  const text = await readText(files, name, SLA_REPORT_BYTES_MAX);
  const report = await at(name, () => readMonthReport(text));
  if (toHex(sha256(toUtf8(text))) !== row.digest)
    throw new Fault(`${name} is not of the digest in ${SLA_INDEX}.`, name);
  if (report.sla.id !== row.sla || report.sla.name !== row.name || report.month !== row.month) {
    throw new Fault(`${name} is of another SLA or month than ${SLA_INDEX} says.`, name);
  }
  const [fault] = slaFaults(report);
  if (fault !== undefined) throw new Fault(`${name}: ${fault}`, name);
  const csv = slaFile(row, 'report.csv');
  if ((await readText(files, csv, SLA_REPORT_BYTES_MAX)) !== slaCsv(report)) {
    throw new Fault(`${csv} does not say what ${name} says.`, csv);
  }
  const pdf = slaFile(row, 'report.pdf');
  if (!holds(await readWhole(files, pdf, LIMITS.smallFileBytes), toUtf8(slaMark(text, sha256)))) {
    throw new Fault(`${pdf} was made from another report.`, pdf);
  }
  return { row, report };
}

function refuseContradiction(row: SlaIndexRow): void {
  const { comparison, issue, issued_digest: issued, digest } = row;
  const wanted = issued === null ? 'not_issued' : issued === digest ? 'equal' : 'differs';
  if (comparison !== wanted || (issue === null) !== (issued === null)) {
    throw new Fault(`${SLA_INDEX} marks ${row.sla} ${row.month} ${comparison}; its digests say ${wanted}.`, SLA_INDEX);
  }
}

/** Every report of the section with its line of the index; none where the statement counts none. Throws Fault. */
export async function checkSla(
  files: BundleFiles,
  { sections: { sla: counts } }: Predicate,
  ports: VerifyPorts,
): Promise<readonly [readonly SlaLine[], string]> {
  const present = new Set(files.names.filter((name) => name.startsWith('data/sla/')));
  if (counts === undefined) {
    const [stray] = present;
    if (stray !== undefined) throw new Fault(`${stray} is not in the statement.`, stray);
    return [[], 'No service level section'];
  }
  const text = await readText(files, SLA_INDEX, LIMITS.smallFileBytes);
  const rows = await at(SLA_INDEX, () => readSlaIndex(text));
  if (counts.included !== rows.length || counts.expected !== rows.length + counts.omitted) {
    throw new Fault(`${SLA_INDEX} has ${rows.length} rows; the statement says ${counts.included}.`, SLA_INDEX);
  }
  present.delete(SLA_INDEX);
  const lines: SlaLine[] = [];
  for (const row of rows) {
    refuseContradiction(row);
    lines.push(await checkOne(files, row, ports));
    for (const file of ['report.json', 'report.csv', 'report.pdf'] as const) {
      if (!present.delete(slaFile(row, file))) throw new Fault(`${SLA_INDEX} has a report twice.`, SLA_INDEX);
    }
  }
  const [stray] = present;
  if (stray !== undefined) throw new Fault(`${stray} is not in ${SLA_INDEX}.`, stray);
  const equal = rows.filter(({ comparison }) => comparison === 'equal').length;
  return [lines, `${rows.length} reports recomputed from their figures, ${equal} equal to what was issued`];
}
