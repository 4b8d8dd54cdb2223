/** Where data is: RES-01 and RES-02. */
import type { Organization, TransferMechanism } from '../../../entities/index.ts';
import { effectiveSettings } from '../../modes.ts';
import { allowsRegion } from '../../regions.ts';
import type { CheckRule } from '../rule.ts';
import type { CheckPeriod, CheckWorld } from '../world.ts';
import {
  type Answered,
  answer,
  DAY,
  dayOf,
  type Failing,
  isoOf,
  many,
  modeChanges,
  modesAt,
  notApplicable,
  startOf,
} from './common.ts';

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly region: string;
  /** Who says so: the organization's settings, or the platform's operator. */
  readonly by: 'organization' | 'platform';
}
interface Places {
  readonly stretches: readonly Stretch[];
  readonly missing: readonly (string | null)[];
}

/** Regions in the period: the organization's at each instant, by the log, and the operator's as it is declared now. */
function placesIn(world: CheckWorld, { from, to }: CheckPeriod): Places {
  const { history, safeguards } = world;
  const stretches: Stretch[] = [];
  let unknown = false;
  for (const id of [...history.idsOf('organization')].sort()) {
    const versions = history.versionsOf('organization', id);
    versions.forEach((version, i) => {
      const begin = Math.max(from, version.from);
      const end = Math.min(to, versions[i + 1]?.from ?? Infinity);
      if (begin >= end) return;
      // What stands in it is what was before: where the data is since then is not told, neither inside nor outside.
      if (version.unknown) unknown = true;
      if (version.unknown || version.data === null) return;
      const { region } = version.data as Pick<Organization, 'region'>;
      const last = stretches.at(-1);
      if (last?.region === region && last.to === begin) stretches[stretches.length - 1] = { ...last, to: end };
      else stretches.push({ from: begin, to: end, region, by: 'organization' });
    });
  }
  const declared = safeguards === null ? null : Date.parse(safeguards.updated_at);
  const known = declared !== null && declared < to && safeguards!.region !== '';
  if (known) stretches.push({ from: Math.max(from, declared), to, region: safeguards!.region, by: 'platform' });
  return {
    stretches,
    missing: [
      unknown ? 'A change of the organization in the period is withheld.' : null,
      stretches.some(({ by }) => by === 'organization') ? null : 'The region of the organization is not known.',
      known ? null : 'Where the platform keeps the data was not declared by the end of the period.',
    ],
  };
}

/** Each stretch cut where `instants` lie within it. */
function cut(stretches: readonly Stretch[], instants: readonly number[]): Stretch[] {
  return stretches.flatMap((one) => {
    const inner = instants.filter((at) => at > one.from && at < one.to);
    const edges = [one.from, ...inner, one.to];
    return edges.slice(1).map((to, i) => ({ ...one, from: edges[i]!, to }));
  });
}

const SAID_BY = { organization: 'The organization names', platform: 'The operator of the platform names' } as const;

/** GDPR Art. 44 and own commitments (SOC 2 CC6.7). Law seldom names regions; a mode that does is the organization's policy. */
const RES_01: CheckRule = {
  id: 'RES-01',
  version: 2,
  populationOf: 'stretches of one region under one demand',
  explain: () =>
    'Passes when at each instant of the period the region of the organization, and the one its operator declares, was in the set that the compliance modes on at that time allow. Does not apply where no mode limits regions; insufficient where a region is not known.',
  *run({ world, period }): Answered {
    const { stretches, missing } = placesIn(world, period);
    const limits = [period.from, ...modeChanges(world, period)];
    const allowedAt = (at: number) =>
      effectiveSettings(modesAt(world, at).on.map(({ settings }) => settings))?.data_residency ?? null;
    const unknown = limits.some((at) => modesAt(world, at).unknown.length > 0);
    if (!unknown && limits.every((at) => allowedAt(at) === null))
      return notApplicable('No compliance mode limits regions.');
    const judged = cut(stretches, limits).flatMap((one) => {
      const allowed = allowedAt(one.from);
      return allowed === null ? [] : [{ ...one, allowed: [...allowed], inside: allowsRegion(allowed, one.region) }];
    });
    const failing = judged
      .filter(({ inside }) => !inside)
      .map(({ from, to, region, by, allowed }): Failing => {
        const why = `${SAID_BY[by]} ${region || 'none'} from ${isoOf(from)} to ${isoOf(to)}; allowed: ${allowed.join(', ') || 'none'}.`;
        return { id: `region ${region} ${by} ${isoOf(from)}`, title: `Region ${region}`, at: from, why };
      });
    return answer({
      population: judged.length,
      failing,
      missing: [...missing, unknown ? 'What the modes asked for then is not kept any more.' : null],
      looked: { judged },
    });
  },
};

/** Countries of the EEA by ISO 3166-1. */
const EEA = new Set(
  'at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se is li no eu eea europe'.split(' '),
);
/** Regions of cloud providers that are named after Europe and lie in the United Kingdom or Switzerland. */
const NOT_EEA = new Set(['eu-west-2', 'eu-central-2', 'europe-west2', 'europe-west6']);

/** Whether a region lies within the EEA: `eu`, `eea`, `europe` or a country of it, alone or before a dash. */
export function inEea(region: string): boolean {
  return !NOT_EEA.has(region) && EEA.has(region.split('-', 1)[0]!);
}

/** The first instant of [from, to) that no mechanism covers; null: all are. Days are UTC, the last one included. */
export function uncovered(
  mechanisms: readonly Pick<TransferMechanism, 'from' | 'until'>[],
  { from, to }: CheckPeriod,
): number | null {
  const spans = mechanisms
    .map((one) => ({ from: startOf(one.from), to: one.until === null ? Infinity : startOf(one.until) + DAY }))
    .sort((a, b) => a.from - b.from);
  let at = from;
  for (const span of spans) if (span.from <= at) at = Math.max(at, span.to);
  return at < to ? at : null;
}

interface Transfer extends CheckPeriod {
  readonly id: string;
  readonly title: string;
  readonly mechanisms: readonly TransferMechanism[];
}

function regionTransfers(stretches: readonly Stretch[], mechanisms: readonly TransferMechanism[]): Transfer[] {
  const outside = stretches.filter(({ region }) => region !== '' && region !== 'any' && !inEea(region));
  return outside.map(({ region, from, to, by }) => {
    const fit = mechanisms.filter(
      ({ subject }) => subject.startsWith('region ') && allowsRegion([subject.slice('region '.length)], region),
    );
    return { id: `region ${region} ${by} ${isoOf(from)}`, title: `Region ${region}`, from, to, mechanisms: fit };
  });
}

/** Whether a mechanism names the member, or a domain: of a member whose change is withheld the domain is not told. */
const mayMark = (id: string, mechanisms: readonly TransferMechanism[]): boolean =>
  mechanisms.some(({ subject }) => subject === `member ${id}` || subject.startsWith('domain '));

/** Members whom a mechanism names, or may name, and of whom a state in the period is withheld. */
function withheldMembers(
  { history }: CheckWorld,
  { from, to }: CheckPeriod,
  mechanisms: readonly TransferMechanism[],
): string[] {
  return [...history.idsOf('member')].sort().filter((id) => {
    const versions = history.versionsOf('member', id);
    const untold = versions.some(
      (version, i) => version.unknown && version.from < to && (versions[i + 1]?.from ?? Infinity) > from,
    );
    return untold && mayMark(id, mechanisms);
  });
}

/** Members somebody marked as reading from outside the EEA, by a mechanism for them or for their domain, while they were active. */
function memberTransfers(
  { history }: CheckWorld,
  period: CheckPeriod,
  mechanisms: readonly TransferMechanism[],
): Transfer[] {
  return [...history.idsOf('member')].sort().flatMap((id) => {
    const versions = history.versionsOf('member', id);
    return versions.flatMap((version, i): Transfer[] => {
      const from = Math.max(period.from, version.from);
      const to = Math.min(period.to, versions[i + 1]?.from ?? Infinity);
      if (version.unknown || version.data?.status !== 'active' || from >= to) return [];
      const email = String(version.data.email ?? '').toLowerCase();
      const domain = email.slice(email.lastIndexOf('@') + 1);
      const fit = mechanisms.filter(
        ({ subject }) => subject === `member ${id}` || subject.toLowerCase() === `domain ${domain}`,
      );
      return fit.length === 0
        ? []
        : [{ id: `member ${id}`, title: String(version.data.name ?? id), from, to, mechanisms: fit }];
    });
  });
}

/**
 * GDPR Art. 44 to 46. Where a person sits is not in an e-mail address, so only members whom a mechanism names, themselves or by their domain, count as being
 * outside; for them the mechanism must hold as long as they are active. A member nobody marked is not found by this check.
 */
const RES_02: CheckRule = {
  id: 'RES-02',
  version: 2,
  populationOf: 'regions, and members marked as outside the EEA',
  explain: () =>
    'Passes when with the GDPR mode on, each region outside the EEA, and each member whom a transfer mechanism names (or their domain), had a mechanism in force for as long as it was used in the period. Members nobody marked are not looked at.',
  *run({ world, period }): Answered {
    const limits = [period.from, ...modeChanges(world, period)];
    const states = limits.map((at) => modesAt(world, at));
    const gdpr = states.some(({ on }) => on.some(({ id }) => id === 'gdpr'));
    const unknown = states.some((one) => one.unknown.includes('gdpr'));
    if (!gdpr && !unknown) return notApplicable('The GDPR mode was not on in the period.');
    const { stretches, missing } = placesIn(world, period);
    const mechanisms = [...world.records('transfer_mechanism')]
      .filter(({ created_at }) => Date.parse(created_at) < period.to)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const transfers = [...regionTransfers(stretches, mechanisms), ...memberTransfers(world, period, mechanisms)];
    const open = new Map<string, Failing>();
    for (const { id, title, mechanisms: fit, ...span } of transfers) {
      const at = uncovered(fit, span);
      if (at === null || open.has(id)) continue;
      open.set(id, { id, title, at, why: `From ${dayOf(at)} on no transfer mechanism was in force for it.` });
    }
    const inside = stretches.filter(({ region }) => inEea(region)).length;
    const unsaid = stretches.some(({ region }) => region === '' || region === 'any');
    const withheld = withheldMembers(world, period, mechanisms);
    const members = new Set(transfers.flatMap(({ id }) => (id.startsWith('member ') ? [id] : [])));
    const abroad = transfers.filter(({ id }) => id.startsWith('region ')).length;
    return answer({
      population: inside + abroad + members.size,
      failing: [...open.values()],
      missing: [
        ...missing,
        unsaid ? 'A region is not said.' : null,
        withheld.length === 0 ? null : `Of ${many(withheld.length, 'member')} who may be marked a change is withheld.`,
        unknown ? 'What the GDPR mode was then is not kept any more.' : null,
      ],
      looked: {
        stretches: stretches.map((one) => ({ ...one })),
        withheld,
        transfers: transfers.map(({ id, from, to, mechanisms: fit }) => ({
          id,
          from,
          to,
          by: fit.map((one) => one.id),
        })),
      },
    });
  },
};

export const RESIDENCY_RULES: readonly CheckRule[] = [RES_01, RES_02];
