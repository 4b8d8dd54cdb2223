/** Marks of a time axis, and a zone's distance from UTC. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  1000,
  5000,
  15_000,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  91 * DAY,
  365 * DAY,
];

/** Marks on round wall-clock places of a zone, at most `most`, ms UTC. `offset` answers the zone's distance from UTC at an instant, ms. */
export function axisMarks(from: number, to: number, most: number, offset: (at: number) => number): number[] {
  const step =
    STEPS.find((size) => (to - from) / size <= most) ?? 365 * DAY * Math.ceil((to - from) / (365 * DAY * most));
  const shift = offset(from);
  const marks: number[] = [];
  for (let wall = Math.ceil((from + shift) / step) * step; wall - shift < to; wall += step) {
    // The offset may have changed since `from` (summer time): the mark stays on the round wall-clock place.
    marks.push(wall - offset(wall - shift));
  }
  return marks.filter((at) => at >= from && at < to);
}

/** Distance of a zone from UTC at an instant, ms. */
export function zoneOffset(zone: string): (at: number) => number {
  if (zone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const p = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
    const wall = Date.UTC(p.year!, p.month! - 1, p.day!, p.hour!, p.minute!, p.second!);
    return wall - Math.floor(at / 1000) * 1000;
  };
}
