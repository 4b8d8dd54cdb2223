/** Which retention policy holds for which events, at the end of a period, as far as a log without workspaces can tell. */
import { EVENT_CLASSES, type EventClass, type RetentionPolicy } from '../../../entities/index.ts';
import type { CheckPeriod, CheckWorld } from '../world.ts';
import { byId, happenedSince } from './common.ts';

export interface Policies {
  /** By id. */
  readonly all: readonly RetentionPolicy[];
  /** Of one workspace: which events they are for the log's columns do not tell. */
  readonly ofWorkspaces: number;
  /** What may have been otherwise then; null: nothing. */
  readonly missing: string | null;
}

/** Policies made before the end of a period. A policy keeps no past: one changed or removed since is not known as it was. */
export function policiesAtEnd(world: CheckWorld, { to }: CheckPeriod): Policies {
  const all = byId(world.records('retention_policy')).filter(({ created_at }) => Date.parse(created_at) < to);
  const changed = all.filter(({ updated_at }) => Date.parse(updated_at) >= to).map(({ id }) => id);
  const removed = happenedSince(world, 'retention_policy.delete', to);
  const why = [
    ...(changed.length === 0 ? [] : [`Changed after the period: ${changed.join(', ')}.`]),
    ...(removed ? ['A retention policy was removed after the period.'] : []),
  ];
  const ofWorkspaces = all.filter(({ workspace_id }) => workspace_id !== null).length;
  return { all, ofWorkspaces, missing: why.length === 0 ? null : why.join(' ') };
}

/** The most special policy for each class among those of every workspace: its own before the one of all classes; null: none, kept without end. */
export function policyOfClass(all: readonly RetentionPolicy[]): ReadonlyMap<EventClass, RetentionPolicy | null> {
  const general = all.filter(({ workspace_id }) => workspace_id === null);
  return new Map(
    EVENT_CLASSES.map((one) => [
      one,
      general.find(({ event_class }) => event_class === one) ??
        general.find(({ event_class }) => event_class === null) ??
        null,
    ]),
  );
}
