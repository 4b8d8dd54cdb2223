/**
 * `npm run bench [-- NAME...] [--large]`: one table, every figure beside a baseline measured in the same run. Absolute figures depend on the
 * machine; the ratio is what to compare.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

export interface BenchRow {
  readonly figure: string;
  readonly ours: number;
  /** Null where there is nothing to compare with. */
  readonly baseline: number | null;
  /** ours / baseline for rates, baseline / ours for times: above 1 is better than the baseline. */
  readonly ratio: number | null;
  readonly unit: string;
}

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'main.ts')
  .map((name) => name.replace(/\.ts$/, ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

const number = (value: number | null) =>
  value === null ? '-' : value.toLocaleString('en-US', { maximumFractionDigits: 2 });
const line = (cells: readonly string[]) =>
  `${cells[0]!.padEnd(58)} ${cells[1]!.padStart(14)} ${cells[2]!.padStart(14)} ${cells[3]!.padStart(7)}  ${cells[4]}\n`;

process.stdout.write(
  `Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB\n\n`,
);
process.stdout.write(line(['figure', 'ours', 'baseline', 'ratio', 'unit']));
let failed = 0;
for (const name of names) {
  try {
    const bench = (await import(join(import.meta.dirname, `${name}.ts`))) as {
      run?: () => Promise<readonly BenchRow[]>;
    };
    for (const row of (await bench.run?.()) ?? []) {
      process.stdout.write(line([row.figure, number(row.ours), number(row.baseline), number(row.ratio), row.unit]));
    }
  } catch (error) {
    failed += 1;
    process.stdout.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
