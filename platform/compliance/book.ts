/** What the shared rules need to know of the organization to judge one command. */
import type { ComplianceCommand, RecordKind } from '../../shared/commands/index.ts';
import { BUILT_IN_FRAMEWORKS } from '../../shared/compliance/frameworks/index.ts';
import { type RecordBook, recordsNamed } from '../../shared/compliance/recordRules.ts';
import { recordKindOf } from '../../shared/compliance/records.ts';
import type { ComplianceMode, OwnFramework, RetentionPolicy } from '../../shared/entities/index.ts';
import type { Tx } from '../db/database.ts';
import { readOrganization } from '../orgs/service.ts';
import { countRecords, type RecordData, readRecord, selectRecords } from './records.ts';

/** The built-in controls; they never change while the process runs. */
const CONTROLS: ReadonlySet<string> = new Set(
  [...BUILT_IN_FRAMEWORKS.values()].flatMap(({ controls }) => controls.map(({ id }) => id)),
);

export async function loadRecordBook(
  tx: Tx,
  command: ComplianceCommand,
  asker: string,
  now: number,
): Promise<RecordBook> {
  const records = new Map<string, RecordData | null>();
  for (const { kind, id } of recordsNamed(command)) records.set(`${kind} ${id}`, await readRecord(tx, kind, id));
  const own = recordKindOf(command);
  const used = await countRecords(tx, own);
  const people = await tx.query<{ user_id: string }>("SELECT user_id FROM members WHERE status <> 'suspended'");
  const workspaces = await tx.query<{ id: string }>('SELECT id FROM workspaces');
  const frameworks = (await selectRecords(tx, 'framework')) as unknown as OwnFramework[];
  const controls = new Set(frameworks.flatMap(({ framework }) => framework.controls.map(({ id }) => id)));
  return {
    record: (kind: RecordKind, id: string) => records.get(`${kind} ${id}`) ?? null,
    count: (kind) => (kind === own ? used : 0),
    modes: (await selectRecords(tx, 'compliance_mode')) as unknown as ComplianceMode[],
    policies: (await selectRecords(tx, 'retention_policy')) as unknown as RetentionPolicy[],
    control: (id) => CONTROLS.has(id) || controls.has(id),
    framework: (id) => BUILT_IN_FRAMEWORKS.has(id) || frameworks.some((one) => one.id === id),
    people: new Set(people.map(({ user_id }) => user_id)),
    workspaces: new Set(workspaces.map(({ id }) => id)),
    organization: await readOrganization(tx),
    ...{ asker, now },
  };
}
