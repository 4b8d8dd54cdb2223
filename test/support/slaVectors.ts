/** The worked example of docs/FORMATS.md, Metrics and service levels: made from fixed inputs by the product's own code. */
import { sha256 } from '../../main/crypto.ts';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import { monthReport, reportText } from '../../shared/sla/report.ts';
import { binOf } from '../../shared/sla/sketch.ts';
import { exclusionOf, MemoryMetrics, slaOf, termsOf, utc } from './slaWorld.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

function example(): { source: MemoryMetrics; hour: number } {
  const hour = utc('2026-10-01T00:00');
  const source = new MemoryMetrics().add(1);
  source.requests(1, hour + 5 * MINUTE, 200, { ms: 12 }).requests(1, hour + 5 * MINUTE, 1, { ms: 12.3 });
  source.requests(1, hour + 5 * MINUTE, 1, { ms: 300, failed: 1 });
  source.requests(1, hour + 59 * MINUTE, 2, { ms: null, failed: 2 });
  source.state(1, hour, hour + HOUR, true).state(1, hour + HOUR, hour + 2 * HOUR, false);
  return { source, hour };
}

/** Every value the document prints, by its name there. */
export function slaVectors(): Record<string, string> {
  const { source, hour } = example();
  const [chunk] = [...source.hours(1, hour, hour + HOUR)];
  const [rollup] = [...source.hourTotals(1, hour, hour + HOUR)];
  const credits = {
    ...{ currency: 'EUR', monthly_fee_minor: '123450', minimum_minor: '100' },
    tiers: [
      { below: 0.99, percent: 10 },
      { below: 0.95, percent: 25 },
    ],
  };
  const sla = slaOf(termsOf({ credits, burn_rules: [] }), { name: 'API', service: 'api' });
  const maintenance = exclusionOf(hour + 24 * HOUR, hour + 25 * HOUR);
  const text = reportText(monthReport(source, sla, '2026-10', [maintenance], 'acme', sha256)!);
  return {
    'bins of 12 ms, 12.3 ms, 300 ms': [12_000, 12_300, 300_000].map(binOf).join(' '),
    chunk: toHex(chunk!.bytes),
    'roll-up': toHex(rollup!.bytes),
    report: text,
    'digest of the report': toHex(sha256(toUtf8(text))),
  };
}

/** The same as the section's last part. */
export function slaVectorsMarkdown(): string {
  return Object.entries(slaVectors())
    .map(([name, value]) => `**${name}**\n\n\`\`\`\n${value}\n\`\`\`\n`)
    .join('\n');
}
