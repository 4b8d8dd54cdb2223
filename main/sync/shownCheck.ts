/** What the mirror derives from the leaves for showing and counting, held against the leaves: columns are not under the signed root. */
import type { AuditEvent } from '../../shared/audit/index.ts';
import type { AuditRow } from '../../shared/contract/audit.ts';
import type { ProducerCounter } from '../db/api.ts';

const key = (id: string, epoch: number): string => `${epoch}/${id}`;

export class ShownCheck {
  private readonly counters = new Map<string, number>();

  /** True when the row shows this event. Names are left out: the newest one of an id stands in all its rows. */
  holds(event: AuditEvent, row: AuditRow | undefined): boolean {
    const { id, epoch, n } = event.producer;
    this.counters.set(key(id, epoch), n);
    return (
      row !== undefined &&
      row.seq === event.seq &&
      row.recordedAt === Date.parse(event.recorded_at) &&
      row.occurredAt === Date.parse(event.occurred_at) &&
      row.action === event.action &&
      row.outcome === event.outcome &&
      row.actor.type === event.actor.type &&
      row.actor.id === event.actor.id &&
      (row.target?.type ?? null) === (event.target?.type ?? null) &&
      (row.target?.id ?? null) === (event.target?.id ?? null) &&
      (row.workspace?.id ?? null) === event.workspace
    );
  }

  /** True when no stored counter lies behind the events checked; a sync beside the check may have moved it on. */
  countersHold(stored: readonly ProducerCounter[]): boolean {
    const known = new Map(stored.map(({ id, epoch, n }) => [key(id, epoch), n]));
    return [...this.counters].every(([producer, n]) => (known.get(producer) ?? -1) >= n);
  }
}
