/**
 * Upptime's `history/<slug>.yml`: the last check of a site, a flat list of `key: value`. Several of them, one after the other, as the history of
 * the file gives them, are as many checks.
 */
import { Clock } from './clock.ts';
import { type MetricFormat, type MetricReader, microseconds, type ReaderOptions, type Sink } from './entry.ts';
import { isUp } from './status.ts';

const PAIR = /^([A-Za-z_]+):(?:\s+(.*))?$/;
const KEYS = new Set([
  'url',
  'status',
  'code',
  'responseTime',
  'lastUpdated',
  'startTime',
  'generator',
  'name',
  'slug',
]);

const plain = (value: string): string => value.trim().replace(/^(['"])(.*)\1$/, '$2');

class UpptimeReader implements MetricReader {
  private readonly clock: Clock;
  private document = new Map<string, string>();

  constructor({ zone }: ReaderOptions) {
    this.clock = new Clock(zone);
  }

  take(line: string, sink: Sink): string | null {
    if (line.trim() === '' || line.startsWith('#')) return null;
    if (/^---\s*$/.test(line)) return this.end(sink);
    const [, key, value = ''] = PAIR.exec(line) ?? [];
    if (key === undefined) return 'not a line of the form key: value';
    if (!KEYS.has(key)) return null;
    const refused = this.document.has(key) ? this.end(sink) : null;
    this.document.set(key, plain(value));
    return refused;
  }

  end(sink: Sink): string | null {
    const { document } = this;
    this.document = new Map();
    if (document.size === 0) return null;
    const given = document.get('lastUpdated');
    if (given === undefined) return 'a check without lastUpdated';
    const at = this.clock.read(given);
    if (!Number.isFinite(at)) return `not a time: ${given.slice(0, 60)}`;
    const up = isUp(document.get('status') ?? '');
    if (up === null) return `neither up nor down: ${(document.get('status') ?? '').slice(0, 60)}`;
    const answered = !/^0*$/.test(document.get('code') ?? '1');
    const us = microseconds(Number(document.get('responseTime') ?? Number.NaN), 'ms');
    sink.check(document.get('slug') ?? null, at, up, answered && us !== null && us > 0 ? us : null);
    return null;
  }

  notes(): string[] {
    return [];
  }
}

export const upptimeYaml: MetricFormat = {
  id: 'upptime-yml',
  title: 'Upptime history/<slug>.yml',
  records: 'line',
  detect: (head) =>
    head.slice(0, 20).some((line) => /^status:\s*\S/.test(line)) &&
    head.slice(0, 20).some((line) => /^lastUpdated:/.test(line)),
  open: (_head, options) => new UpptimeReader(options),
};
