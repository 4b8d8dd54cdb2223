/** Strict JSON reader (RFC 8259 and I-JSON, RFC 7493): what two readers could understand differently is refused. */
import { AppError } from '../errors.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Deeper nesting than this is refused: no format of ours needs ten. */
export const DEFAULT_MAX_DEPTH = 100;

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const HEX4 = /^[0-9a-fA-F]{4}$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  private readonly text: string;
  private readonly maxDepth: number;
  private at = 0;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  document(): Json {
    const value = this.value(0);
    this.skipSpace();
    if (this.at !== this.text.length) throw this.fail('trailing data');
    return value;
  }

  private fail(reason: string): AppError {
    return new AppError('LOG_MALFORMED', `Not strict JSON: ${reason} at character ${this.at}.`, { offset: this.at });
  }

  private skipSpace(): void {
    for (; this.at < this.text.length; this.at++) {
      const c = this.text.charCodeAt(this.at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
    }
  }

  private value(depth: number): Json {
    this.skipSpace();
    const c = this.text[this.at];
    if (c === '{') return this.object(depth + 1);
    if (c === '[') return this.array(depth + 1);
    if (c === '"') return this.string();
    if (c === 't') return this.word('true', true);
    if (c === 'f') return this.word('false', false);
    if (c === 'n') return this.word('null', null);
    return this.number();
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.fail('unknown word');
    this.at += word.length;
    return value;
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) throw this.fail('unexpected character');
    const value = Number(match[0]);
    if (!Number.isFinite(value)) throw this.fail('number out of range');
    const integer = match[1] === undefined && match[2] === undefined;
    if (integer && !Number.isSafeInteger(value)) throw this.fail('integer beyond 2^53');
    this.at += match[0].length;
    return value;
  }

  private string(): string {
    this.at++;
    let out = '';
    for (;;) {
      const start = this.at;
      this.skipPlain();
      out += this.text.slice(start, this.at);
      const c = this.text[this.at];
      if (c === '"') break;
      if (c !== '\\') throw this.fail(c === undefined ? 'unterminated string' : 'control character in a string');
      out += this.escape();
    }
    this.at++;
    if (!out.isWellFormed()) throw this.fail('lone surrogate');
    return out;
  }

  /** To the next quote, backslash, control character or the end. */
  private skipPlain(): void {
    for (; this.at < this.text.length; this.at++) {
      const c = this.text.charCodeAt(this.at);
      if (c === 0x22 || c === 0x5c || c < 0x20) return;
    }
  }

  private escape(): string {
    const letter = this.text[this.at + 1];
    if (letter === 'u') {
      const hex = this.text.slice(this.at + 2, this.at + 6);
      if (!HEX4.test(hex)) throw this.fail('bad \\u escape');
      this.at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const plain = letter === undefined ? undefined : ESCAPES[letter];
    if (plain === undefined) throw this.fail('bad escape');
    this.at += 2;
    return plain;
  }

  private enter(depth: number): void {
    if (depth > this.maxDepth) throw this.fail(`nesting deeper than ${this.maxDepth}`);
    this.at++;
    this.skipSpace();
  }

  /** After an element: true when another follows. */
  private more(close: string): boolean {
    this.skipSpace();
    const c = this.text[this.at];
    if (c !== ',' && c !== close) throw this.fail(`expected , or ${close}`);
    this.at++;
    return c === ',';
  }

  private array(depth: number): Json[] {
    this.enter(depth);
    const out: Json[] = [];
    if (this.text[this.at] === ']') {
      this.at++;
      return out;
    }
    do out.push(this.value(depth));
    while (this.more(']'));
    return out;
  }

  private object(depth: number): { [key: string]: Json } {
    this.enter(depth);
    const out: { [key: string]: Json } = {};
    if (this.text[this.at] === '}') {
      this.at++;
      return out;
    }
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw this.fail('expected a key');
      const key = this.string();
      if (Object.hasOwn(out, key)) throw this.fail(`duplicate key ${JSON.stringify(key)}`);
      this.skipSpace();
      if (this.text[this.at] !== ':') throw this.fail('expected :');
      this.at++;
      const value = this.value(depth);
      // Plain assignment of "__proto__" would set the prototype and lose the value.
      if (key === '__proto__') {
        Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
      } else out[key] = value;
    } while (this.more('}'));
    return out;
  }
}

/**
 * Reads one JSON text. Throws LOG_MALFORMED on a syntax error, duplicate keys, lone surrogates, trailing data, nesting deeper
 * than `maxDepth` (100), numbers that are not finite and integers beyond 2^53 - 1 in magnitude.
 */
export function parseStrict(text: string, limits: { readonly maxDepth?: number } = {}): Json {
  return new Reader(text, limits.maxDepth ?? DEFAULT_MAX_DEPTH).document();
}
