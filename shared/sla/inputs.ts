/** The digest of what a report was computed from: equal on the platform and in the console where their data is equal (docs/FORMATS.md). */
import { toHex, toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import type { Span } from './calendar.ts';
import { sliceChunk } from './chunk.ts';
import { HOUR, MINUTE } from './model.ts';
import type { MetricSeriesRef, MetricSource } from './source.ts';
import { clip, joinStates } from './spans.ts';

/**
 * SHA-256, hex, of lines that each end in a line feed: `span <from> <to>` of the period (ms), then by rising series id `series <id>`, for each hour
 * with requests `hour <first instant> <SHA-256 of its chunk>`, for each stretch of one state `up|down <from> <to>`. Hours the period cuts are taken with
 * their whole minutes inside it alone, states are cut to it and neighbours of one state joined, so that what lies outside and how it was cut when stored
 * change nothing.
 */
export function inputsDigest(
  source: MetricSource,
  series: readonly MetricSeriesRef[],
  period: Span,
  sha256: Sha256,
): string {
  const lines = [`span ${period.from} ${period.to}`];
  const first = Math.floor(period.from / HOUR) * HOUR;
  const end = Math.ceil(period.to / HOUR) * HOUR;
  for (const { id } of series) {
    lines.push(`series ${id}`);
    for (const { hour, bytes } of source.hours(id, first, end)) {
      const from = Math.max(0, Math.ceil((period.from - hour) / MINUTE));
      const to = Math.min(60, Math.floor((period.to - hour) / MINUTE));
      const kept = from === 0 && to === 60 ? bytes : sliceChunk(bytes, from, to);
      // A chunk without minutes is its version alone: the same as no chunk.
      if (kept.length > 1) lines.push(`hour ${hour} ${toHex(sha256(kept))}`);
    }
    for (const { from, to, up } of joinStates(clip(source.states(id, period.from, period.to), period)))
      lines.push(`${up ? 'up' : 'down'} ${from} ${to}`);
  }
  return toHex(sha256(toUtf8(`${lines.join('\n')}\n`)));
}
