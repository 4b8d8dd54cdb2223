/** All import formats, and which of them a record belongs to. */
import { AppError } from '../../../shared/errors.ts';
import { isObject } from '../fields.ts';
import type { ImportFormat, JsonObject } from '../format.ts';
import { cloudtrail } from './cloudtrail.ts';
import { entra } from './entra.ts';
import { gcp } from './gcp.ts';
import { github } from './github.ts';
import { keycloak } from './keycloak.ts';
import { kubernetes } from './kubernetes.ts';
import { office365 } from './office365.ts';
import { okta } from './okta.ts';

/** Most particular marks first: GitHub's few keys could also be others'. */
export const FORMATS: readonly ImportFormat[] = [cloudtrail, kubernetes, gcp, office365, okta, entra, keycloak, github];

/** Throws NOT_FOUND for an unknown id. */
export function formatById(id: string): ImportFormat {
  const format = FORMATS.find((known) => known.id === id);
  if (format) return format;
  throw new AppError(
    'NOT_FOUND',
    `There is no import format "${id}": ${FORMATS.map((known) => known.id).join(', ')}, auto.`,
  );
}

/** Fields in which log shippers and event buses carry the original record, as an object or as JSON text. */
const ENVELOPE_FIELDS = [
  'message',
  '@message',
  '_raw',
  'log',
  'body',
  'detail',
  'properties',
  '_source',
  'AuditData',
] as const;

function inside(record: JsonObject): JsonObject[] {
  const event = record.event;
  const values: unknown[] = ENVELOPE_FIELDS.map((field) => record[field]);
  if (isObject(event)) values.push(event, event.original);
  const found: JsonObject[] = [];
  for (const value of values) {
    if (isObject(value)) found.push(value);
    if (typeof value !== 'string' || !/^\s*\{/.test(value)) continue;
    try {
      const parsed: unknown = JSON.parse(value);
      if (isObject(parsed)) found.push(parsed);
    } catch {
      // Not JSON: then it is a text of the record itself, not another record.
    }
  }
  return found;
}

export interface Recognized {
  readonly format: ImportFormat;
  /** The vendor's record: the given one, or the one it carries. */
  readonly record: JsonObject;
}

/** The format of a record or of the record in its envelope; null when none claims it. */
export function recognize(record: JsonObject, formats: readonly ImportFormat[] = FORMATS): Recognized | null {
  for (const candidate of [record, ...inside(record)]) {
    const format = formats.find((known) => known.detect(candidate));
    if (format) return { format, record: candidate };
  }
  return null;
}
