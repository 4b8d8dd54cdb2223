/** GCRA said without its arrival time: a request fits when no run of admitted ones up to it is denser than the burst allows. */
export class RateOracle {
  readonly admitted: number[] = [];
  private readonly limit: number;
  private readonly interval: number;

  constructor(limit: number, interval: number) {
    this.limit = limit;
    this.interval = interval;
  }

  fits(now: number): boolean {
    return this.admitted.every((then, i) => now - then >= (this.admitted.length - i + 1 - this.limit) * this.interval);
  }
}
