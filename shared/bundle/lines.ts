/** Lines of a stream of bytes, bounded. */
import { fromUtf8 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { LIMITS } from './layout.ts';

const NEWLINE = 0x0a;

/**
 * Yields each line without its newline, as text. Throws LOG_MALFORMED, with the file and line, when the last line is not
 * ended, a line is not UTF-8, or it is longer than 6 MiB.
 */
export async function* readLines(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array[] = [];
  let held = 0;
  let line = 1;
  const fault = (what: string): AppError =>
    new AppError('LOG_MALFORMED', `${name} line ${line}: ${what}.`, { subject: `${name}:${line}` });
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, at);
      const whole = held === 0 ? part : join([...rest, part], held + part.length);
      if (whole.length > LIMITS.lineBytes) throw fault('the line is too long');
      let text: string;
      try {
        text = fromUtf8(whole);
      } catch {
        throw fault('not UTF-8');
      }
      yield text;
      line += 1;
      rest = [];
      held = 0;
      from = at + 1;
    }
    if (from < chunk.length) {
      rest.push(chunk.slice(from));
      held += chunk.length - from;
      if (held > LIMITS.lineBytes) throw fault('the line is too long');
    }
  }
  if (held > 0) throw fault('the file does not end with a newline');
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
