/**
 * Google Cloud Audit Logs (`LogEntry` with `protoPayload` of type AuditLog). Action: `gcp.<service>.<method>`, without the
 * `google` prefix, version segments and a repeated service name.
 */
import type { AuditFields } from '../../../shared/audit/index.ts';
import { actionName, actor, arr, disclosures, email, firstStr, instant, obj, str, target } from '../fields.ts';
import { type ImportFormat, type JsonObject, RecordRefused } from '../format.ts';

/** google.rpc.Code: PERMISSION_DENIED and UNAUTHENTICATED. */
const DENIED_CODES = new Set([7, 16]);
const VERSION = /^v\d+(?:(?:alpha|beta)\d*)?$/;

function method(service: string, name: string): string[] {
  const words = name.split('.').filter((word) => word !== '' && !VERSION.test(word));
  while (words.length > 1 && (words[0] === 'google' || words[0] === 'io' || words[0] === service)) words.shift();
  return words;
}

function outcome(payload: JsonObject): AuditFields['outcome'] {
  const code = obj(payload.status).code;
  if (typeof code === 'number' && code !== 0) return DENIED_CODES.has(code) ? 'denied' : 'failure';
  const granted = arr(payload.authorizationInfo).map((item) => obj(item).granted);
  if (granted.length > 0 && granted.every((value) => value === false)) return 'denied';
  const states = arr(obj(payload.metadata).event).map((item) => obj(item));
  return states.some((event) => obj(event.status).success === false || event.eventName === 'login_failure')
    ? 'failure'
    : 'success';
}

/** Some login events name the person only as a parameter. */
function affected(payload: JsonObject): string | undefined {
  for (const event of arr(obj(payload.metadata).event)) {
    for (const item of arr(obj(event).parameter)) {
      if (obj(item).name === 'affected_email_address') return str(obj(item).value);
    }
  }
  return undefined;
}

function actorOf(who: JsonObject): AuditFields['actor'] {
  const principal = firstStr(who.principalEmail, who.principalSubject);
  if (principal === undefined) return actor('system', 'google-cloud');
  if (/gserviceaccount\.com$|^system:serviceaccount:/.test(principal)) return actor('service_account', principal);
  return actor(principal.startsWith('system:') ? 'system' : 'user', principal);
}

export const gcp: ImportFormat = {
  id: 'gcp',
  title: 'Google Cloud audit log',
  detect: (record) => {
    const payload = obj(record.protoPayload);
    return typeof payload.methodName === 'string' || /cloud\.audit\.AuditLog$/.test(str(payload['@type']) ?? '');
  },
  normalize(record) {
    const payload = obj(record.protoPayload);
    const name = str(payload.methodName);
    if (name === undefined) throw new RecordRefused('no protoPayload.methodName');
    const service = (str(payload.serviceName) ?? 'unknown')
      .replace(/\.googleapis\.com$|\.io$/, '')
      .replaceAll('.', '-');
    const who = obj(payload.authenticationInfo);
    const request = obj(payload.requestMetadata);
    const resource = obj(record.resource);
    const person = affected(payload);
    const principal = str(who.principalEmail);
    return {
      occurredAt: instant('timestamp', record.timestamp, record.receiveTimestamp),
      action: actionName('gcp', service, method(service, name).join('.')),
      outcome: outcome(payload),
      actor: actorOf(who),
      target: person === undefined ? target(str(resource.type), str(payload.resourceName)) : target('user', person),
      workspace: null,
      request: firstStr(obj(record.operation).id, record.insertId) ?? null,
      disclosures: disclosures({
        actor: { name: firstStr(principal, who.principalSubject), email: email(principal) },
        target: { name: firstStr(person, payload.resourceName), email: email(person) },
        source: { ip: str(request.callerIp), user_agent: str(request.callerSuppliedUserAgent) },
      }),
    };
  },
};
