/** A conflict to be decided field by field. Pure. */
import type { Command } from '../../shared/commands/index.ts';
import { patchOf } from '../../shared/commands/index.ts';
import type { Conflict } from '../../shared/contract/outbox.ts';
import { canonicalize, type Json } from '../../shared/json/index.ts';

export type Side = 'mine' | 'theirs';
/** What stands for each field; null while nobody chose. */
export type Choices = Readonly<Record<string, Side | null>>;
type ConflictField = Conflict['fields'][number];
/** Who changed a field: both and differently, both to the same, or one. */
export type FieldKind = 'clash' | 'same' | 'mine' | 'theirs';

const same = (a: unknown, b: unknown): boolean =>
  canonicalize((a ?? null) as Json) === canonicalize((b ?? null) as Json);

export function fieldKind({ base, mine, theirs, clash }: ConflictField): FieldKind {
  if (clash) return 'clash';
  if (same(mine, theirs)) return 'same';
  return same(base, mine) ? 'theirs' : 'mine';
}

/** Whether mine can be chosen for a field: the change must set it. */
export function isMineToChoose(command: Command, field: string): boolean {
  const patch = patchOf(command);
  return patch !== null && Object.hasOwn(patch, field);
}

/** Clashes wait for a person; what only one side changed is that side's. */
export function firstChoices({ entry, fields }: Pick<Conflict, 'entry' | 'fields'>): Choices {
  return Object.fromEntries(
    fields.map((field) => {
      const kind = fieldKind(field);
      if (kind === 'clash') return [field.field, isMineToChoose(entry.command, field.field) ? null : 'theirs'];
      return [field.field, kind === 'mine' && isMineToChoose(entry.command, field.field) ? 'mine' : 'theirs'];
    }),
  );
}

/** Fields of mine to be sent. */
export function chosenMine(choices: Choices): readonly string[] {
  return Object.entries(choices).flatMap(([field, side]) => (side === 'mine' ? [field] : []));
}

/** Why mine cannot be sent as chosen, as a sentence; null where it can. A change without fields is sent whole or not at all. */
export function sendProblem(conflict: Pick<Conflict, 'entry' | 'theirs'>, choices: Choices): string | null {
  if (conflict.theirs === null) return 'The thing is gone: only theirs can be taken.';
  if (patchOf(conflict.entry.command) === null) return null;
  const open = Object.values(choices).filter((side) => side === null).length;
  if (open > 0) return open === 1 ? 'Choose a side for the clash.' : `Choose a side for ${open} clashes.`;
  return chosenMine(choices).length === 0 ? 'Nothing of mine is chosen: take theirs.' : null;
}
