/** Kubernetes API server audit events (`audit.k8s.io/v1`). Action: `k8s.<resource>[.<subresource>].<verb>`. */
import type { AuditFields } from '../../../shared/audit/index.ts';
import { actionName, actor, arr, disclosures, email, firstStr, instant, obj, str, target } from '../fields.ts';
import { type ImportFormat, type JsonObject, RecordRefused } from '../format.ts';

function outcome(record: JsonObject): AuditFields['outcome'] {
  const decision = str(obj(record.annotations)['authorization.k8s.io/decision']);
  const code = obj(record.responseStatus).code;
  if (decision === 'forbid' || code === 401 || code === 403) return 'denied';
  return record.stage === 'Panic' || (typeof code === 'number' && code >= 400) ? 'failure' : 'success';
}

function actorType(name: string): AuditFields['actor']['type'] {
  if (name.startsWith('system:serviceaccount:')) return 'service_account';
  return name.startsWith('system:') ? 'system' : 'user';
}

function targetOf(record: JsonObject): AuditFields['target'] {
  const ref = obj(record.objectRef);
  const resource = str(ref.resource);
  if (resource === undefined) return target('path', str(record.requestURI)?.split('?')[0]);
  const path = [str(ref.namespace), str(ref.name)].filter((part) => part !== undefined).join('/');
  return target(resource, path === '' ? resource : path);
}

export const kubernetes: ImportFormat = {
  id: 'kubernetes',
  title: 'Kubernetes audit log',
  detect: (record) =>
    (typeof record.apiVersion === 'string' && record.apiVersion.startsWith('audit.k8s.io/')) ||
    ('auditID' in record && 'verb' in record),
  normalize(record) {
    const verb = str(record.verb);
    if (verb === undefined) throw new RecordRefused('no verb');
    const ref = obj(record.objectRef);
    const user = obj(record.user);
    const name = firstStr(user.username, user.uid) ?? 'system:anonymous';
    const behind = str(obj(record.impersonatedUser).username);
    const named = targetOf(record);
    return {
      occurredAt: instant(
        'requestReceivedTimestamp',
        record.requestReceivedTimestamp,
        record.stageTimestamp,
        record.timestamp,
      ),
      action: actionName('k8s', str(ref.resource) ?? 'nonresource', str(ref.subresource), verb),
      outcome: outcome(record),
      actor: actor(actorType(name), name),
      target: named,
      workspace: null,
      request: str(record.auditID) ?? null,
      disclosures: disclosures({
        actor: { name, email: email(name), impersonated: behind },
        target: { name: named?.id },
        source: { ip: str(arr(record.sourceIPs)[0]), user_agent: str(record.userAgent) },
      }),
    };
  },
};
