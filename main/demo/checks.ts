/** What the demo counts and holds against each other. */
import { AppError } from '../../shared/errors.ts';

export interface Step {
  readonly step: string;
  readonly count: number;
  readonly unit: string;
  readonly ms: number;
}

export class Ledger {
  readonly steps: Step[] = [];
  readonly reconciled: string[] = [];

  /** Runs a step under the clock. `count` says how much it did. */
  async timed<T>(step: string, unit: string, work: () => Promise<T>, count: (value: T) => number): Promise<T> {
    process.stderr.write(`${step} ...\n`);
    const began = performance.now();
    const value = await work();
    this.steps.push({ step, unit, count: count(value), ms: performance.now() - began });
    return value;
  }

  /** Throws LOG_TAMPERED, the negative verdict, when two counts of the same thing differ. */
  equal(what: string, left: number, right: number): void {
    if (left !== right) throw new AppError('LOG_TAMPERED', `${what}: ${left} is not ${right}.`, { left, right });
    this.reconciled.push(`${what}: ${left.toLocaleString('en-US')}`);
  }

  table(): string {
    const rows = this.steps.map(({ step, count, unit, ms }) => {
      const rate = ms > 0 ? Math.round((count / ms) * 1000).toLocaleString('en-US') : '-';
      return `${step.padEnd(34)} ${count.toLocaleString('en-US').padStart(10)} ${unit.padEnd(13)} ${(ms / 1000).toFixed(2).padStart(8)} s ${rate.padStart(12)}/s`;
    });
    return [...rows, '', ...this.reconciled.map((line) => `reconciled  ${line}`)].join('\n');
  }
}
