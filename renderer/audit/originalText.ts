/** The original of an imported event: laid out for reading, and searched. */

/** Most lines shown at once. */
export const MAX_LINES = 5000;

export interface OriginalText {
  /** Whether the text is JSON and was indented; the stored text itself is what gets copied. */
  readonly json: boolean;
  readonly lines: readonly string[];
  readonly cut: boolean;
}

/**
 * Lays a stored original out by indenting its JSON without parsing numbers or strings, so that `1.0`, big integers and duplicate
 * keys are shown as they were written.
 */
export function layOut(original: string): OriginalText {
  const json = isJson(original);
  const lines = (json ? indent(original) : original).split('\n');
  return { json, lines: lines.slice(0, MAX_LINES), cut: lines.length > MAX_LINES };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return /^\s*[[{]/.test(text);
  } catch {
    return false;
  }
}

function indent(text: string): string {
  let out = '';
  let depth = 0;
  for (const token of text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? []) {
    if (token === '{' || token === '[') {
      depth++;
      out += `${token}\n${'  '.repeat(depth)}`;
    } else if (token === '}' || token === ']') {
      depth--;
      out = /[{[]\n *$/.test(out) ? out.trimEnd() : `${out}\n${'  '.repeat(depth)}`;
      out += token;
    } else if (token === ',') out += `,\n${'  '.repeat(depth)}`;
    else if (token === ':') out += ': ';
    else out += token;
  }
  return out;
}

/** Indices of the lines that hold the text, case ignored; none for an empty text. */
export function linesWith(lines: readonly string[], text: string): readonly number[] {
  const sought = text.trim().toLowerCase();
  if (sought === '') return [];
  return lines.flatMap((line, index) => (line.toLowerCase().includes(sought) ? [index] : []));
}
