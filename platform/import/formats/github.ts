/** GitHub audit log events (organization or enterprise, API or stream). Action: `github.<action>`. */
import type { AuditFields } from '../../../shared/audit/index.ts';
import { actionName, actor, disclosures, email, firstStr, instant, str, target } from '../fields.ts';
import { type ImportFormat, type JsonObject, RecordRefused } from '../format.ts';

/** GitHub states no result; failed attempts have actions of their own. */
function outcome(action: string): AuditFields['outcome'] {
  if (/denied|reject|forbidden/.test(action)) return 'denied';
  return /fail/.test(action) ? 'failure' : 'success';
}

function targetOf(record: JsonObject): { target: AuditFields['target']; name: string | undefined } {
  const candidates = [
    ['user', record.blocked_user, record.blocked_user],
    ['user', firstStr(record.target_login, record.invitee), firstStr(record.target_login, record.invitee)],
    [
      'repository',
      firstStr(record.repo_id, record.repository_id, record.repo, record.repository),
      firstStr(record.repo, record.repository),
    ],
    ['team', record.team, record.team],
    ['user', firstStr(record.user_id, record.user), record.user],
    ['organization', firstStr(record.org_id, record.org), record.org],
    ['enterprise', firstStr(record.business_id, record.business), record.business],
  ] as const;
  for (const [type, id, name] of candidates) {
    const text = str(id);
    if (text !== undefined) return { target: target(type, text), name: str(name) };
  }
  return { target: null, name: undefined };
}

export const github: ImportFormat = {
  id: 'github',
  title: 'GitHub audit log',
  detect: (record) =>
    typeof record.action === 'string' &&
    ('@timestamp' in record || 'created_at' in record) &&
    ('_document_id' in record || 'actor' in record || 'org' in record || 'business' in record),
  normalize(record) {
    const action = str(record.action);
    if (action === undefined) throw new RecordRefused('no action');
    const named = targetOf(record);
    const bot = record.actor_is_bot === true || /\[bot\]$/.test(str(record.actor) ?? '');
    const id = firstStr(record.actor_id, record.actor);
    return {
      occurredAt: instant('@timestamp', record['@timestamp'], record.created_at),
      action: actionName('github', action),
      outcome: outcome(action),
      actor: actor(id === undefined ? 'system' : bot ? 'service_account' : 'user', id ?? 'github'),
      target: named.target,
      workspace: null,
      request: firstStr(record.request_id, record._document_id) ?? null,
      disclosures: disclosures({
        actor: { name: str(record.actor), email: email(str(record.external_identity_nameid)) },
        target: { name: named.name },
        source: { ip: str(record.actor_ip), user_agent: str(record.user_agent) },
      }),
    };
  },
};
