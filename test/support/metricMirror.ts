/** Whoever follows the stream of metrics, written from docs/FORMATS.md alone: cuts take away, spans and chunks are laid down. */
import type { Call } from './platform.ts';

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly up: boolean;
}

export class MetricMirror {
  cursor = 0;
  readonly chunks = new Map<string, { version: number; bytes: string; totals: object }>();
  readonly spans = new Map<number, Stretch[]>();

  /** Reads one page; true when there is more. */
  async page(call: Call, org: string, limit: number): Promise<boolean> {
    const answer = await call('GET', `/v1/orgs/${org}/metrics/changes?after=${this.cursor}&limit=${limit}`);
    if (answer.status !== 200) throw new Error(answer.text);
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { next, more } = lines.pop();
    let last = this.cursor;
    for (const line of lines) {
      if (line.version <= last) throw new Error('versions do not rise');
      last = line.version;
      this.apply(line);
    }
    if (next !== last) throw new Error('the cursor is not that of the last line');
    this.cursor = next;
    return more;
  }

  async follow(call: Call, org: string, limit = 1_000): Promise<void> {
    while (await this.page(call, org, limit));
  }

  // biome-ignore lint/suspicious/noExplicitAny: a parsed line of either shape, told apart by its kind
  private apply({ kind, series, version, ...line }: any): void {
    if (kind === 'chunk') {
      this.chunks.set(`${series}/${line.hour}`, { version, bytes: line.bytes, totals: line.totals });
      return;
    }
    const { from, to, up } = line as Stretch;
    const held = this.spans.get(series) ?? [];
    if (kind === 'cut') {
      const left = held.filter((span) => span.to <= from || span.from >= to);
      // Ours cut whole spans; one that reaches beyond would be a fault of the stream.
      if (held.some((span) => !left.includes(span) && (span.from < from || span.to > to)))
        throw new Error('a cut through a span');
      this.spans.set(series, left);
      return;
    }
    if (held.some((span) => span.from < to && span.to > from)) throw new Error('a span over another');
    this.spans.set(
      series,
      [...held, { from, to, up }].sort((a, b) => a.from - b.from),
    );
  }
}
