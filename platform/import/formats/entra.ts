/**
 * Microsoft Entra ID directory audits and sign-ins (Graph `directoryAudit`, `signIn`).
 * Actions: `entra.<category>.<activity>` and `entra.signin`.
 */
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
import { type ImportFormat, type JsonObject, type Normalized, RecordRefused } from '../format.ts';

/** Conditional Access refused (53003, 53000 to 53004), not assigned (50105), consent missing (65001), account locked (50053). */
const DENIED_CODES = new Set([50053, 50105, 53000, 53001, 53002, 53003, 53004, 65001]);

function signIn(record: JsonObject): Normalized {
  const code = obj(record.status).errorCode;
  const failed = typeof code === 'number' && code !== 0;
  const denied = failed && (DENIED_CODES.has(code) || record.conditionalAccessStatus === 'failure');
  const service = str(record.userId) === undefined && str(record.servicePrincipalId) !== undefined;
  return {
    occurredAt: instant('createdDateTime', record.createdDateTime),
    action: 'entra.signin',
    outcome: denied ? 'denied' : failed ? 'failure' : 'success',
    actor: actor(
      service ? 'service_account' : 'user',
      firstStr(record.userId, record.servicePrincipalId, record.userPrincipalName, record.appId),
    ),
    target: target('application', firstStr(record.resourceId, record.appId)),
    workspace: null,
    request: firstStr(record.correlationId, record.id) ?? null,
    disclosures: disclosures({
      actor: {
        name: firstStr(record.userDisplayName, record.userPrincipalName, record.servicePrincipalName),
        email: email(str(record.userPrincipalName)),
      },
      target: { name: firstStr(record.resourceDisplayName, record.appDisplayName) },
      source: { ip: str(record.ipAddress), user_agent: firstStr(record.userAgent, obj(record.deviceDetail).browser) },
    }),
  };
}

function outcome(record: JsonObject): AuditFields['outcome'] {
  const result = str(record.result)?.toLowerCase();
  if (result === undefined || result === 'success' || result === 'unknownfuturevalue') return 'success';
  return /denied|unauthorized|forbidden/i.test(str(record.resultReason) ?? '') ? 'denied' : 'failure';
}

function directoryAudit(record: JsonObject): Normalized {
  const activity = firstStr(record.activityDisplayName, record.operationName);
  if (activity === undefined) throw new RecordRefused('no activityDisplayName');
  const user = obj(obj(record.initiatedBy).user);
  const app = obj(obj(record.initiatedBy).app);
  const userId = firstStr(user.id, user.userPrincipalName);
  const appId = firstStr(app.servicePrincipalId, app.appId, app.displayName);
  const first = obj(arr(record.targetResources)[0]);
  const change = changeOf(
    arr(first.modifiedProperties).map((item) => {
      const property = obj(item);
      return { name: str(property.displayName), before: property.oldValue, after: property.newValue };
    }),
  );
  return {
    occurredAt: instant('activityDateTime', record.activityDateTime),
    action: actionName('entra', str(record.category) ?? 'Audit', activity.replaceAll('.', '-')),
    outcome: outcome(record),
    actor:
      userId !== undefined
        ? actor('user', userId)
        : actor(appId === undefined ? 'system' : 'service_account', appId ?? firstStr(record.loggedByService, 'entra')),
    target: target(firstStr(first.type, first.Type), firstStr(first.id, first.userPrincipalName, first.displayName)),
    workspace: null,
    request: firstStr(record.correlationId, record.id) ?? null,
    disclosures: disclosures({
      actor: {
        name: firstStr(user.displayName, user.userPrincipalName, app.displayName),
        email: email(str(user.userPrincipalName)),
      },
      target: {
        name: firstStr(first.displayName, first.userPrincipalName),
        email: email(str(first.userPrincipalName)),
      },
      source: { ip: str(user.ipAddress), user_agent: str(record.userAgent) },
      ...(change === undefined ? {} : { change }),
    }),
  };
}

const isSignIn = (record: JsonObject): boolean =>
  'createdDateTime' in record && ('userPrincipalName' in record || 'servicePrincipalId' in record || 'appId' in record);

export const entra: ImportFormat = {
  id: 'entra',
  title: 'Microsoft Entra ID audit and sign-in log',
  detect: (record) => 'activityDateTime' in record || isSignIn(record),
  normalize: (record) =>
    isSignIn(record) && !('activityDateTime' in record) ? signIn(record) : directoryAudit(record),
};
