/** Histories of checks as CSV, by the names of their columns: Upptime-style tables, and any with a time and a status. */
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
import { isUp } from './status.ts';

/** By rank: when it was checked, rather than when that was written down. */
const TIME = [
  'last_updated',
  'lastupdated',
  'checked_at',
  'check_time',
  'observed_at',
  'time',
  'timestamp',
  'at',
  'datetime',
  'date_time',
  'date',
  'ts',
  'created_at',
  'commit_time',
];
const STATUS = ['event', 'status', 'state', 'up', 'is_up', 'result', 'ok', 'success', 'available', 'healthy', 'online'];
const CODE = ['http_code', 'code', 'status_code', 'http_status', 'statuscode', 'response_code'];
const SERVICE = [
  'slug',
  'service',
  'monitor',
  'monitor_name',
  'service_name',
  'site_name',
  'site',
  'name',
  'component',
  'host',
  'url',
  'target',
  'endpoint',
];
const RESPONSE =
  /^(response_?time|latency|duration|elapsed|ping|time_taken|resp_time)(?:_?(ms|milliseconds|us|microseconds|s|sec|seconds))?$|^(?:time_)?(ms)$/;
const UNITS: Readonly<Record<string, TimeUnit>> = {
  milliseconds: 'ms',
  microseconds: 'us',
  sec: 's',
  seconds: 's',
  ms: 'ms',
  us: 'us',
  s: 's',
};
const DELIMITERS = [',', ';', '\t', '|'];

/** Fields of one record, RFC 4180; null where a quote is wrong. */
export function csvFields(record: string, delimiter: string): string[] | null {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    if (record[at] === '"') {
      let text = '';
      for (at += 1; ; at += 1) {
        const end = record.indexOf('"', at);
        if (end < 0) return null;
        text += record.slice(at, end);
        at = end + 1;
        if (record[at] !== '"') break;
        text += '"';
      }
      if (at < record.length && record[at] !== delimiter) return null;
      fields.push(text);
    } else {
      const end = record.indexOf(delimiter, at);
      fields.push(record.slice(at, end < 0 ? undefined : end).trim());
      at = end < 0 ? record.length : end;
    }
    if (at >= record.length) return fields;
    at += 1;
  }
}

interface Layout {
  readonly delimiter: string;
  readonly header: boolean;
  readonly columns: number;
  readonly time: number;
  /** Of status and code one is there at least. */
  readonly status: number | null;
  readonly code: number | null;
  readonly service: number | null;
  /** `unit` null: its name says none. */
  readonly response: { readonly column: number; readonly unit: TimeUnit | null } | null;
}

const tidy = (name: string): string =>
  name
    .replace(/^\ufeff/, '')
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[()[\].]/g, '')
    .replace(/[\s/-]+/g, '_');

function byNames(fields: readonly string[], delimiter: string): Layout | null {
  const names = fields.map(tidy);
  const first = (wanted: readonly string[]): number | null => {
    const name = wanted.find((one) => names.includes(one));
    return name === undefined ? null : names.indexOf(name);
  };
  const time = first(TIME);
  const status = first(STATUS);
  const code = first(CODE);
  if (time === null || (status === null && code === null)) return null;
  const column = names.findIndex((name) => RESPONSE.test(name));
  const match = RESPONSE.exec(names[column] ?? '');
  const response = match === null ? null : { column, unit: UNITS[match[2] ?? match[3] ?? ''] ?? null };
  return { delimiter, header: true, columns: fields.length, time, status, code, service: first(SERVICE), response };
}

/** Without a header: a time, then a status. */
function byPlace(fields: readonly string[], delimiter: string): Layout | null {
  if (fields.length < 2 || Number.isNaN(new Clock('UTC').read(fields[0])) || isUp(fields[1]!) === null) return null;
  return {
    delimiter,
    header: false,
    columns: fields.length,
    time: 0,
    status: 1,
    code: null,
    service: null,
    response: null,
  };
}

function layoutOf(line: string | undefined): Layout | null {
  if (line === undefined) return null;
  for (const delimiter of DELIMITERS) {
    const fields = csvFields(line, delimiter);
    if (fields === null || fields.length < 2) continue;
    const layout = byNames(fields, delimiter) ?? byPlace(fields, delimiter);
    if (layout !== null) return layout;
  }
  return null;
}

class ChecksReader implements MetricReader {
  private layout: Layout | null;
  private first = true;
  private readonly clock: Clock;
  /** Said by whoever imports; what a column is that says none. */
  private readonly unit: TimeUnit | null;
  private readonly guessed: TimeUnit;
  private guesses = 0;
  private untold = 0;

  constructor(head: readonly string[], { zone, requestTime }: ReaderOptions) {
    this.layout = layoutOf(head[0]);
    this.clock = new Clock(zone);
    this.unit = requestTime?.unit ?? null;
    this.guessed = guessIn(head, this.layout);
  }

  take(record: string, sink: Sink): string | null {
    if (record.trim() === '') return null;
    const { layout } = this;
    if (layout === null) return 'no header with a column of times and one of states';
    const header = this.first && layout.header;
    this.first = false;
    if (header) return null;
    const fields = csvFields(record, layout.delimiter);
    if (fields === null) return 'a text in quotes does not end, or something follows its end';
    if (fields.length !== layout.columns) return `${fields.length} fields where the first row has ${layout.columns}`;
    const at = this.clock.read(fields[layout.time]);
    if (!Number.isFinite(at)) return `not a time: ${fields[layout.time]!.slice(0, 60)}`;
    const up = stateOf(fields, layout);
    if (up === null) return `neither up nor down: ${fields[layout.status ?? layout.code!]!.slice(0, 60)}`;
    sink.check(layout.service === null ? null : fields[layout.service]!, at, up, this.timeOf(fields, layout));
    return null;
  }

  /** A time of nothing, or without an answer, is no response time. */
  private timeOf(fields: readonly string[], { response, code }: Layout): number | null {
    if (response === null) return null;
    const text = fields[response.column]!;
    const unit = this.unit ?? response.unit;
    const us = text === '' ? null : microseconds(Number(text), unit ?? this.guessed);
    const answered = code === null || !/^0*$/.test(fields[code]!);
    if (us !== null && us > 0 && answered) {
      if (unit === null) this.guesses += 1;
      return us;
    }
    this.untold += 1;
    return null;
  }

  end(): null {
    return null;
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.untold > 0) notes.push(`${this.untold} checks without an answer: their response times count for nothing`);
    if (this.guesses > 0)
      notes.push(
        `${this.guesses} response times without a unit were read as ${this.guessed}, by their size; --request-time says otherwise`,
      );
    return notes;
  }
}

/** Seconds or milliseconds, by the first rows. */
function guessIn(head: readonly string[], layout: Layout | null): TimeUnit {
  const column = layout?.response?.column;
  if (layout === null || column === undefined) return 'ms';
  const texts = head.slice(1).map((line) => csvFields(line, layout.delimiter)?.[column] ?? '');
  const unit = guessUnit(texts.filter((text) => text !== '').map(Number));
  return unit === 's' ? 's' : 'ms';
}

/** What the status says; where there is none, or it says neither, what the code does. */
function stateOf(fields: readonly string[], { status, code }: Layout): boolean | null {
  const said = status === null ? null : isUp(fields[status]!);
  return said ?? (code === null || (status !== null && fields[status] !== '') ? null : isUp(fields[code]!));
}

export const checksCsv: MetricFormat = {
  id: 'checks-csv',
  title: 'history of checks as CSV',
  records: 'csv',
  detect: (head) => layoutOf(head[0]) !== null,
  open: (head, options) => new ChecksReader(head, options),
};
