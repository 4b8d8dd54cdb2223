/** What the organization holds about one person, for them to have (GDPR Art. 15 and 20): line by line, a bounded page at a time. */

import { PersonalMatcher, type Subject } from '../../shared/compliance/personal.ts';
import { type ExportLine, exportEntity, exportEvent, exportSummary } from '../../shared/compliance/personalExport.ts';
import { subjectOf } from '../../shared/compliance/personalScan.ts';
import { retentionFloor } from '../../shared/compliance/recordRules.ts';
import type { ComplianceMode, DataRequest, RetentionPolicy } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { selectRecords } from '../compliance/records.ts';
import type { Tx } from '../db/database.ts';
import { readingOf, sizeOf } from './scan.ts';

/** Events looked at for one page. */
const PAGE_EVENTS = 20_000;

async function entities(tx: Tx, subject: Subject): Promise<ExportLine[]> {
  const tokens = [subject.userId, ...subject.memberIds, ...subject.emails].map((one) => one.toLowerCase());
  const rows = await tx.query<{ kind: string; data: Json }>(
    `SELECT kind, data FROM changes WHERE op = 'put'
       AND EXISTS (SELECT 1 FROM unnest($1::text[]) AS t(token) WHERE strpos(lower(data::text), t.token) > 0) ORDER BY kind, id`,
    [tokens],
  );
  const threads = await tx.query<{ id: string; name: string; workspace_id: string; status: string; created_at: Date }>(
    'SELECT id, name, workspace_id, status, created_at FROM threads WHERE owner_id = $1 OR shared_with ?| $2::text[] ORDER BY id',
    [subject.userId, [...subject.memberIds]],
  );
  const matcher = new PersonalMatcher(subject);
  return [
    ...rows.flatMap(({ kind, data }) => exportEntity(kind, data, matcher) ?? []),
    ...threads.map(
      (thread): ExportLine => ({
        line: 'entity',
        kind: 'thread',
        data: { ...thread, created_at: thread.created_at.toISOString() },
      }),
    ),
  ];
}

/** Who reads the organization's data besides its members: service accounts in force. */
async function recipients(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ name: string }>(
    'SELECT name FROM service_accounts WHERE revoked_at IS NULL ORDER BY name',
  );
  return rows.map(({ name }) => name);
}

/** One page: the events from `after` on, before the first of them the summary and the entities; the last line says where to go on. */
export async function exportPage(
  tx: Tx,
  organization: string,
  request: DataRequest & { readonly user_id: string },
  after: number,
  now: number,
): Promise<string> {
  const size = await sizeOf(tx);
  const subject = await subjectOf(readingOf(tx, size), request.user_id, await standing(tx, request.user_id));
  const matcher = new PersonalMatcher(subject);
  const lines: ExportLine[] = [];
  if (after === 0) {
    const modes = (await selectRecords(tx, 'compliance_mode')) as unknown as ComplianceMode[];
    const policies = (await selectRecords(tx, 'retention_policy')) as unknown as RetentionPolicy[];
    const facts = {
      organization,
      subject,
      policies,
      floor: retentionFloor(modes),
      recipients: await recipients(tx),
      now,
    };
    lines.push(exportSummary(facts), ...(await entities(tx, subject)));
  }
  const to = Math.min(size, after + PAGE_EVENTS);
  for await (const rows of readingOf(tx, to, after)()) {
    for (const row of rows) {
      const line = exportEvent(row, matcher);
      if (line !== null) lines.push(line);
    }
  }
  const end = { line: 'end', next: to, more: to < size };
  return [...lines, end].map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** What live tables know of the person. */
async function standing(tx: Tx, userId: string): Promise<{ memberIds: string[]; emails: string[] }> {
  const rows = await tx.query<{ id: string; email: string }>('SELECT id, email FROM members WHERE user_id = $1', [
    userId,
  ]);
  return { memberIds: rows.map(({ id }) => id), emails: rows.map(({ email }) => email) };
}
