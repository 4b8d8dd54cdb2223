import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import type { AccessReviewItem } from '../../shared/entities/index.ts';
import { toastRefused, usePending } from '../access/pending.ts';
import { call } from '../bridge.ts';
import { plural } from '../ui/numbers.ts';
import { toast } from '../ui/toasts.ts';
import { type Decided, withDecisions } from './worklistView.ts';

export interface Decisions {
  /** Null until read. */
  readonly items: readonly AccessReviewItem[] | null;
  /** Decide some items alike. It shows at once; what is refused goes back to what it was, and says why. */
  readonly decide: (ids: readonly string[], decided: Decided) => Promise<void>;
}

/** Decisions over the items of a review. Each is an entry of the outbox: without the platform it waits. */
export function useDecide(orgId: string, read: readonly AccessReviewItem[] | null): Decisions {
  const [made, setMade] = useState<ReadonlyMap<string, Decided>>(new Map());
  // What the mirror shows by now is its own to tell from here on.
  useEffect(() => {
    if (read === null) return;
    setMade((old) => {
      const open = [...old].filter(
        ([id, decided]) => read.find((item) => item.id === id)?.decision !== decided.decision,
      );
      return open.length === old.size ? old : new Map(open);
    });
  }, [read]);
  const decide = useCallback(
    async (ids: readonly string[], decided: Decided, anyway = false): Promise<void> => {
      if (ids.length === 0) return;
      setMade((old) => new Map([...old, ...ids.map((id) => [id, decided] as const)]));
      const commands = ids.map(
        (item_id): Command => ({
          type: 'access_review.decide',
          id: crypto.randomUUID(),
          item_id,
          input: { decision: decided.decision, reason: decided.reason },
        }),
      );
      const takeBack = (refused: readonly string[]): void =>
        setMade((old) => new Map([...old].filter(([id]) => !refused.includes(id))));
      try {
        const { entries } = await call('outbox.add', { orgId, commands, anyway });
        const stopped = entries.filter(({ state }) => state === 'refused' || state === 'conflict');
        takeBack(stopped.map(({ target }) => target.id));
        const [first] = stopped;
        if (first !== undefined) {
          const why = first.error?.message ?? 'it was decided meanwhile';
          toast({ text: `${plural(stopped.length, 'decision')} not taken: ${why}`, tone: 'bad' });
        }
      } catch (thrown) {
        takeBack(ids);
        toastRefused('Not decided', thrown, () => void decide(ids, decided, true));
      }
      await usePending
        .getState()
        .load(orgId)
        .catch(() => undefined);
    },
    [orgId],
  );
  const items = useMemo(() => (read === null ? null : withDecisions(read, made)), [read, made]);
  return { items, decide };
}
