/**
 * Canonical form checked by one scan that builds nothing: this runs on every synced event, and parse, canonicalize and compare
 * costs five times as much. The oracle in the tests is `canonicalize(parseStrict(t)) === t`.
 */
import { DEFAULT_MAX_DEPTH } from './parse.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?(e[+-][0-9]+)?/y;
/** Characters that RFC 8785 escapes by a letter: \b \t \n \f \r. */
const SHORT_ESCAPES = 'btnfr';

class Scanner {
  private readonly text: string;
  private at = 0;
  /** Set while scanning a string that holds an escape. */
  private escaped = false;

  constructor(text: string) {
    this.text = text;
  }

  document(): boolean {
    return this.value(0) && this.at === this.text.length;
  }

  private value(depth: number): boolean {
    const c = this.text.charCodeAt(this.at);
    if (c === QUOTE) return this.string();
    if (c === 0x7b) return depth < DEFAULT_MAX_DEPTH && this.object(depth + 1);
    if (c === 0x5b) return depth < DEFAULT_MAX_DEPTH && this.array(depth + 1);
    if (c === 0x6e) return this.word('null');
    if (c === 0x74) return this.word('true');
    if (c === 0x66) return this.word('false');
    return this.number();
  }

  private word(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private number(): boolean {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) return false;
    const value = Number(match[0]);
    if (match[1] === undefined && match[2] === undefined && !Number.isSafeInteger(value)) return false;
    this.at += match[0].length;
    return Number.isFinite(value) && String(value) === match[0];
  }

  private string(): boolean {
    const text = this.text;
    let i = this.at + 1;
    this.escaped = false;
    for (;;) {
      const c = text.charCodeAt(i);
      if (c === QUOTE) {
        this.at = i + 1;
        return true;
      }
      if (c === BACKSLASH) {
        const length = escapeLength(text, i);
        if (length === 0) return false;
        this.escaped = true;
        i += length;
      } else if (c >= 0xd800 && c <= 0xdfff) {
        const low = text.charCodeAt(i + 1);
        if (c > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return false;
        i += 2;
      } else if (c >= 0x20) i++;
      // Control characters, and NaN past the end of the text.
      else return false;
    }
  }

  private array(depth: number): boolean {
    const text = this.text;
    this.at++;
    if (text.charCodeAt(this.at) === 0x5d) {
      this.at++;
      return true;
    }
    for (;;) {
      if (!this.value(depth)) return false;
      const c = text.charCodeAt(this.at++);
      if (c === 0x5d) return true;
      if (c !== COMMA) return false;
    }
  }

  private object(depth: number): boolean {
    const text = this.text;
    this.at++;
    if (text.charCodeAt(this.at) === 0x7d) {
      this.at++;
      return true;
    }
    let previous: string | undefined;
    for (;;) {
      const start = this.at;
      if (text.charCodeAt(start) !== QUOTE || !this.string()) return false;
      const key = this.escaped
        ? (JSON.parse(text.slice(start, this.at)) as string)
        : text.slice(start + 1, this.at - 1);
      // Strictly rising UTF-16 order: sorted, and no duplicate.
      if (previous !== undefined && previous >= key) return false;
      previous = key;
      if (text.charCodeAt(this.at++) !== 0x3a || !this.value(depth)) return false;
      const c = text.charCodeAt(this.at++);
      if (c === 0x7d) return true;
      if (c !== COMMA) return false;
    }
  }
}

/** Length of the canonical escape at `at`, or 0 when RFC 8785 would not write it so. */
function escapeLength(text: string, at: number): number {
  const letter = text[at + 1];
  if (letter === undefined) return 0;
  if (letter === '"' || letter === '\\' || SHORT_ESCAPES.includes(letter)) return 2;
  if (letter !== 'u') return 0;
  const hex = text.slice(at + 2, at + 6);
  if (!/^00[01][0-9a-f]$/.test(hex)) return 0;
  const code = Number.parseInt(hex, 16);
  return code >= 0x08 && code <= 0x0d && code !== 0x0b ? 0 : 6;
}

/** True when the text is strict JSON (as `parseStrict`) and already the RFC 8785 form of its value. Never throws. */
export function isCanonical(text: string): boolean {
  return new Scanner(text).document();
}
