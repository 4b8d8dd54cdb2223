/** Events of an organization as its own store holds them, disclosures read. */
import type { Core } from '../../platform/core.ts';
import { type AuditEvent, readDisclosure, readEvent } from '../../shared/audit/index.ts';

export interface SeenEvent {
  readonly event: AuditEvent;
  // biome-ignore lint/suspicious/noExplicitAny: disclosed values of any shape, looked into by assertions only
  readonly disclosed: Record<string, any>;
}

/** In order of the log; `action` keeps those of one verb. */
export async function eventsOf(core: Core, orgId: string, action?: string): Promise<SeenEvent[]> {
  const rows = await core.tenant(orgId, (tx) =>
    tx.query<{ entry: string; disclosures: string }>('SELECT entry, disclosures FROM audit_events ORDER BY seq'),
  );
  return rows
    .map(({ entry, disclosures }) => {
      const named = disclosures.split('~').map((text) => readDisclosure(text));
      return { event: readEvent(entry), disclosed: Object.fromEntries(named.map(({ name, value }) => [name, value])) };
    })
    .filter(({ event }) => action === undefined || event.action === action);
}
