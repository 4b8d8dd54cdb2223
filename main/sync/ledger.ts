/** Notices when alarms, acknowledgements or the pin of a mirror are older than what this machine has seen of them. */
import type { LedgerHead, Mirror, MirrorWriter } from '../db/api.ts';

/** Where the newest link of a mirror's ledger is kept, apart from the mirror. */
export interface LedgerStore {
  lastLedger(orgId: string): Promise<LedgerHead | null>;
  setLastLedger(orgId: string, head: LedgerHead): Promise<void>;
}

/**
 * Raises MIRROR_RESTORED when the mirror's ledger does not go on from the link last seen, or pin and alarms are not what its newest link
 * was made over. A mirror ahead of what was seen is no fault: a process may be killed between the two writes, and the mirror is
 * written first.
 */
export async function noticeLost(
  mirror: Mirror,
  orgId: string,
  store: LedgerStore,
  now: () => number,
): Promise<boolean> {
  const seen = await store.lastLedger(orgId);
  const { head, holds, asked } = await mirror.reader.ledger(seen?.n ?? null);
  const goesOn = seen === null || asked === seen.digest;
  if (goesOn && holds) {
    if (seen === null || head.n > seen.n) await store.setLastLedger(orgId, head);
    return false;
  }
  const message = goesOn
    ? 'An alarm, an explanation or a pinned key of this mirror is not what was last written: a part of an older state was put back.'
    : `Alarms, explanations or a pinned key of this mirror were lost: change ${seen.n} of them was seen on this machine, the mirror has another past.`;
  // The same evidence after a kill between the two writes: the alarm is then the same one.
  const evidence = [{ name: 'seen', text: JSON.stringify(goesOn ? head : seen) }];
  await mirror.writer.raiseAlarm({ kind: 'MIRROR_RESTORED', raisedAt: now(), message, evidence });
  await store.setLastLedger(orgId, (await mirror.reader.ledger(null)).head);
  return true;
}

const RECORDED: ReadonlySet<string | symbol> = new Set<keyof MirrorWriter>([
  'setPin',
  'noteReviewKeys',
  'raiseAlarm',
  'acknowledgeAlarm',
]);

/**
 * The mirror, with each change of its pin and alarms also noted in the store before the change is answered. Where the store cannot be
 * written `onFault` is told; the next change or opening catches up.
 */
export function keepLedger(
  mirror: Mirror,
  orgId: string,
  store: LedgerStore,
  onFault: (error: unknown) => void,
): Mirror {
  let noting = Promise.resolve();
  const note = (): Promise<void> => {
    // One after the other: an older link must not be written over a newer one.
    noting = noting
      .then(async () => store.setLastLedger(orgId, (await mirror.reader.ledger(null)).head))
      .catch(onFault);
    return noting;
  };
  const writer = new Proxy(mirror.writer, {
    get: (target, name, receiver) => {
      const method = Reflect.get(target, name, receiver) as (...args: unknown[]) => Promise<unknown>;
      if (!RECORDED.has(name)) return method;
      return async (...args: unknown[]) => {
        const value = await method(...args);
        await note();
        return value;
      };
    },
  });
  return { ...mirror, writer };
}
