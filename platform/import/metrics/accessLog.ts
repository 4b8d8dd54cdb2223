/** Access logs in the Common Log Format and what extends it: combined, with a virtual host before or fields of one's own behind. */
import { Clock, fromClf } from './clock.ts';
import { type MetricFormat, type MetricReader, microseconds, type ReaderOptions, type Sink } from './entry.ts';

/** From the time on: request, status, bytes. What stands before is host, identity and user, at times a virtual host. */
const LINE = /^\S+ \S+ .*?\[(\d[^\]["]{9,40})\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)(.*)$/s;
const REST = /^(?: +(?:[^\s"]*"(?:[^"\\]|\\.)*"|[^\s"]+))*\s*$/;
const NAMED_TIME = /^(?:rt|request_time|duration)=["']?(\d+(?:\.\d+)?)["']?$/;
const TOKEN = /[^\s"]*"(?:[^"\\]|\\.)*"|[^\s"]+/g;
const NUMBER = /^\d+(?:\.\d+)?$/;

/**
 * The number that is named as a request time, else the numbers after the last text in quotes: what a format of one's own has behind. A number in
 * quotes of its own counts as well.
 */
function timesIn(rest: string): number[] {
  const tokens = rest.match(TOKEN) ?? [];
  const named = tokens.flatMap((token) => NAMED_TIME.exec(token)?.[1] ?? []);
  if (named.length > 0) return named.slice(0, 1).map(Number);
  const bare = tokens.map((token) => token.replace(/^"|"$/g, ''));
  let from = tokens.length;
  while (from > 0 && (!tokens[from - 1]!.startsWith('"') || NUMBER.test(bare[from - 1]!))) from -= 1;
  return bare
    .slice(from)
    .filter((text) => NUMBER.test(text))
    .map(Number);
}

class AccessLogReader implements MetricReader {
  private readonly requestTime: ReaderOptions['requestTime'];
  private readonly clock: Clock;
  private unread = 0;
  private without = 0;

  constructor({ zone, requestTime }: ReaderOptions) {
    this.clock = new Clock(zone);
    this.requestTime = requestTime;
  }

  take(line: string, sink: Sink): string | null {
    if (line.trim() === '' || line.startsWith('#')) return null;
    const match = LINE.exec(line);
    if (match === null) return 'not a line of an access log';
    const [, time, , status, , rest = ''] = match;
    if (!REST.test(rest)) return 'a text in quotes does not end';
    const clf = fromClf(time!);
    const at = Number.isNaN(clf) ? this.clock.read(time!) : clf;
    if (!Number.isFinite(at)) return `not a time: ${time}`;
    sink.sample(at, this.timeOf(rest), status!.startsWith('5'));
    return null;
  }

  private timeOf(rest: string): number | null {
    const numbers = timesIn(rest);
    if (this.requestTime === null) {
      if (numbers.length > 0) this.unread += 1;
      return null;
    }
    const value = this.requestTime.last ? numbers.at(-1) : numbers[0];
    const us = value === undefined ? null : microseconds(value, this.requestTime.unit);
    if (us === null) this.without += 1;
    return us;
  }

  end(): null {
    return null;
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.unread > 0)
      notes.push(`${this.unread} lines end with a number that was not read: --request-time says its unit`);
    if (this.without > 0) notes.push(`${this.without} lines without a request time`);
    return notes;
  }
}

export const accessLog: MetricFormat = {
  id: 'access-log',
  title: 'access log (common, combined)',
  records: 'line',
  detect: (head) => head.slice(0, 20).some((line) => LINE.test(line)),
  open: (_head, options) => new AccessLogReader(options),
};
