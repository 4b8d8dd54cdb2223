/** Changes asked for and not carried out yet, and the one way these screens ask for one. */
import { useEffect, useMemo } from 'react';
import { create } from 'zustand';
import type { Command } from '../../shared/commands/index.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { useOrgs } from '../app/orgs.ts';
import { asCallError, call } from '../bridge.ts';
import { plural } from '../ui/numbers.ts';
import { toast } from '../ui/toasts.ts';
import { inverseOf } from './inverse.ts';

interface PendingState {
  readonly byOrg: Readonly<Record<string, readonly OutboxEntry[]>>;
  /** Counts up with every change of an organization's outbox. */
  readonly revisions: Readonly<Record<string, number>>;
  readonly load: (orgId: string) => Promise<void>;
}

const NONE: readonly OutboxEntry[] = [];

export const usePending = create<PendingState>()((set) => ({
  byOrg: {},
  revisions: {},
  load: async (orgId) => {
    const entries = await call('outbox.list', { orgId });
    set((state) => {
      const known = state.byOrg[orgId];
      if (JSON.stringify(known) === JSON.stringify(entries)) return state;
      // That nothing waits is worth knowing, and changes nothing on show.
      if (known === undefined && entries.length === 0) return { byOrg: { ...state.byOrg, [orgId]: NONE } };
      return {
        byOrg: { ...state.byOrg, [orgId]: entries },
        revisions: { ...state.revisions, [orgId]: (state.revisions[orgId] ?? 0) + 1 },
      };
    });
  },
}));

/** Entries of an organization's outbox by the entity they are about: `kind id`. */
export function usePendingOf(orgId: string): ReadonlyMap<string, readonly OutboxEntry[]> {
  const entries = usePending((state) => state.byOrg[orgId] ?? NONE);
  const mirrored = useOrgs((state) => state.revision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever changed the mirror may have carried changes out
  useEffect(() => {
    usePending
      .getState()
      .load(orgId)
      .catch(() => undefined);
  }, [orgId, mirrored]);
  return useMemo(() => Map.groupBy(entries, ({ target }) => pendingKey(target.kind, target.id)), [entries]);
}

export function pendingKey(kind: OutboxEntry['target']['kind'], id: string): string {
  return `${kind} ${id}`;
}

export interface Ask {
  readonly command: Command;
  /** The target as it is, so that the change can be taken back; null where there is none yet. */
  readonly before: Readonly<Record<string, unknown>> | null;
}

/**
 * Ask for changes. Says what became of them, and offers to undo: a change that waits is revoked, one that was sent is followed by
 * its inverse. Throws {@link CallError} where they were refused here; `anyway` leaves that to the platform.
 */
export async function askFor(
  orgId: string,
  asks: readonly Ask[],
  done: string,
  anyway = false,
): Promise<readonly OutboxEntry[]> {
  const commands = asks.map(({ command }) => command);
  const { entries, sent, waiting } = await call('outbox.add', { orgId, commands, anyway });
  await usePending.getState().load(orgId);
  const stopped = entries.filter(({ state }) => state === 'refused' || state === 'conflict');
  const [first] = stopped;
  if (first !== undefined) {
    const why = first.error?.message ?? 'It was changed on the platform meanwhile.';
    toast({
      text: stopped.length === 1 ? `Not done: ${why}` : `${plural(stopped.length, 'change')} not done: ${why}`,
      tone: 'bad',
    });
    return entries;
  }
  const undone = undoOf(orgId, asks, entries);
  toast({
    text: waiting > 0 && sent === 0 ? `${done}. Waits until the platform is reachable.` : done,
    ...(undone === null ? {} : { action: { label: 'Undo', run: () => undone(false) } }),
  });
  return entries;
}

/** Take a change back that was not sent. Says so. */
export async function revoke(orgId: string, entry: OutboxEntry): Promise<void> {
  try {
    await call('outbox.revoke', { orgId, id: entry.id });
    toast({ text: `Change of ${entry.title} revoked` });
  } catch (thrown) {
    sayFailed(thrown);
  }
  await usePending.getState().load(orgId);
}

function sayFailed(thrown: unknown): void {
  toastRefused('Not undone', thrown, null);
}

/** Says why something was not done. Where only the mirror spoke against it, `anyway` asks the platform all the same. */
export function toastRefused(what: string, thrown: unknown, anyway: (() => void) | null): void {
  const { code, message } = asCallError(thrown);
  const offered = code === 'RIGHT_MISSING' && anyway !== null;
  toast({
    text: `${what}: ${message}`,
    tone: 'bad',
    ...(offered ? { action: { label: 'Ask the platform anyway', run: anyway } } : {}),
  });
}

/** Takes changes back: what waits is revoked, what was sent is followed by its inverse. Null where neither can be. */
function undoOf(
  orgId: string,
  asks: readonly Ask[],
  entries: readonly OutboxEntry[],
): ((anyway: boolean) => void) | null {
  const back = asks.map(({ command, before }) => inverseOf(command, before)).toReversed();
  const inverses = back.filter((command) => command !== null);
  const waiting = entries.filter(({ state }) => state === 'waiting');
  if (waiting.length === 0 && inverses.length < asks.length) return null;
  const undo = async (anyway: boolean): Promise<void> => {
    await usePending.getState().load(orgId);
    const still = usePending.getState().byOrg[orgId] ?? NONE;
    const here = waiting.filter(({ id }) => still.some((entry) => entry.id === id));
    if (here.length > 0) for (const { id } of here.toReversed()) await call('outbox.revoke', { orgId, id });
    else if (inverses.length === asks.length) await call('outbox.add', { orgId, commands: inverses, anyway });
    else throw new Error('it was sent meanwhile, and cannot be taken back');
    await usePending.getState().load(orgId);
    toast({ text: 'Undone' });
  };
  const run = (anyway: boolean): void =>
    void undo(anyway).catch((thrown: unknown) => toastRefused('Not undone', thrown, () => run(true)));
  return run;
}
