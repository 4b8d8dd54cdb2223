/** One raw record to one event draft, or the reason why not. Pure. */
import { AuditActor, AuditEvent, AuditTarget } from '../../shared/audit/index.ts';
import type { EventDraft } from '../audit/draft.ts';
import { isObject } from './fields.ts';
import { type ImportFormat, RecordRefused } from './format.ts';
import { FORMATS, recognize } from './formats/index.ts';
import type { RawRecord } from './records.ts';

export type Converted = { readonly draft: EventDraft; readonly format: string } | { readonly refused: string };

/** What the sequencer would refuse for a whole batch is found for the one record. */
function fault(draft: EventDraft): string | null {
  if (!AuditEvent.shape.action.safeParse(draft.action).success)
    return `the operation gives no action name: ${draft.action.slice(0, 80)}`;
  if (!AuditActor.safeParse(draft.actor).success) return 'the id of the actor is longer than 2,048 characters';
  if (draft.target && !AuditTarget.safeParse(draft.target).success)
    return 'the id of the target is longer than 2,048 characters';
  return null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RecordRefused(`not JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}`);
  }
}

/**
 * @param wanted a format, or null to recognize each record by its own marks.
 */
export function convert(raw: RawRecord, wanted: ImportFormat | null): Converted {
  if (raw.refused !== undefined || raw.text === undefined) return { refused: raw.refused ?? 'no text' };
  try {
    const value = parse(raw.text);
    if (!isObject(value)) throw new RecordRefused('not an object');
    const found = recognize(value, wanted === null ? FORMATS : [wanted]);
    if (found === null)
      throw new RecordRefused(wanted === null ? 'of no known format' : `not a record of ${wanted.title}`);
    const { format, record } = found;
    const { disclosures, request, ...rest } = format.normalize(record);
    const draft: EventDraft = {
      ...rest,
      request: request === null ? null : request.slice(0, 256).toWellFormed(),
      producer: { id: `import:${format.id}`, epoch: 1 },
      disclosures: { ...disclosures, detail: { format: format.id, original: raw.text } },
    };
    const wrong = fault(draft);
    return wrong === null ? { draft, format: format.id } : { refused: wrong };
  } catch (error) {
    if (error instanceof RecordRefused) return { refused: error.message };
    throw error;
  }
}
