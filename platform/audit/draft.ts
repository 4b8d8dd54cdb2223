/** What a writer says of an event; the sequencer adds the rest. */
import type { AuditFields, DisclosureName } from '../../shared/audit/index.ts';
import type { Json } from '../../shared/json/index.ts';

export interface EventDraft {
  /** Dotted verb. */
  readonly action: string;
  readonly outcome?: AuditFields['outcome'];
  readonly actor: AuditFields['actor'];
  readonly target?: AuditFields['target'];
  readonly workspace?: string | null;
  /** Request id that caused it. */
  readonly request?: string | null;
  /** Claimed time, RFC 3339 UTC with milliseconds; default: the time of recording. */
  readonly occurredAt?: string;
  /** Who counts it; default: the API itself. n follows the producer's own counter without a gap. */
  readonly producer?: { readonly id: string; readonly epoch: number };
  /** Everything personal or bulky. With none, one empty salted `detail` keeps the leaf unguessable. */
  readonly disclosures?: Partial<Readonly<Record<DisclosureName, Json>>>;
}

export const SYSTEM_ACTOR = { type: 'system', id: 'platform' } as const;
