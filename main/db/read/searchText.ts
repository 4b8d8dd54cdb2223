/** The user's words as an FTS5 query: data, never syntax. */

/** The characters of which the index's tokenizer (unicode61) makes words: letters, numbers, marks, private use. */
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
const WORDS_MAX = 32;

/**
 * All words must occur; the last one may go on unless a space follows it. Null when the text has no word: it then finds nothing,
 * because an index of words cannot look for punctuation.
 */
export function searchQuery(text: string): string | null {
  const words = text.match(WORD)?.slice(0, WORDS_MAX) ?? [];
  if (words.length === 0) return null;
  const prefix = /\s$/.test(text) ? '' : ' *';
  return words.map((word) => `"${word}"`).join(' AND ') + prefix;
}
