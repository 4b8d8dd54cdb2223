/** The threads of a demo organization while its ninety days go by: who made which, with whom it is shared, which are still there. */
import type { Thread } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Relation } from '../../shared/rbac/index.ts';
import type { Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { readWorkspace } from '../workspaces/service.ts';
import type { SeededRandom } from './random.ts';

const SUBJECTS = [
  'Intake',
  'Nightly sync',
  'Invoice run',
  'Access check',
  'Data export',
  'Release',
  'Backfill',
  'Review',
];
const FIRST_NUMBER = 50_000;

export interface DemoWorkspace {
  readonly id: string;
  readonly name: string;
  readonly max_threads: number;
}

export class DemoThreads {
  private readonly orgId: string;
  private readonly live: Map<string, Thread[]>;
  private readonly limits: Map<string, number>;
  private made = 0;

  constructor(orgId: string, workspaces: readonly DemoWorkspace[]) {
    this.orgId = orgId;
    this.live = new Map(workspaces.map(({ id }) => [id, []]));
    this.limits = new Map(workspaces.map(({ id, max_threads }) => [id, max_threads]));
  }

  /** True when the workspace takes one more. */
  hasRoom(workspace: string): boolean {
    return this.live.get(workspace)!.length < this.limits.get(workspace)!;
  }

  pick(random: SeededRandom, workspace: string): Thread | undefined {
    const threads = this.live.get(workspace)!;
    return threads.length === 0 ? undefined : random.pick(threads);
  }

  /** A thread as it is made; there only once `add` says so, as a request may fail. */
  draft(random: SeededRandom, workspace: string, owner: Thread['owner'], time: number): Thread {
    this.made += 1;
    const at = new Date(time).toISOString();
    return {
      id: `thr_${FIRST_NUMBER + this.made}`,
      org_id: this.orgId,
      workspace_id: workspace,
      name: `${random.pick(SUBJECTS)} ${this.made}`,
      status: 'open',
      owner,
      shared_with: [],
      created_at: at,
      updated_at: at,
      version: 1,
    };
  }

  add(thread: Thread): void {
    this.live.get(thread.workspace_id)!.push(thread);
  }

  replace(before: Thread, after: Thread): void {
    const threads = this.live.get(before.workspace_id)!;
    threads[threads.indexOf(before)] = after;
  }

  remove(thread: Thread): void {
    const threads = this.live.get(thread.workspace_id)!;
    const last = threads.pop()!;
    if (last !== thread) threads[threads.indexOf(thread)] = last;
  }

  /** Writes the threads that are left, a line of log for each, and the workspaces' counts; under the organization's lock. */
  async store(tx: Tx): Promise<void> {
    for (const [workspace, threads] of this.live) {
      const rows = threads.map((thread) => ({
        ...thread,
        owner_type: thread.owner.type,
        owner_id: thread.owner.id,
        log_id: `log_${thread.id.slice(4)}`,
      }));
      await tx.query(
        `INSERT INTO threads (id, workspace_id, name, status, owner_type, owner_id, shared_with, created_at, updated_at, version)
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(id text, workspace_id text, name text, status text, owner_type text,
           owner_id text, shared_with jsonb, created_at timestamptz, updated_at timestamptz, version bigint)`,
        [JSON.stringify(rows)],
      );
      await tx.query(
        `INSERT INTO thread_logs (id, thread_id, at, level, text)
         SELECT log_id, id, updated_at, 'info', 'last step done'
         FROM jsonb_to_recordset($1::jsonb) AS t(id text, log_id text, updated_at timestamptz)`,
        [JSON.stringify(rows)],
      );
      const version = await nextVersion(tx);
      await tx.query('UPDATE workspaces SET threads = $2, version = $3 WHERE id = $1', [
        workspace,
        threads.length,
        version,
      ]);
      const now = await readWorkspace(tx, this.orgId, workspace);
      await recordChange(tx, 'workspace', workspace, version, now as unknown as Json);
    }
  }
}

/** How an actor stands to a thread. `sharedId`: its member or account id. */
export function relationTo(thread: Thread, actor: Thread['owner'], sharedId: string): Relation {
  return {
    own: thread.owner.type === actor.type && thread.owner.id === actor.id,
    shared: thread.shared_with.includes(sharedId),
  };
}
