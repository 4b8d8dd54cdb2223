/** What people of the demo did through the platform's own services, each at its time between the generated events. */
import { compilePolicy, grantsOfMember, type MemberHolder } from '../../shared/rbac/index.ts';
import type { Core } from '../core.ts';
import { only } from '../db/database.ts';
import { lockOrg } from '../log/append.ts';
import { readBook } from '../tenancy/access.ts';
import type { OrgContext } from '../tenancy/context.ts';
import { type Happening, logRequest } from '../tenancy/events.ts';
import type { DemoPerson } from './organizations.ts';

export interface DemoStep {
  /** Milliseconds since 1970. */
  readonly at: number;
  run(): Promise<void>;
}

/** Steps in order of time; `clock` is the store's clock, which a step sets to its own time. */
export class Story {
  private readonly steps: DemoStep[];
  private readonly clock: { now: number };

  constructor(clock: { now: number }, steps: readonly DemoStep[]) {
    this.clock = clock;
    this.steps = [...steps].sort((a, b) => a.at - b.at);
  }

  /** When the next step is due; null after the last. */
  get next(): number | null {
    return this.steps[0]?.at ?? null;
  }

  /** Runs the steps due by then. */
  async tell(until: number): Promise<void> {
    for (let step = this.steps[0]; step !== undefined && step.at <= until; step = this.steps[0]) {
      this.clock.now = step.at;
      await step.run();
      this.steps.shift();
    }
  }
}

/** Something a member does, with the rights they have and the events it leaves, in one transaction under the organization's lock. */
export async function act(
  core: Core,
  orgId: string,
  person: DemoPerson,
  work: (context: OrgContext) => Promise<readonly Happening[]>,
): Promise<void> {
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const member = only(
      await tx.query<MemberHolder>('SELECT id, role, permissions, catalog_version FROM members WHERE user_id = $1', [
        person.id,
      ]),
    );
    const book = await readBook(tx);
    const { id, email, name } = person;
    const context: OrgContext = {
      core,
      tx,
      orgId,
      principal: {
        type: 'user',
        user: { id, email, name },
        memberId: member.id,
        role: member.role,
        claims: { sub: id, sid: 'demo', org_id: orgId },
        mfa: true,
      },
      policy: compilePolicy(grantsOfMember(member, book), book.catalog),
      book,
      workspaces: null,
      caller: { requestId: 'demo', source: { ip: '203.0.113.7', user_agent: 'Mission Control console' } },
    };
    await logRequest(context, ...(await work(context)));
  });
}
