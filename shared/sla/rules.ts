/** Why a change of service levels is refused, in words, with the field that is wrong: the platform refuses by them, the console foretells by them. */
import type { Command } from '../commands/command.ts';
import {
  SLA_REVISIONS_MAX,
  type Sla,
  type SlaChannel,
  type SlaChannelInput,
  type SlaExclusion,
  type SlaTerms,
} from '../entities/sla.ts';
import { conflict, type Fault, field, gone, limit } from '../fault.ts';
import { faultsOf } from './faults.ts';
import { DAY } from './model.ts';
import { revised } from './terms.ts';

/** SLAs in force in one organization. */
export const SLAS_MAX = 200;
/** Exclusions that begin in one calendar year (UTC). */
export const EXCLUSIONS_PER_YEAR_MAX = 1_000;
export const CHANNELS_MAX = 50;
/** An exclusion is no longer than this, and begins no later than so far ahead. */
const EXCLUSION_DAYS_MAX = 366;
const AHEAD_DAYS_MAX = 5 * 366;
const EARLIEST = Date.UTC(2000, 0, 1);

/** What is there, as far as a change of service levels depends on it. */
export interface SlaBook {
  readonly slas: ReadonlyMap<string, Sla>;
  readonly exclusions: ReadonlyMap<string, SlaExclusion>;
  readonly channels: ReadonlyMap<string, SlaChannel>;
  readonly workspaces: { has(id: string): boolean };
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Terms that are well formed and still cannot be meant. */
export function termFaults(terms: SlaTerms): Fault[] {
  return [
    ...faultsOf({ ...terms, credits: null }).map((words) => field('/terms/burn_rules', words)),
    ...faultsOf({ ...terms, burn_rules: [] }).map((words) => field('/terms/credits/tiers', words)),
  ];
}

const taken = (things: Iterable<{ readonly id: string; readonly name: string }>, id: string, name: string): boolean => {
  const wanted = name.trim().toLowerCase();
  return [...things].some((one) => one.id !== id && one.name.toLowerCase() === wanted);
};

const inForce = (slas: SlaBook['slas']): Sla[] => [...slas.values()].filter(({ ended_at }) => ended_at === null);

function createSla({ id, input }: Extract<Command, { type: 'sla.create' }>, book: SlaBook): Fault[] {
  const faults: Fault[] = [];
  const live = inForce(book.slas);
  if (book.slas.has(id)) faults.push(conflict('There is an SLA of that id already.', '/id'));
  if (taken(live, id, input.name)) faults.push(conflict('There is an SLA of that name in force already.', '/name'));
  const { workspace_id } = input;
  if (workspace_id !== null && !book.workspaces.has(workspace_id)) {
    faults.push(field('/workspace_id', 'There is no such workspace.'));
  }
  const words = `An organization has at most ${SLAS_MAX} SLAs in force; end one first.`;
  return [...faults, ...termFaults(input.terms), ...limit('slas', SLAS_MAX, live.length, words)];
}

function updateSla({ id, patch }: Extract<Command, { type: 'sla.update' }>, book: SlaBook): Fault[] {
  const before = book.slas.get(id);
  if (before === undefined) return gone('SLA');
  if (before.ended_at !== null) return [conflict('The SLA has ended.')];
  const faults: Fault[] = [];
  if (patch.name !== undefined && taken(inForce(book.slas), id, patch.name)) {
    faults.push(conflict('There is an SLA of that name in force already.', '/name'));
  }
  if (patch.terms === undefined) return faults;
  faults.push(...termFaults(patch.terms));
  const used = revised(before, patch.terms, { at: book.now, by: '', reason: '' }).length - 1;
  const words = `An SLA has at most ${SLA_REVISIONS_MAX} revisions; end it and make another.`;
  return [...faults, ...limit('revisions', SLA_REVISIONS_MAX, used, words)];
}

function createExclusion({ id, input }: Extract<Command, { type: 'sla_exclusion.create' }>, book: SlaBook): Fault[] {
  const faults: Fault[] = [];
  if (book.exclusions.has(id)) faults.push(conflict('There is an exclusion of that id already.', '/id'));
  if (input.sla_id !== null && !book.slas.has(input.sla_id)) faults.push(field('/sla_id', 'There is no such SLA.'));
  const from = Date.parse(input.from);
  if (from < EARLIEST || from > book.now + AHEAD_DAYS_MAX * DAY) {
    faults.push(field('/from', 'An exclusion begins after 1999 and within five years from now.'));
  }
  if (Date.parse(input.to) - from > EXCLUSION_DAYS_MAX * DAY) {
    faults.push(field('/to', `An exclusion is no longer than ${EXCLUSION_DAYS_MAX} days.`));
  }
  const year = new Date(from).getUTCFullYear();
  const used = [...book.exclusions.values()].filter((one) => new Date(one.from).getUTCFullYear() === year).length;
  const words = `At most ${EXCLUSIONS_PER_YEAR_MAX} exclusions begin in one year.`;
  return [...faults, ...limit('exclusions', EXCLUSIONS_PER_YEAR_MAX, used, words)];
}

function deleteExclusion(id: string, { exclusions, now }: SlaBook): Fault[] {
  const before = exclusions.get(id);
  if (before === undefined) return gone('exclusion');
  if (Date.parse(before.from) > now) return [];
  return [conflict('An exclusion that has begun stays. A retroactive one, with its reason, corrects the record.')];
}

/** A mailbox as RFC 5321 has it without quoting: nothing that could part a header or name a second recipient. */
const EMAIL =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const EMAIL_CHARS_MAX = 254;
const LOCAL_CHARS_MAX = 64;
/** Scheme, host and port, then a path; no credentials, blanks or characters of control. What host is reachable only the platform knows. */
const WEBHOOK = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?][!-~]*)?$/;

/** Why an address cannot be one of its kind; null when it can. */
export function addressFault(kind: SlaChannel['kind'], address: string): string | null {
  if (kind === 'webhook') return WEBHOOK.test(address) ? null : 'Not the https address of a webhook.';
  const fits = address.length <= EMAIL_CHARS_MAX && address.indexOf('@') <= LOCAL_CHARS_MAX && EMAIL.test(address);
  return fits ? null : 'Not an e-mail address.';
}

type Told = Partial<Pick<SlaChannelInput, 'name' | 'address' | 'sla_id'>>;

function channelFields(id: string, kind: SlaChannel['kind'], told: Told, book: SlaBook): Fault[] {
  const faults: Fault[] = [];
  if (told.name !== undefined && taken(book.channels.values(), id, told.name)) {
    faults.push(conflict('There is a channel of that name already.', '/name'));
  }
  const address = told.address === undefined ? null : addressFault(kind, told.address);
  if (address !== null) faults.push(field('/address', address));
  if (told.sla_id != null && !book.slas.has(told.sla_id)) faults.push(field('/sla_id', 'There is no such SLA.'));
  return faults;
}

/** Making a channel is no command, as its answer holds a secret. */
export function channelFaults(id: string, input: SlaChannelInput, book: SlaBook): Fault[] {
  const used = book.channels.size;
  return [
    ...(book.channels.has(id) ? [conflict('There is a channel of that id already.', '/id')] : []),
    ...channelFields(id, input.kind, input, book),
    ...limit('channels', CHANNELS_MAX, used, `An organization has at most ${CHANNELS_MAX} channels; delete one first.`),
  ];
}

/** Everything that speaks against a command about service levels; empty: nothing is known, or it is about something else. */
export function slaFaults(command: Command, book: SlaBook): Fault[] {
  switch (command.type) {
    case 'sla.create':
      return createSla(command, book);
    case 'sla.update':
      return updateSla(command, book);
    case 'sla.end': {
      const before = book.slas.get(command.id);
      if (before === undefined) return gone('SLA');
      return before.ended_at === null ? [] : [conflict('The SLA has ended already.')];
    }
    case 'sla_exclusion.create':
      return createExclusion(command, book);
    case 'sla_exclusion.delete':
      return deleteExclusion(command.id, book);
    case 'sla_channel.update': {
      const before = book.channels.get(command.id);
      return before === undefined
        ? gone('channel')
        : channelFields(command.id, before.kind, given(command.patch), book);
    }
    case 'sla_channel.delete':
      return book.channels.has(command.id) ? [] : gone('channel');
    default:
      return [];
  }
}

/** Fields that are there, without those left undefined. */
function given<T extends object>(patch: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as never;
}
