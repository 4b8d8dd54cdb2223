/** Changes that wait in a mirror, and what may be asked of them. One writer; each call is one transaction. */
import type { Command, CommandTarget } from '../../shared/commands/index.ts';

export interface EntityRow {
  readonly id: string;
  readonly version: number;
  readonly data: Record<string, unknown>;
}

export type OutboxRowState = 'waiting' | 'sending' | 'conflict' | 'refused';

export interface OutboxRow {
  /** UUIDv7; the idempotency key of the request. */
  readonly id: string;
  readonly command: Command;
  readonly target: CommandTarget;
  readonly title: string;
  readonly state: OutboxRowState;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Null for a creation, and for a change of something whose creation still waits. */
  readonly baseVersion: number | null;
  /** The target as it looked when the change was made. */
  readonly base: Readonly<Record<string, unknown>> | null;
  /** Entries that must be carried out before. */
  readonly dependsOn: readonly string[];
  readonly attempts: number;
  readonly lastAttemptAt: number | null;
  /** A request went out and its answer is not known: it may have been carried out. It is sent again as it is, under the same key. */
  readonly inDoubt: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** How an attempt ended that did not carry the change out. */
export interface OutboxFault {
  readonly state: 'waiting' | 'conflict' | 'refused';
  readonly error: { readonly code: string; readonly message: string };
  readonly inDoubt: boolean;
}

export interface OutboxWriter {
  /**
   * Keeps changes in the order given, all or none. An update of a thing whose creation was not sent folds into the creation, whose entry
   * is then answered. Throws NOT_FOUND when a target is neither in the mirror nor waiting to be made, CONFLICT when it exists or goes away.
   */
  outboxAdd(
    orgId: string,
    changes: readonly { readonly id: string; readonly command: Command }[],
    now: number,
  ): Promise<OutboxRow[]>;
  /** Replaces what is asked for; one that was refused gets `freshId` as its new key. Throws NOT_FOUND, CONFLICT, INPUT_INVALID. */
  outboxEdit(orgId: string, id: string, command: Command, freshId: string): Promise<OutboxRow>;
  /** Takes an entry back. Throws NOT_FOUND; CONFLICT when it may have been carried out, or others need what it makes. */
  outboxRevoke(id: string): Promise<OutboxRow>;
  /**
   * Decides a conflict. `mine` with null fields keeps every field. Answers null when the change was dropped. Throws NOT_FOUND, CONFLICT,
   * INPUT_INVALID.
   */
  outboxResolve(
    id: string,
    take: 'mine' | 'theirs',
    fields: readonly string[],
    freshId: string,
  ): Promise<OutboxRow | null>;
  /** Before the request goes out. Throws NOT_FOUND when the entry is gone, CONFLICT when it is not to be sent. */
  outboxSending(id: string, now: number): Promise<OutboxRow>;
  /** The change was carried out: its entry goes, the answered entity is taken over, and what waited for it rests upon that. */
  outboxDone(
    id: string,
    entity: { readonly version: number; readonly data: Record<string, unknown> } | null,
  ): Promise<void>;
  outboxFault(id: string, fault: OutboxFault): Promise<void>;
  /** An entity as the platform answered it; never over a newer one. */
  adoptEntity(kind: string, id: string, version: number, data: Record<string, unknown>): Promise<void>;
}

/** Fields by which a list may be narrowed. */
export const INDEX_FIELDS = ['review_id', 'workspace_id', 'role', 'status', 'decision'] as const;

export interface EntityQuery {
  readonly text: string | null;
  readonly where: { readonly field: (typeof INDEX_FIELDS)[number]; readonly value: string } | null;
  readonly sort: 'name' | 'version';
  readonly direction: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

export interface PendingMark {
  readonly entryIds: string[];
  readonly op: CommandTarget['op'];
  readonly state: OutboxRowState;
}

export interface EntityPage {
  readonly total: number;
  readonly rows: (EntityRow & { readonly pending: PendingMark | null })[];
}

export interface OutboxReader {
  /** Oldest first. */
  outbox(): Promise<OutboxRow[]>;
  /** Throws NOT_FOUND. */
  outboxEntry(id: string): Promise<OutboxRow>;
  /** The oldest entry that may be sent now. */
  outboxNext(): Promise<OutboxRow | null>;
  /** As the platform last had it, without what is pending. */
  entity(kind: string, id: string): Promise<EntityRow | null>;
  /** With what is pending laid over it: changes to be sent show their effect; those refused or in conflict only their mark. */
  entityPage(orgId: string, kind: string, query: EntityQuery): Promise<EntityPage>;
}
