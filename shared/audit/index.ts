/** The audit event and its disclosures: schema, building, reading. */
export {
  DISCLOSURE_CHARS_MAX,
  DISCLOSURE_NAMES,
  type Disclosure,
  type DisclosureName,
  disclosureDigest,
  makeDisclosure,
  readDisclosure,
  SALT_BYTES,
} from './disclosure.ts';
export {
  AuditActor,
  AuditEvent,
  type AuditFields,
  AuditTarget,
  buildEvent,
  EVENT_BYTES_MAX,
  Instant,
  readEvent,
} from './event.ts';
