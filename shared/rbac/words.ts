/** Words that several rules share. */
const LISTED_MAX = 5;

/** The first few, and how many more there are. */
export function listed(texts: readonly string[]): string {
  if (texts.length <= LISTED_MAX) return texts.join(', ');
  return `${texts.slice(0, LISTED_MAX).join(', ')} and ${texts.length - LISTED_MAX} more`;
}

/** `1 member`, `2 members`. */
export const counted = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`;
