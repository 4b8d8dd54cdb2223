/** What every part of the checklist needs to know: whose, as of when, who asks, and what people are called. */
import { useMemo } from 'react';
import { useEntities } from '../../access/entities.ts';
import { memberName } from '../../access/people.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { useMe } from '../../access/useMe.ts';
import { today } from './words.ts';

export interface Scene {
  readonly orgId: string;
  /** A past day, shown and not changed; null: now. */
  readonly at: string | null;
  /** The day everything is judged on. */
  readonly day: string;
  readonly me: Me | null;
  /** User id of the signed-in person; null until known. */
  readonly userId: string | null;
  /** A person's name by user id; the id itself where the mirror does not know them. */
  readonly nameOf: (userId: string) => string;
  /** People who can be named as owner or reviewer. */
  readonly people: readonly { readonly value: string; readonly label: string }[];
}

const PAST = 'Shown as it was on a past day: nothing is changed there.';

/** Why an action is not offered; null where it is. */
export function gate({ at, me }: Scene, action: string): string | null {
  return at === null ? refusalOf(action, me) : PAST;
}

export function useScene(orgId: string, at: string | null): Scene {
  const me = useMe(orgId);
  const { rows } = useEntities(orgId, 'member');
  return useMemo(() => {
    const named = (rows ?? []).filter(({ user_id }) => user_id !== '');
    const names = new Map(named.map((member) => [member.user_id, memberName(member)]));
    return {
      ...{ orgId, at, me, day: at ?? today(Date.now()) },
      userId: rows?.find(({ id }) => id === me?.memberId)?.user_id ?? null,
      nameOf: (userId) => names.get(userId) ?? userId,
      people: named
        .filter(({ status }) => status !== 'suspended')
        .map((member) => ({ value: member.user_id, label: memberName(member) }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    };
  }, [orgId, at, me, rows]);
}
