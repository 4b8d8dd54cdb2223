/** Wall-clock times typed by people, in a zone. */
import { zoneOffset } from './timeAxis.ts';

const WALL = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/;

/**
 * The instant of a wall-clock text such as `2026-11-24 14:10` in a zone, ms UTC; null where it is not one. A time that
 * summer time skips gives the instant just as far after the gap; of a time that comes twice the first is meant.
 */
export function parseWall(text: string, zone: string): number | null {
  const match = WALL.exec(text.trim());
  if (match === null) return null;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => (part ? Number(part) : 0));
  const ms = Number((match[7] ?? '').padEnd(3, '0') || 0);
  const wall = Date.UTC(year!, month! - 1, day!, hour, minute, second, ms);
  const back = new Date(wall);
  // Date.UTC carries over: the 31st of a month of 30 days would silently become the 1st.
  if (back.getUTCMonth() !== month! - 1 || back.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59)
    return null;
  const offset = zoneOffset(zone);
  const candidates = [wall - offset(wall - 86_400_000), wall - offset(wall + 86_400_000)].sort((a, b) => a - b);
  return candidates.find((at) => at + offset(at) === wall) ?? candidates.at(-1)!;
}

/** `2026-11-24 14:10`, with seconds where there are any: what {@link parseWall} reads back. */
export function wallText(at: number, zone: string): string {
  const text = new Date(at + zoneOffset(zone)(at)).toISOString().slice(0, -1).replace('T', ' ');
  return text.replace(/(:00)?\.000$/, '');
}
