/** Access logs with one JSON object a line, by the field names of nginx, Caddy, Traefik, Envoy, pino and those like them. */
import { isObject } from '../fields.ts';
import type { JsonObject } from '../format.ts';
import { Clock } from './clock.ts';
import {
  guessUnit,
  type MetricFormat,
  type MetricReader,
  microseconds,
  type ReaderOptions,
  type Sink,
  type TimeUnit,
} from './entry.ts';

const TIMES = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  'time_iso8601',
  'StartUTC',
  'StartLocal',
  'start_time',
  'msec',
  'time_local',
  'date',
  'datetime',
  'asctime',
];
const STATUSES = [
  'status',
  'status_code',
  'statusCode',
  'DownstreamStatus',
  'response_code',
  'http_status',
  'OriginStatus',
  'code',
];
/** Names that say the unit, or whose product does. */
const UNIT_NAMES: Readonly<Record<string, TimeUnit>> = {
  request_time: 's',
  upstream_response_time: 's',
  Duration: 'ns',
  responseTime: 'ms',
};
const SUFFIXES: readonly (readonly [RegExp, TimeUnit])[] = [
  [/(_|\b)(ns|nanos|nanoseconds)$|Ns$|Nanos$/, 'ns'],
  [/(_|\b)(us|micros|microseconds)$|Us$|Micros$/, 'us'],
  [/(_|\b)(ms|millis|milliseconds)$|Ms$|Millis$/, 'ms'],
  [/(_|\b)(s|sec|secs|seconds)$|Seconds$/, 's'],
];
const DURATION =
  /^(request_?time|response_?time|duration|latency|elapsed|elapsed_?time|took|time_?taken|processing_?time|request_?duration|upstream_response_time)(_?(ns|nanos|nanoseconds|us|micros|microseconds|ms|millis|milliseconds|s|sec|secs|seconds))?$/i;
/** Objects within the object in which products put some of the fields. */
const NESTED = ['http', 'response', 'res', 'httpRequest', 'http_request', 'request', 'event'];
const UNIT_TEXT: Readonly<Record<string, number>> = {
  ns: 1e-3,
  us: 1,
  µs: 1,
  μs: 1,
  ms: 1e3,
  s: 1e6,
  m: 6e7,
  h: 3.6e9,
};
const GO_DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h))+$/;

function parse(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The object and the objects in it where fields may stand. */
function places(record: JsonObject): JsonObject[] {
  const inner = NESTED.map((name) => record[name]).filter(isObject);
  return [record, ...inner, ...inner.flatMap((one) => [one.response, one.request].filter(isObject))];
}

function field(record: JsonObject, names: readonly string[]): unknown {
  for (const place of places(record))
    for (const name of names) if (place[name] !== undefined && place[name] !== null) return place[name];
  return undefined;
}

function statusOf(record: JsonObject): number | null {
  const value = field(record, STATUSES);
  const status =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,3}$/.test(value)
        ? Number(value)
        : Number.NaN;
  // 0 is what some write when the client went away before there was an answer.
  return Number.isInteger(status) && (status === 0 || (status >= 100 && status <= 999)) ? status : null;
}

function durationOf(record: JsonObject): [name: string, value: unknown] | null {
  for (const place of places(record))
    for (const [name, value] of Object.entries(place))
      if (DURATION.test(name) && (typeof value === 'number' || (typeof value === 'string' && value !== '-')))
        return [name, value];
  return null;
}

/** The unit a name says; null where it says none. */
function unitOf(name: string, record: JsonObject): TimeUnit | null {
  const known = UNIT_NAMES[name] ?? SUFFIXES.find(([pattern]) => pattern.test(name))?.[1];
  if (known !== undefined) return known;
  // Caddy's logger gives seconds, Envoy's gives milliseconds, under the same name.
  if (name === 'duration' && String(record.logger ?? '').startsWith('http.log')) return 's';
  return name === 'duration' && 'response_code' in record ? 'ms' : null;
}

const isAccess = (record: JsonObject | null): record is JsonObject =>
  record !== null && statusOf(record) !== null && field(record, TIMES) !== undefined;

class JsonLogReader implements MetricReader {
  private readonly clock: Clock;
  private readonly said: TimeUnit | null;
  private readonly guessed: TimeUnit;
  private guesses = 0;
  private untimed = 0;

  constructor(head: readonly string[], { zone, requestTime }: ReaderOptions) {
    this.clock = new Clock(zone);
    this.said = requestTime?.unit ?? null;
    const values = head.flatMap((line) => {
      const record = parse(line);
      const value = record === null ? null : (durationOf(record)?.[1] ?? null);
      return value !== null && Number.isFinite(Number(value)) ? [Number(value)] : [];
    });
    this.guessed = guessUnit(values);
  }

  take(line: string, sink: Sink): string | null {
    if (line.trim() === '') return null;
    const record = parse(line);
    if (record === null) return 'not a JSON object';
    const status = statusOf(record);
    if (status === null) return 'no status';
    const given = field(record, TIMES);
    if (given === undefined) return 'no time';
    const at = this.clock.read(given);
    if (!Number.isFinite(at)) return `not a time: ${String(given).slice(0, 60)}`;
    const us = this.timeOf(record);
    if (us === null) this.untimed += 1;
    sink.sample(at, us, status >= 500 && status < 600);
    return null;
  }

  private timeOf(record: JsonObject): number | null {
    const found = durationOf(record);
    if (found === null) return null;
    const [name, value] = found;
    if (typeof value === 'string' && GO_DURATION.test(value)) {
      let us = 0;
      for (const [, n, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/g))
        us += Number(n) * UNIT_TEXT[unit!]!;
      return microseconds(us, 'us');
    }
    // nginx writes the times of several upstreams one after the other.
    const number =
      typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value as string) ? Number(value) : Number.NaN;
    const unit = this.said ?? unitOf(name, record);
    if (unit === null && Number.isFinite(number)) this.guesses += 1;
    return microseconds(number, unit ?? this.guessed);
  }

  end(): null {
    return null;
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.guesses > 0)
      notes.push(
        `${this.guesses} request times without a unit were read as ${this.guessed}, by their size; --request-time says otherwise`,
      );
    if (this.untimed > 0) notes.push(`${this.untimed} lines without a request time`);
    return notes;
  }
}

export const jsonLog: MetricFormat = {
  id: 'json-access-log',
  title: 'access log with one JSON object a line',
  records: 'line',
  detect: (head) => head.slice(0, 20).some((line) => isAccess(parse(line))),
  open: (head, options) => new JsonLogReader(head, options),
};
