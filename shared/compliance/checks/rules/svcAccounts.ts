/** What service accounts may, and who answers for them: SVC-05 and SVC-06 (PCI DSS 4.0.1, 7.2.5; least privilege). */
import { isActive } from '../people.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { accountItem, accountsOf, none } from './accounts.ts';
import { plainRule, together, untold } from './plain.ts';

function owned(scope: CheckScope): RuleAnswer {
  const accounts = accountsOf(scope);
  const { past, inForce } = accounts;
  const members = past.present('member', scope.period.to);
  const users = new Set([...members.entities.values()].filter(isActive).map(({ user_id }) => user_id));
  const unknown = new Set(
    members.unknown.map((id) => past.spansOf('member', id).find(({ data }) => data !== null)?.data?.user_id),
  );
  const without = inForce.filter(({ owner_id }) => !users.has(owner_id));
  const open = without.filter(({ owner_id }) => unknown.has(owner_id));
  const missing = together(accounts.missing, untold(open.length, 'owner'));
  return {
    population: inForce.length,
    failing: without
      .filter((account) => !open.includes(account))
      .map((account) => accountItem(account, `${account.owner_id}, who answers for it, is no active member.`)),
    ...{ missing, notApplicable: none(accounts, inForce.length, 'service account') },
    looked: { accounts: inForce.map(({ id, owner_id }) => [id, owner_id, users.has(owner_id)]), missing },
  };
}

const SVC_05 = plainRule({
  ...{ id: 'SVC-05', version: 1, populationOf: 'service accounts in force' },
  explain: () =>
    'Passes when the owner of every service account in force at the end of the period is an active member then.',
  answer: owned,
});

/** Permissions by which the organization, its people, its money or its evidence are governed. */
const ADMINISTRATIVE = new Set([
  'users:manage',
  'roles:manage',
  'org:manage',
  'accounts:manage',
  'billing:manage',
  'compliance:manage',
  'retention:manage',
  'privacy:manage',
]);

/** Why a grant is too much for an account; null: it is not. */
function tooMuch(grant: string): string | null {
  const [resource = '', action = ''] = grant.split(':');
  if (resource === '*' || action === '*') return 'a wildcard';
  return ADMINISTRATIVE.has(`${resource}:${action}`) ? 'administrative' : null;
}

function privileges(scope: CheckScope): RuleAnswer {
  const accounts = accountsOf(scope);
  const { inForce, missing } = accounts;
  return {
    population: inForce.length,
    failing: inForce.flatMap((account) => {
      const wrong = account.permissions.flatMap((grant) => {
        const why = tooMuch(grant);
        return why === null ? [] : [`${grant} (${why})`];
      });
      return wrong.length === 0 ? [] : [accountItem(account, `Holds ${wrong.join(', ')}.`)];
    }),
    ...{ missing, notApplicable: none(accounts, inForce.length, 'service account') },
    looked: { accounts: inForce.map(({ id, permissions }) => [id, ...permissions]), missing },
  };
}

const SVC_06 = plainRule({
  ...{ id: 'SVC-06', version: 1, populationOf: 'service accounts in force' },
  explain: () =>
    `Passes when no service account in force at the end of the period holds a grant with a wildcard or one of ${[...ADMINISTRATIVE].join(', ')}.`,
  answer: privileges,
});

export const ACCOUNT_RULES: readonly CheckRule[] = [SVC_05, SVC_06];
