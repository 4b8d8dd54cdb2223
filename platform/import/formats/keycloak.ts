/**
 * Keycloak events: the JSON console log of the `org.keycloak.events` logger (`key="value"` pairs in `message`) and the event
 * objects of the admin REST API. Actions: `keycloak.<TYPE>` and `keycloak.admin.<RESOURCE_TYPE>.<OPERATION>`.
 */
import type { AuditFields } from '../../../shared/audit/index.ts';
import { actionName, actor, disclosures, email, firstStr, instant, obj, str, target } from '../fields.ts';
import { type ImportFormat, type JsonObject, RecordRefused } from '../format.ts';

const PAIR = /([A-Za-z_][\w.-]*)=(?:"((?:[^"\\]|\\.)*)"|([^,\s]*))/g;

/** The pairs of a log line; the last of a repeated name counts. */
function pairs(message: string): Record<string, string> {
  const out: Record<string, string> = Object.create(null);
  for (const [, key, quoted, bare] of message.matchAll(PAIR))
    out[key!] = (quoted ?? bare ?? '').replace(/\\(.)/g, '$1');
  return out;
}

const fromLogger = (record: JsonObject): boolean =>
  /^org\.keycloak\.events/.test(firstStr(record['log.logger'], record.loggerName, obj(record.log).logger) ?? '');

const isEvent = (record: JsonObject): boolean =>
  'realmId' in record && ('type' in record || ('operationType' in record && 'resourceType' in record));

/** Refused by policy or rights, as against wrong input. */
const DENIED = /not_allowed|access_denied|unauthorized_client|user_disabled|temporarily_disabled|insufficient/;

function outcome(type: string, error: string | undefined): AuditFields['outcome'] {
  if (error !== undefined) return DENIED.test(error) ? 'denied' : 'failure';
  return /_ERROR$/.test(type) ? 'failure' : 'success';
}

export const keycloak: ImportFormat = {
  id: 'keycloak',
  title: 'Keycloak events',
  detect: (record) => fromLogger(record) || isEvent(record),
  normalize(record) {
    const message = str(record.message);
    const fields: JsonObject = fromLogger(record) && message !== undefined ? pairs(message) : record;
    const auth = obj(fields.authDetails);
    const details = obj(fields.details);
    const operation = str(fields.operationType);
    const type = firstStr(fields.type, operation);
    if (type === undefined) throw new RecordRefused('no event type');
    const userId = firstStr(fields.userId, auth.userId);
    const clientId = firstStr(fields.clientId, auth.clientId);
    const login = firstStr(fields.username, details.username);
    const admin = operation !== undefined;
    return {
      occurredAt: instant('@timestamp', record['@timestamp'], fields.time, record.timestamp),
      action: admin ? actionName('keycloak', 'admin', str(fields.resourceType), type) : actionName('keycloak', type),
      outcome: outcome(type, str(fields.error)),
      actor:
        userId !== undefined
          ? actor('user', userId)
          : login !== undefined
            ? actor('user', `login:${login}`)
            : actor(clientId === undefined ? 'system' : 'service_account', clientId ?? 'keycloak'),
      target: admin
        ? target(str(fields.resourceType), firstStr(fields.resourcePath, fields.realmId))
        : target(clientId === undefined ? 'realm' : 'client', clientId ?? firstStr(fields.realmName, fields.realmId)),
      workspace: null,
      request: firstStr(fields.code_id, fields.sessionId, details.code_id, fields.id) ?? null,
      disclosures: disclosures({
        actor: { name: firstStr(login, userId), email: email(login) },
        target: { name: firstStr(fields.resourcePath, clientId), realm: firstStr(fields.realmName, fields.realmId) },
        source: {
          ip: firstStr(fields.ipAddress, auth.ipAddress),
          user_agent: firstStr(fields.userAgent, details.userAgent),
        },
      }),
    };
  },
};
