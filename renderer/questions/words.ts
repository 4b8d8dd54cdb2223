/** How answers about access are worded. Pure. */
import type { AccessChange, AccessPath, Basis } from '../../shared/contract/access.ts';
import { plural } from '../ui/numbers.ts';
import type { Ask } from './questions.ts';

export const ASK_WORDS: Readonly<Record<Ask, string>> = {
  who: 'Who can',
  holder: 'What can one do',
  diff: 'What changed',
  replay: 'What if',
  unused: 'What is unused',
};

/** What each question finds, for the place where no answer is yet. */
export const ASK_HELP: Readonly<Record<Ask, string>> = {
  who: 'Everyone who holds a permission, now or at the end of a past day, through what, since when, and when they last used it.',
  holder: 'Everything one member or service account could do, now or at the end of a past day.',
  diff: 'Who gained or lost what between the start of one day and the end of another, with the way before and after.',
  replay: 'Real events of a period against another role or other grants: what would have been refused, what allowed.',
  unused: 'Grants that nobody used in a period, and the smallest role that covers what was used.',
};

/** `all` or `own, shared`, as a column holds it. */
export function scopeCell(scopes: 'all' | readonly string[]): string {
  return scopes === 'all' ? 'all' : scopes.join(', ');
}

/** Ways as one text: `role ops · logs:*; extra · logs:read`. */
export function waysText(
  paths: readonly Pick<AccessPath, 'text' | 'scope'>[],
  named: (text: string) => string,
): string {
  return paths.map(({ text, scope }) => `${named(text)}${scope === null ? '' : `, only ${scope}`}`).join('; ');
}

export const CHANGE_WORDS: Readonly<Record<AccessChange['change'], string>> = {
  gained: 'gained',
  lost: 'lost',
  path: 'other way',
};

/** What an answer may miss, as sentences; empty where nothing is known to be missing. */
export function cautions({ unknownChanges, disagreements }: Basis): readonly string[] {
  return [
    ...(unknownChanges > 0
      ? [
          `${plural(unknownChanges, 'change')} of access ${unknownChanges === 1 ? 'stands' : 'stand'} in the log without content (withheld or erased): the answer may miss what ${unknownChanges === 1 ? 'it' : 'they'} did.`,
        ]
      : []),
    ...(disagreements.count > 0
      ? [
          `${plural(disagreements.count, 'entity', 'entities')} as last synced ${disagreements.count === 1 ? 'does' : 'do'} not agree with the end of the log: ${disagreements.first
            .slice(0, 3)
            .map(({ kind, id }) => `${kind} ${id}`)
            .join(', ')}${disagreements.count > 3 ? ' and more' : ''}.`,
        ]
      : []),
  ];
}
