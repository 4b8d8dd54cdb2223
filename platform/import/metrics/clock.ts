/** Times as log files write them, as milliseconds since 1970. */
import { Temporal } from 'temporal-polyfill';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLF = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-]\d{2})(\d{2})$/;
const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/i;
const NUMBER = /^\d{9,19}(\.\d+)?$/;
/** Offsets change at quarters of an hour at most often. */
const STEP_MS = 900_000;
const OFFSETS_MAX = 50_000;

/** The calendar day exists: `Date` would roll 30 February over to March. */
function dayExists(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(date);
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by magnitude: each range covers the years 1973 to 5138. */
export function fromEpoch(value: number): number {
  if (value >= 1e17) return Math.floor(value / 1e6);
  if (value >= 1e14) return Math.floor(value / 1e3);
  return value >= 1e11 ? Math.floor(value) : Math.round(value * 1000);
}

/** `17/May/2015:10:05:03 +0000`; NaN for anything else. */
export function fromClf(text: string): number {
  const [, day, name, year, h, m, s, hours, minutes] = CLF.exec(text) ?? [];
  const month = MONTHS.indexOf(name ?? '') + 1;
  if (day === undefined || month === 0) return Number.NaN;
  const date = `${year}-${String(month).padStart(2, '0')}-${day}`;
  // A leap second is the last of its minute.
  const second = s === '60' ? '59' : s;
  return dayExists(date) ? Date.parse(`${date}T${h}:${m}:${second}${hours}:${minutes}`) : Number.NaN;
}

export class Clock {
  private readonly zone: string;
  private readonly offsets = new Map<number, number>();

  /** @param zone of times that say none. Throws RangeError for one there is not. */
  constructor(zone: string) {
    this.zone = zone;
    Temporal.Now.zonedDateTimeISO(zone);
  }

  /** ISO 8601 with any offset, or none, CLF, or a number since 1970; NaN for anything else. */
  read(value: unknown): number {
    if (typeof value === 'number') return value >= 1e8 ? fromEpoch(value) : Number.NaN;
    if (typeof value !== 'string') return Number.NaN;
    const text = value.trim();
    if (NUMBER.test(text)) return fromEpoch(Number(text));
    const match = ISO.exec(text);
    if (match === null) return fromClf(text.replace(/^\[|\]$/g, ''));
    const [, date, clock = '00:00', second = '00', fraction = '', offset] = match;
    if (!dayExists(date!)) return Number.NaN;
    const local = `${date}T${clock}:${second === '60' ? '59' : second}.${fraction.padEnd(3, '0').slice(0, 3)}`;
    if (offset === undefined) return this.local(Date.parse(`${local}Z`));
    if (/^[a-z]/i.test(offset)) return Date.parse(`${local}Z`);
    const [, hours, minutes = '00'] = /^([+-]\d{2}):?(\d{2})?$/.exec(offset)!;
    return Date.parse(`${local}${hours}:${minutes}`);
  }

  /** A local time, given as if it were UTC. One that clocks pass twice is taken as the first, one they leap over as after the leap. */
  private local(asUtc: number): number {
    if (this.zone === 'UTC' || !Number.isFinite(asUtc)) return asUtc;
    const step = Math.floor(asUtc / STEP_MS) * STEP_MS;
    let offset = this.offsets.get(step);
    if (offset === undefined) {
      const plain = Temporal.Instant.fromEpochMilliseconds(step).toZonedDateTimeISO('UTC').toPlainDateTime();
      offset = step - plain.toZonedDateTime(this.zone, { disambiguation: 'compatible' }).epochMilliseconds;
      if (this.offsets.size >= OFFSETS_MAX) this.offsets.clear();
      this.offsets.set(step, offset);
    }
    return asUtc - offset;
  }
}
