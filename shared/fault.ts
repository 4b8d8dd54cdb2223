/** What speaks against a change, in words: the platform refuses by it, the console foretells it. */

export interface Fault {
  /** `gone`: the thing is not there. `field`: what is asked for cannot be. `conflict`: it cannot be now. `limit`: there are too many. */
  readonly kind: 'gone' | 'field' | 'conflict' | 'limit';
  /** JSON pointer of the field; null where none is wrong. */
  readonly path: string | null;
  readonly words: string;
  readonly limit?: { readonly name: string; readonly max: number; readonly used: number };
}

export const field = (path: string, words: string): Fault => ({ kind: 'field', path, words });
export const conflict = (words: string, path: string | null = null): Fault => ({ kind: 'conflict', path, words });
export const gone = (what: string): Fault[] => [{ kind: 'gone', path: null, words: `There is no such ${what}.` }];
/** None while there is room. */
export const limit = (name: string, max: number, used: number, words: string): Fault[] =>
  used < max ? [] : [{ kind: 'limit', path: null, words, limit: { name, max, used } }];
