/** What a record was at a past instant, as far as its own dates tell. What they cannot tell, such as an assessment that a later one took the place of, stands in the log. */
import type { ComplianceMode, ControlException, ControlState, Evidence, Finding } from '../entities/index.ts';

interface Dated {
  readonly created_at: string;
}

/** The record before `at` (RFC 3339, UTC); null: it was not there yet. What came later is undone where a date says so. */
export function byOwnDates<T extends Dated>(kind: string, record: T, at: string): T | null {
  if (record.created_at >= at) return null;
  const later = (time: string | null): boolean => time !== null && time >= at;
  switch (kind) {
    case 'control_state': {
      const { design, operating } = record as unknown as ControlState;
      const before = <A extends { readonly at: string }>(one: A | null): A | null =>
        one !== null && later(one.at) ? null : one;
      return { ...record, design: before(design), operating: before(operating) };
    }
    case 'control_exception': {
      const { approved_at, revoked_at } = record as unknown as ControlException;
      return {
        ...record,
        ...(later(approved_at) ? { approved_at: null, approved_by: null, management_response: '' } : {}),
        ...(later(revoked_at) ? { revoked_at: null, revoked_by: null } : {}),
      };
    }
    case 'finding': {
      const { closed_at } = record as unknown as Finding;
      return later(closed_at) ? { ...record, status: 'open', closed_at: null, closed_reason: '' } : record;
    }
    case 'evidence': {
      const { withdrawn_at } = record as unknown as Evidence;
      return later(withdrawn_at) ? { ...record, withdrawn_at: null, withdrawn_reason: '' } : record;
    }
    case 'compliance_mode': {
      const { revisions } = record as unknown as ComplianceMode;
      const before = revisions.filter((revision) => revision.at < at);
      const last = before.at(-1);
      return last === undefined
        ? null
        : { ...record, revisions: before, enabled: last.enabled, settings: last.settings };
    }
    default:
      return record;
  }
}
