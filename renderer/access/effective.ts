/** What one holder can do, searched and narrowed for reading. Pure. */
import type { EffectiveGrant } from '../../shared/contract/access.ts';

export type Narrow = 'all' | 'unused' | 'wildcard' | 'extra';

export const NARROWS: readonly { readonly value: Narrow; readonly label: string }[] = [
  { value: 'all', label: 'every permission' },
  { value: 'unused', label: 'never used' },
  { value: 'wildcard', label: 'by wildcard only' },
  { value: 'extra', label: 'by extra grant' },
];

/** The grants whose permission or ways have every word, and that are so narrowed. */
export function narrowed(grants: readonly EffectiveGrant[], text: string, narrow: Narrow): readonly EffectiveGrant[] {
  const words = text.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
  return grants.filter(({ permission, paths, uses }) => {
    if (narrow === 'unused' && uses > 0) return false;
    if (narrow === 'wildcard' && paths.some(({ by }) => by === 'name')) return false;
    if (narrow === 'extra' && !paths.some(({ source }) => source === 'extra')) return false;
    if (words.length === 0) return true;
    const hay = [permission, ...paths.map((path) => path.text)].join('\n').toLocaleLowerCase('en');
    return words.every((word) => hay.includes(word));
  });
}

/** `all things`, `own things only`. */
export function scopeWords(scopes: EffectiveGrant['scopes']): string | null {
  return scopes === 'all' ? null : `only ${scopes.join(' and ')}`;
}
