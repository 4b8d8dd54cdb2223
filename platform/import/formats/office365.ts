/** Office 365 Management Activity API records (common schema). Action: `o365.<Workload>.<Operation>`. Times are UTC. */
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

function outcome(record: JsonObject, operation: string): AuditFields['outcome'] {
  const status = str(record.ResultStatus)?.toLowerCase();
  if (status !== undefined && /denied|unauthorized|forbidden/.test(status)) return 'denied';
  // A failed sign-in is recorded with ResultStatus "Success": the status is that of the record, not of the sign-in.
  if (/fail/i.test(operation)) return 'failure';
  return status !== undefined && /^(fail|false|error|partial|timeout)/.test(status) ? 'failure' : 'success';
}

/** UserType: 0 regular, 1 reserved, 2 admin, 3 data center operator, 4 system, 5 application, 6 service principal, 7 custom policy, 8 system policy. */
function actorType(type: unknown): AuditFields['actor']['type'] {
  if (type === 5 || type === 6) return 'service_account';
  return type === 3 || type === 4 || type === 7 || type === 8 ? 'system' : 'user';
}

/** Exchange writes `[2001:db8::1]:443` and `192.0.2.1:443`. */
function address(text: string | undefined): string | undefined {
  return text?.replace(/^\[([0-9a-fA-F:.]+)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}

function extended(record: JsonObject, name: string): string | undefined {
  for (const item of arr(record.ExtendedProperties)) if (obj(item).Name === name) return str(obj(item).Value);
  return undefined;
}

export const office365: ImportFormat = {
  id: 'office365',
  title: 'Office 365 management activity',
  detect: (record) =>
    typeof record.Operation === 'string' &&
    'CreationTime' in record &&
    ('Workload' in record || 'RecordType' in record),
  normalize(record) {
    const operation = str(record.Operation);
    if (operation === undefined) throw new RecordRefused('no Operation');
    const userId = str(record.UserId);
    const object = firstStr(record.ObjectId, record.TargetUserOrGroupName, record.AlertEntityId, record.AlertId);
    const change = changeOf(
      arr(record.ModifiedProperties).map((item) => {
        const property = obj(item);
        return { name: str(property.Name), before: property.OldValue, after: property.NewValue };
      }),
    );
    return {
      occurredAt: instant('CreationTime', record.CreationTime),
      action: actionName(
        'o365',
        str(record.Workload) ?? `type${str(record.RecordType) ?? ''}`,
        operation.replaceAll('.', '-'),
      ),
      outcome: outcome(record, operation),
      actor: actor(actorType(record.UserType), userId ?? str(record.UserKey)),
      target: target(str(record.ItemType) ?? 'object', object),
      workspace: null,
      request: firstStr(record.CorrelationId, record.InterSystemsId, record.Id) ?? null,
      disclosures: disclosures({
        actor: { name: firstStr(userId, record.UserKey), email: email(userId), key: str(record.UserKey) },
        target: { name: object, email: email(object) },
        source: {
          ip: address(firstStr(record.ClientIP, record.ClientIPAddress, record.ActorIpAddress)),
          user_agent: firstStr(record.UserAgent, record.ClientInfoString, extended(record, 'UserAgent')),
        },
        ...(change === undefined ? {} : { change }),
      }),
    };
  },
};
