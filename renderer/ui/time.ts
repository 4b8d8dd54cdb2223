/** Instants as text. Every function takes the zone; nothing here reads the clock or a default zone by itself. */

/** `utc`, `local`, or an IANA name; answers an IANA name. */
export function resolveZone(setting: string): string {
  if (setting === 'utc') return 'UTC';
  if (setting === 'local') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return setting;
}

/** How a zone is called on screen: `UTC`, or the IANA name. */
export function zoneLabel(zone: string): string {
  return zone === 'UTC' || zone === 'Etc/UTC' ? 'UTC' : zone.replaceAll('_', ' ');
}

const cache = new Map<string, Intl.DateTimeFormat>();
function formatter(zone: string): Intl.DateTimeFormat {
  let found = cache.get(zone);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    });
    cache.set(zone, found);
  }
  return found;
}

export interface TimeParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly fractionalSecond: string;
}

/** The wall-clock parts of an instant (milliseconds) in a zone; month is the short English name. */
export function timeParts(at: number, zone: string): TimeParts {
  const parts = Object.fromEntries(
    formatter(zone)
      .formatToParts(at)
      .map((p) => [p.type, p.value]),
  );
  // ICU writes `Sept` where every other month has three letters.
  return { ...parts, month: parts.month?.slice(0, 3) } as unknown as TimeParts;
}

/** `24 Nov 2026` */
export function formatDate(at: number, zone: string): string {
  const p = timeParts(at, zone);
  return `${p.day} ${p.month} ${p.year}`;
}

/** `14:07` */
export function formatHourMinute(at: number, zone: string): string {
  const p = timeParts(at, zone);
  return `${p.hour}:${p.minute}`;
}

/** `14:07:31.204` */
export function formatClock(at: number, zone: string): string {
  const p = timeParts(at, zone);
  return `${p.hour}:${p.minute}:${p.second}.${p.fractionalSecond}`;
}

/** `24 Nov 2026, 14:07` */
export function formatMinute(at: number, zone: string): string {
  return `${formatDate(at, zone)}, ${formatHourMinute(at, zone)}`;
}

/** `24 Nov 2026, 14:07:31.204 UTC`: exact to the millisecond, with the zone named. */
export function formatExact(at: number, zone: string): string {
  return `${formatDate(at, zone)}, ${formatClock(at, zone)} ${zoneLabel(zone)}`;
}

/** `just now`, `2 min ago`, `3 h ago`, `5 d ago`; for instants ahead `in 2 min`. */
export function formatRelative(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000);
  const ahead = seconds < 0;
  const size = Math.abs(seconds);
  if (size < 10) return 'just now';
  const [amount, unit] =
    size < 60
      ? [size, 's']
      : size < 3600
        ? [Math.floor(size / 60), 'min']
        : size < 86_400
          ? [Math.floor(size / 3600), 'h']
          : [Math.floor(size / 86_400), 'd'];
  return ahead ? `in ${amount} ${unit}` : `${amount} ${unit} ago`;
}
