/** Finds where JSON values begin and end in a stream of bytes, without reading the whole. */

export const BYTE = {
  newline: 0x0a,
  return: 0x0d,
  tab: 0x09,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

export function isSpace(byte: number): boolean {
  return byte === BYTE.space || byte === BYTE.newline || byte === BYTE.return || byte === BYTE.tab;
}

/** Walks one object or array, byte by byte, over any number of chunks. Well-formedness is left to the JSON reader. */
export class ValueScanner {
  depth = 0;
  private inString = false;
  private escaped = false;
  /** Last byte outside strings that is no white space; a quote stands for a whole string. */
  last = 0;

  /** Takes the next byte; true when it closes the value. */
  push(byte: number): boolean {
    if (this.inString) {
      if (this.escaped) this.escaped = false;
      else if (byte === BYTE.backslash) this.escaped = true;
      else if (byte === BYTE.quote || byte === BYTE.newline) {
        // A line break cannot stand in a string: the string was cut off. Its record fails to parse, the next one is found.
        this.inString = false;
        this.last = BYTE.quote;
      }
      return false;
    }
    if (isSpace(byte)) return false;
    this.last = byte;
    if (byte === BYTE.quote) this.inString = true;
    else if (byte === BYTE.openBrace || byte === BYTE.openBracket) this.depth++;
    else if (byte === BYTE.closeBrace || byte === BYTE.closeBracket) return --this.depth === 0;
    return false;
  }

  get text(): boolean {
    return this.inString;
  }
}
