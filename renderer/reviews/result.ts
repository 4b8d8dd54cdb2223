/** What the verdict over the signed result of a review means, in words. Pure. */
import type { ReviewResultView } from '../../shared/contract/reviews.ts';
import type { Tone } from '../ui/Verdict.tsx';

export interface ResultVerdict {
  readonly tone: Tone;
  readonly word: string;
  /** What it rests on, or what is wrong. */
  readonly why: string;
}

type Judged = Pick<ReviewResultView, 'state' | 'signedBy' | 'says' | 'campaign' | 'items'>;

/** A signature by a key that came later than the first one holds, and yet is no proof that the result is the one of then. */
export function verdictOf({ state, signedBy, says, campaign, items }: Judged): ResultVerdict {
  if (state === 'unchecked') {
    return {
      tone: 'none',
      word: 'signature not checked',
      why: 'The mirror has no review key of this organization yet; a sync brings it.',
    };
  }
  if (state === 'invalid') {
    const why =
      says === null
        ? 'The result has not the form of this version: nothing of it can be relied on.'
        : 'No known review key signed this text: it was changed after it was signed, or signed by somebody else.';
    return { tone: 'bad', word: 'signature not valid', why };
  }
  if (state === 'differs') {
    const what = !items.same ? 'the items' : campaign ? 'a part' : 'the campaign';
    return {
      tone: 'bad',
      word: 'not what was signed',
      why: `The signature is valid, but ${what} in this mirror ${items.same ? 'is' : 'are'} not what it was made over.`,
    };
  }
  if (signedBy?.pinned === false) {
    return {
      tone: 'warn',
      word: 'signature valid, by a later key',
      why: 'The key came after the first one this mirror was given. Compare its fingerprint with your platform operator’s.',
    };
  }
  return {
    tone: 'ok',
    word: 'signature valid',
    why: 'Verified here. Whose key it is, its fingerprint tells: compare it with your platform operator’s.',
  };
}
