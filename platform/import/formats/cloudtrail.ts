/** AWS CloudTrail records (record contents reference, event versions 1.0x). Action: `aws.<service>.<eventName>`. */
import type { AuditFields } from '../../../shared/audit/index.ts';
import { actionName, actor, arr, disclosures, email, firstStr, instant, obj, str, target } from '../fields.ts';
import { type ImportFormat, type JsonObject, RecordRefused } from '../format.ts';

const DENIED =
  /AccessDenied|Unauthorized|NotAuthorized|Forbidden|OptInRequired|ExpiredToken|InvalidClientTokenId|AuthFailure/i;

function service(record: JsonObject): string | undefined {
  const source = firstStr(record.eventSource, obj(record.insightDetails).eventSource);
  return source?.replace(/\.amazonaws\.com(\.cn)?$/, '').replaceAll('.', '-');
}

function outcome(record: JsonObject): AuditFields['outcome'] {
  const code = str(record.errorCode);
  const message = str(record.errorMessage);
  if (code !== undefined) return DENIED.test(code) ? 'denied' : 'failure';
  const answers = obj(record.responseElements);
  const states = [answers.ConsoleLogin, answers.CheckMfa, answers.PasswordUpdated, answers.SwitchRole];
  return message !== undefined || states.includes('Failure') ? 'failure' : 'success';
}

/** 42 of the public attack-simulation events lack `userIdentity.type`: then `invokedBy` tells a service. */
function actorOf(identity: JsonObject, record: JsonObject): AuditFields['actor'] {
  const type = str(identity.type);
  const invokedBy = str(identity.invokedBy);
  if (
    type === 'AWSService' ||
    (type === undefined && (invokedBy !== undefined || record.eventType === 'AwsServiceEvent'))
  ) {
    return actor('system', firstStr(invokedBy, record.eventSource, identity.accountId));
  }
  const id = firstStr(
    identity.principalId,
    obj(identity.onBehalfOf).userId,
    identity.arn,
    identity.userName,
    identity.accountId,
    identity.credentialId,
    invokedBy,
  );
  if (id === undefined) return actor('system', firstStr(record.eventSource, 'aws'));
  return actor(type === 'AssumedRole' || type === 'Role' || type === 'AWSAccount' ? 'service_account' : 'user', id);
}

/** The request parameter that names what was acted on: `userName`, `bucketName`, `instanceId`, ... in the order of the record. */
function parameterTarget(parameters: JsonObject): AuditFields['target'] {
  for (const [key, value] of Object.entries(parameters)) {
    const match = /^(.+?)(?:Name|Id|Arn|ARN|Identifier)$/.exec(key);
    const id = typeof value === 'string' ? str(value) : undefined;
    if (match !== null && id !== undefined && id.length <= 2048) return target(match[1], id);
  }
  const instances = arr(obj(parameters.instancesSet).items).map((item) => str(obj(item).instanceId));
  return target('instance', instances[0]);
}

function targetOf(record: JsonObject): AuditFields['target'] {
  for (const item of arr(record.resources)) {
    const resource = obj(item);
    const id = firstStr(resource.ARN, resource.arn, resource.ARNPrefix, resource.resourceName, resource.resourceId);
    if (id !== undefined) return target(firstStr(resource.type, resource.resourceType), id);
  }
  return parameterTarget(obj(record.requestParameters)) ?? parameterTarget(obj(record.serviceEventDetails));
}

export const cloudtrail: ImportFormat = {
  id: 'cloudtrail',
  title: 'AWS CloudTrail',
  detect: (record) =>
    typeof record.eventTime === 'string' &&
    (typeof record.awsRegion === 'string' || typeof record.eventVersion === 'string') &&
    (typeof record.eventName === 'string' || typeof record.eventType === 'string' || 'userIdentity' in record),
  normalize(record) {
    const insight = obj(record.insightDetails);
    const name = firstStr(record.eventName, insight.eventName, record.eventType);
    if (name === undefined) throw new RecordRefused('no eventName');
    const identity = obj(record.userIdentity);
    const issuer = obj(obj(identity.sessionContext).sessionIssuer);
    const named = targetOf(record);
    return {
      occurredAt: instant('eventTime', record.eventTime),
      action: actionName('aws', service(record) ?? 'unknown', name.replaceAll('.', '-')),
      outcome: outcome(record),
      actor: actorOf(identity, record),
      target: named,
      workspace: null,
      request: firstStr(record.requestID, record.eventID) ?? null,
      disclosures: disclosures({
        actor: {
          name: firstStr(identity.userName, issuer.userName, identity.arn, identity.invokedBy, identity.type),
          email: email(firstStr(identity.userName, str(identity.principalId)?.split(':')[1])),
          arn: str(identity.arn),
          account: str(identity.accountId),
          kind: str(identity.type),
        },
        target: { name: named?.id },
        source: { ip: str(record.sourceIPAddress), user_agent: str(record.userAgent), region: str(record.awsRegion) },
      }),
    };
  },
};
