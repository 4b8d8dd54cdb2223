/**
 * How well an entry fits what was typed, for the lists that are searched by typing: every word typed has to stand in its name as it is. 1 where
 * each begins a word, 0.5 where one stands within a word, 0 where one is missing. Letters strewn over a name do not count: among five
 * hundred organizations almost every name would fit.
 */
export function byWords(value: string, search: string, keywords: readonly string[] = []): number {
  const text = ` ${[value, ...keywords].join(' ').toLowerCase()}`;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => text.includes(word))) return 0;
  return words.every((word) => begins(text, word)) ? 1 : 0.5;
}

function begins(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return true;
  }
  return false;
}
