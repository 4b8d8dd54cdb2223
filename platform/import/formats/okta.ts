/** Okta System Log events. Action: `okta.<eventType>`. */
import type { AuditFields } from '../../../shared/audit/index.ts';
import {
  actionName,
  actor,
  arr,
  changeOf,
  disclosures,
  email,
  firstStr,
  instant,
  obj,
  str,
  target,
} from '../fields.ts';
import { type ImportFormat, type JsonObject, RecordRefused } from '../format.ts';

function outcome(record: JsonObject): AuditFields['outcome'] {
  const result = str(obj(record.outcome).result)?.toUpperCase();
  if (result === 'DENY') return 'denied';
  return result === 'FAILURE' || result === 'ABANDONED' ? 'failure' : 'success';
}

function actorType(type: string | undefined): AuditFields['actor']['type'] {
  if (type === undefined || /^SystemPrincipal$/i.test(type)) return 'system';
  return /client|app|agent|service|device/i.test(type) ? 'service_account' : 'user';
}

export const okta: ImportFormat = {
  id: 'okta',
  title: 'Okta System Log',
  detect: (record) =>
    typeof record.eventType === 'string' && 'published' in record && ('actor' in record || 'legacyEventType' in record),
  normalize(record) {
    const type = str(record.eventType);
    if (type === undefined) throw new RecordRefused('no eventType');
    const who = obj(record.actor);
    const client = obj(record.client);
    const first = obj(arr(record.target)[0]);
    const change = obj(first.changeDetails);
    return {
      occurredAt: instant('published', record.published),
      action: actionName('okta', type),
      outcome: outcome(record),
      actor: actor(actorType(str(who.type)), firstStr(who.id, who.alternateId)),
      target: target(str(first.type), firstStr(first.id, first.alternateId)),
      workspace: null,
      request: firstStr(obj(obj(record.debugContext).debugData).requestId, record.uuid) ?? null,
      disclosures: disclosures({
        actor: { name: firstStr(who.displayName, who.alternateId), email: email(str(who.alternateId)) },
        target: { name: firstStr(first.displayName, first.alternateId), email: email(str(first.alternateId)) },
        source: { ip: str(client.ipAddress), user_agent: str(obj(client.userAgent).rawUserAgent) },
        ...withChange(
          changeOf([{ name: 'to' in change ? 'state' : undefined, before: change.from, after: change.to }]),
        ),
      }),
    };
  },
};

function withChange<T>(change: T | undefined): { change?: T } {
  return change === undefined ? {} : { change };
}
