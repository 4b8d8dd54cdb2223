/** The user's words as an FTS5 query: data, never syntax. */

/** The characters of which the index's tokenizer (unicode61) makes words: letters, numbers, marks, private use. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
const WORDS_MAX = 32;

export interface SearchWord {
  readonly word: string;
  /** Whether words that begin with it count too. */
  readonly prefix: boolean;
}

/**
 * The words asked for, each once in order. All must occur; the last one may go on unless a space follows it. No word: it then finds nothing,
 * because an index of words cannot look for punctuation.
 */
export function searchWords(text: string): SearchWord[] {
  const words = text.match(WORD)?.slice(0, WORDS_MAX) ?? [];
  const open = !/\s$/.test(text);
  return words.map((word, i) => ({ word, prefix: open && i === words.length - 1 }));
}

/** One word as an FTS5 query. */
export const searchQuery = ({ word, prefix }: SearchWord): string => `"${word}"${prefix ? ' *' : ''}`;
