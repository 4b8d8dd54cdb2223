/**
 * Service accounts of the demo, one of each kind a reviewer looks for: with a wildcard, with an old key, rotated, never used, expired,
 * revoked, confined to a workspace. Their ids are those of the generated events.
 */
import { RATE_LIMIT_DEFAULT, type ServiceAccountInput } from '../../shared/entities/index.ts';
import { issueKey, touchKey } from '../accounts/keys.ts';
import { accountStory, insertAccount, readAccount, saveAccount } from '../accounts/service.ts';
import type { Core } from '../core.ts';
import type { OrgContext } from '../tenancy/context.ts';
import type { Happening } from '../tenancy/events.ts';
import { DEMO_DAYS, DEMO_SERVICES } from './events.ts';
import { DEMO_ADMIN, type DemoPerson } from './organizations.ts';
import { act, type DemoStep } from './story.ts';

const DAY_SECONDS = 86_400;
const DAY = DAY_SECONDS * 1000;

/** Days are counted from the start of the period. */
interface DemoAccount extends Pick<ServiceAccountInput, 'name' | 'description'> {
  /** Absent: what the generated events have it do. */
  readonly permissions?: readonly string[];
  readonly created: number;
  readonly keys: readonly {
    readonly day: number;
    readonly expires?: number;
    readonly overlapDays?: number;
    /** Days before the end of its last use; absent: never used. */
    readonly usedBefore?: number;
  }[];
  readonly confined?: boolean;
  readonly expires?: number;
  readonly revoked?: number;
}

const ACCOUNTS: readonly DemoAccount[] = [
  {
    name: 'ci-deploy',
    description: 'Deploys from the build server',
    created: 0,
    keys: [{ day: 0.01, usedBefore: 0.05 }],
  },
  {
    name: 'billing-sync',
    description: 'Copies usage to the ledger every night',
    created: 0,
    keys: [
      { day: 0.02, usedBefore: 38.5 },
      { day: 45, expires: 135, overlapDays: 7, usedBefore: 0.4 },
    ],
  },
  {
    name: 'report-runner',
    description: 'Renders the weekly report',
    created: 0,
    keys: [{ day: 0.03, expires: 95, usedBefore: 2 }],
  },
  {
    name: 'ehr-import',
    description: 'Takes records over from the old system',
    created: 0,
    keys: [
      { day: 0.04, expires: 60, usedBefore: 31 },
      { day: 59, usedBefore: 0.2 },
    ],
  },
  {
    name: 'migration-2025',
    description: 'One-time migration',
    permissions: ['*:read', 'org:manage'],
    created: 12,
    keys: [{ day: 12.1, usedBefore: 75 }],
    expires: 40,
  },
  {
    name: 'status-page',
    description: 'Public status page, not switched on yet',
    permissions: ['threads:read'],
    created: 20,
    keys: [{ day: 20.1 }],
    confined: true,
  },
  {
    name: 'old-backup',
    description: 'Replaced by the managed backup',
    permissions: ['billing:manage', 'logs:read'],
    created: 3,
    keys: [{ day: 3.1, usedBefore: 25 }],
    revoked: 70,
  },
];

/** The first accounts are those of the generated events: every organization has them. */
const FEW = DEMO_SERVICES.length;

interface Scene {
  /** Milliseconds since 1970. */
  readonly end: number;
  readonly workspaces: readonly { readonly id: string }[];
}
type Work = (context: OrgContext) => Promise<Omit<Happening, 'action'>>;

/** What the administrator does about one account. */
function stepsOf(core: Core, orgId: string, scene: Scene, owner: DemoPerson, account: DemoAccount): DemoStep[] {
  const id = `sa_${account.name}`;
  const at = (day: number): number => scene.end - (DEMO_DAYS - day) * DAY;
  const iso = (day: number | undefined): string | null => (day === undefined ? null : new Date(at(day)).toISOString());
  const step = (day: number, action: string, work: Work): DemoStep => ({
    at: at(day),
    run: () => act(core, orgId, DEMO_ADMIN, async (context) => [{ ...(await work(context)), action }]),
  });
  const { name, description } = account;
  const permissions = account.permissions ?? DEMO_SERVICES.find((service) => service.name === name)!.permissions;
  const steps = [
    step(account.created, 'service_account.create', async ({ tx, book }) => {
      const made = await insertAccount(core, tx, orgId, {
        id,
        name,
        description,
        permissions: permissions.toSorted(),
        catalog_version: book.catalog.version,
        workspace_id: account.confined ? scene.workspaces[0]!.id : null,
        owner_id: owner.id,
        rate_limit: RATE_LIMIT_DEFAULT,
        expires_at: iso(account.expires),
      });
      return accountStory(null, made);
    }),
  ];
  for (const key of account.keys) {
    let keyId = '';
    steps.push(
      step(key.day, 'service_account.key.issue', async ({ tx }) => {
        const before = await readAccount(tx, orgId, id);
        const overlap_seconds = key.overlapDays === undefined ? null : key.overlapDays * DAY_SECONDS;
        const input = { expires_at: iso(key.expires), overlap_seconds };
        const issued = await issueKey(core, tx, before, input, DEMO_ADMIN.id);
        keyId = issued.key.id;
        return accountStory(before, issued.account, keyId);
      }),
    );
    if (key.usedBefore === undefined) continue;
    steps.push({ at: scene.end - key.usedBefore * DAY, run: () => touchKey(core, orgId, keyId) });
  }
  if (account.revoked !== undefined) {
    steps.push(
      step(account.revoked, 'service_account.revoke', async ({ tx }) => {
        const before = await readAccount(tx, orgId, id);
        const after = await saveAccount(core, tx, { ...before, revoked_at: new Date(core.now()).toISOString() });
        return accountStory(before, after);
      }),
    );
  }
  return steps;
}

/** The accounts of one organization, all or only the first few; owned by its people in turn. */
export function accountSteps(
  core: Core,
  orgId: string,
  scene: Scene & { readonly members: readonly DemoPerson[] },
  all: boolean,
): DemoStep[] {
  return ACCOUNTS.slice(0, all ? ACCOUNTS.length : FEW).flatMap((account, i) =>
    stepsOf(core, orgId, scene, scene.members[i % scene.members.length]!, account),
  );
}
