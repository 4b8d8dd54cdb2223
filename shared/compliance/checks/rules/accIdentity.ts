/** Whose identities these are: ACC-08 (PCI DSS 4.0.1, 8.2.1 and 8.2.2) and ACC-10 (8.2.7; GDPR Art. 28 and 29). */
import type { Member } from '../../../entities/index.ts';
import { dayOf } from '../exceptions.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { activeMembers, memberItem, plainRule } from './plain.ts';

/** Words that name a function, not a person. */
const GENERIC = new Set(
  (
    'account accounts admin administrator admins api app backup bot build ci contact demo deploy dev devops everyone finance ' +
    'guest helpdesk hello hr info it jenkins legal mail marketing monitoring no noreply office ops operations postmaster ' +
    'prod reply root sales security service services shared staff sys sysadmin system team temp test tester user users webmaster support'
  ).split(' '),
);

interface Address {
  readonly local: string;
  readonly domain: string;
}

/** An address without its tag (`name+tag@`, RFC 5233), lower case. */
function addressOf(email: string): Address {
  const at = email.lastIndexOf('@');
  const local = (at < 0 ? email : email.slice(0, at)).toLowerCase();
  const plus = local.indexOf('+');
  return { local: plus > 0 ? local.slice(0, plus) : local, domain: at < 0 ? '' : email.slice(at + 1).toLowerCase() };
}

/** Whether every word of the local part names a function: `it-support`, `admin2`. */
function isGeneric({ local }: Address): boolean {
  const words = local.split(/[._-]+|\d+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => GENERIC.has(word));
}

function identities(scope: CheckScope): RuleAnswer {
  const { active, missing } = activeMembers(scope);
  const addresses = active.map(([id, member]) => ({ id, member, address: addressOf(member.email) }));
  const groups = Map.groupBy(addresses, ({ address }) => `${address.local}@${address.domain}`);
  const failing = addresses.flatMap(({ id, member, address }) => {
    const same = groups.get(`${address.local}@${address.domain}`)!.length;
    const whys = [
      ...(isGeneric(address) ? [`"${address.local}" names a function, not a person.`] : []),
      ...(same > 1 ? [`${same} members have the address ${address.local}@${address.domain}.`] : []),
    ];
    return whys.length === 0 ? [] : [memberItem(id, member, whys.join(' '))];
  });
  return {
    ...{ population: active.length, failing, missing, notApplicable: null },
    looked: { members: addresses.map(({ id, address }) => [id, address.local, address.domain]), missing },
  };
}

const ACC_08 = plainRule({
  ...{ id: 'ACC-08', version: 1, populationOf: 'active members' },
  explain: () =>
    'Passes when no two active members at the end of the period have one e-mail address (case and +tag aside), and none has an address that names a function, such as admin, info, support or shared.',
  answer: identities,
});

/** Whether a domain is one of the organization's own, or below it. */
function isOwn(domain: string, own: readonly string[]): boolean {
  return own.some((one) => domain === one || domain.endsWith(`.${one}`));
}

/** What transfer mechanisms in force on the last day of the period speak of: `member <id>`, `domain <name>`. */
function justifiedOn({ world, period }: CheckScope): ReadonlySet<string> {
  const day = dayOf(period.to - 1);
  const inForce = world
    .records('transfer_mechanism')
    .filter(
      ({ from, until, created_at }) => from <= day && (until ?? day) >= day && Date.parse(created_at) < period.to,
    );
  return new Set(inForce.map(({ subject }) => subject.toLowerCase()));
}

function externals(scope: CheckScope): RuleAnswer {
  const { active, missing } = activeMembers(scope);
  const own = scope.parameters.own_domains;
  if (own.length === 0) {
    const unsaid = 'Which e-mail domains are the own ones is not said in the settings of the checks.';
    return { population: active.length, failing: [], missing: unsaid, notApplicable: null, looked: null };
  }
  const justified = justifiedOn(scope);
  const domainOf = ({ email }: Member): string => addressOf(email).domain;
  const external = active
    .filter(([, member]) => !isOwn(domainOf(member), own))
    .map(([id, member]) => {
      const domain = domainOf(member);
      const known = justified.has(`member ${id.toLowerCase()}`) || justified.has(`domain ${domain}`);
      return { id, member, domain, known };
    });
  return {
    population: active.length,
    failing: external.flatMap(({ id, member, domain, known }) =>
      known ? [] : [memberItem(id, member, `${domain} is no domain of ours, and nothing on record justifies it.`)],
    ),
    ...{ missing, notApplicable: null },
    looked: {
      ...{ active: active.length, missing },
      external: external.map(({ id, domain, known }) => [id, domain, known]),
    },
  };
}

const ACC_10 = plainRule({
  ...{ id: 'ACC-10', version: 1, populationOf: 'active members' },
  explain: ({ own_domains }) =>
    `Passes when every active member at the end of the period has an address of ${own_domains.length === 0 ? 'an own domain' : own_domains.join(', ')} or a domain below it, or a transfer mechanism in force names the member or its domain. An approved exception that covers the rest gives "exception". Insufficient while no own domain is set.`,
  answer: externals,
});

export const IDENTITY_RULES: readonly CheckRule[] = [ACC_08, ACC_10];
