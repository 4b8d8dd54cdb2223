/**
 * Events in the Open Cybersecurity Schema Framework (https://schema.ocsf.io), version 1.6: derived from leaf and disclosures,
 * so that a SIEM can take them; the leaf stays the evidence. Classes: 3002 authentication, 3004 entity management, 3006 group
 * management, 3007 role and user grants, 3008 role definitions, 6003 API activity for the rest (3005 is deprecated).
 */
import { type AuditEvent, type Disclosure, readDisclosure } from '../audit/index.ts';
import { canonicalize, type Json } from '../json/index.ts';

type Fields = { [key: string]: Json };

interface OcsfClass {
  readonly uid: number;
  readonly category: number;
  /** Activity by the last word of the action. */
  readonly activities: Readonly<Record<string, number>>;
}

/** Activity "Other" of every class. */
const OTHER = 99;
const CRUD = { create: 1, read: 2, update: 3, delete: 4 } as const;

const AUTHENTICATION: OcsfClass = { uid: 3002, category: 3, activities: { login: 1, logout: 2, refresh: 4 } };
const ENTITY: OcsfClass = { uid: 3004, category: 3, activities: CRUD };
const GROUP: OcsfClass = { uid: 3006, category: 3, activities: { add: 3, remove: 4, create: 6, delete: 5 } };
const GRANT: OcsfClass = {
  uid: 3007,
  category: 3,
  activities: { grant: 1, create: 1, update: 1, revoke: 2, delete: 2 },
};
const ROLE: OcsfClass = { uid: 3008, category: 3, activities: CRUD };
const API: OcsfClass = { uid: 6003, category: 6, activities: CRUD };

const CLASS_BY_HEAD: readonly (readonly [RegExp, OcsfClass])[] = [
  [/^auth\./, AUTHENTICATION],
  [/^(member|user|service_account)\.(role|permission|grant)s?\./, GRANT],
  [/^role\./, ROLE],
  [/^(group|team|member)\./, GROUP],
  [/^(organization|workspace|policy|sla|quota|retention|compliance|service_account)\./, ENTITY],
];

const STATUS = { success: 1, failure: 2, denied: 2 } as const;
/** Informational, low, medium. */
const SEVERITY = { success: 1, failure: 2, denied: 3 } as const;

function classOf(action: string): OcsfClass {
  return CLASS_BY_HEAD.find(([head]) => head.test(action))?.[1] ?? API;
}

function field(disclosures: readonly Disclosure[], name: string, key: string): string | undefined {
  const value = disclosures.find((disclosure) => disclosure.name === name)?.value;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const found = (value as { readonly [key: string]: Json })[key];
  return typeof found === 'string' ? found : undefined;
}

function defined(fields: { [key: string]: Json | undefined }): Fields {
  return Object.fromEntries(Object.entries(fields).filter((pair): pair is [string, Json] => pair[1] !== undefined));
}

/** One line of ocsf.ndjson: RFC 8785, without the newline. Only what the given disclosures open is in it. */
export function ocsfLine(event: AuditEvent, texts: readonly string[]): string {
  const disclosures = texts.map(readDisclosure);
  const type = classOf(event.action);
  const activity = type.activities[event.action.slice(event.action.lastIndexOf('.') + 1)] ?? OTHER;
  const user = defined({
    uid: event.actor.id,
    type: event.actor.type,
    name: field(disclosures, 'actor', 'name'),
    email_addr: field(disclosures, 'actor', 'email'),
  });
  const ip = field(disclosures, 'source', 'ip');
  const agent = field(disclosures, 'source', 'user_agent');
  const target = event.target;
  return canonicalize(
    defined({
      class_uid: type.uid,
      category_uid: type.category,
      activity_id: activity,
      type_uid: type.uid * 100 + activity,
      time: Date.parse(event.occurred_at),
      severity_id: SEVERITY[event.outcome],
      status_id: STATUS[event.outcome],
      status: event.outcome,
      metadata: defined({
        version: '1.6.0',
        uid: event.id,
        sequence: event.seq,
        logged_time: Date.parse(event.recorded_at),
        log_name: event.log,
        correlation_uid: event.request ?? undefined,
        product: { name: 'Mission Control', vendor_name: 'Mission Control' },
      }),
      actor: { user },
      user: type.category === 3 ? user : undefined,
      api: type === API ? { operation: event.action } : undefined,
      message: event.action,
      src_endpoint: ip === undefined ? undefined : { ip },
      http_request: agent === undefined ? undefined : { user_agent: agent },
      resources:
        target === null
          ? undefined
          : [defined({ type: target.type, uid: target.id, name: field(disclosures, 'target', 'name') })],
      unmapped: event.workspace === null ? undefined : { workspace: event.workspace },
    }),
  );
}
