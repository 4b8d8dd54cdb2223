/** Filters and events in plain words. */

import type { AuditEventDetail, AuditFilter, AuditRow } from '../../shared/contract/audit.ts';
import type { Outcome } from '../../shared/contract/common.ts';
import { shorten } from '../ui/Id.tsx';
import type { Tone } from '../ui/Verdict.tsx';
import type { ListField } from './view.ts';

export const OUTCOMES: Readonly<Record<Outcome, { tone: Tone; word: string }>> = {
  success: { tone: 'ok', word: 'success' },
  failure: { tone: 'warn', word: 'failure' },
  denied: { tone: 'bad', word: 'denied' },
};

export const FIELDS: Readonly<
  Record<ListField, { label: string; facet: 'actor' | 'action' | 'target' | 'outcome' | 'workspace' }>
> = {
  outcomes: { label: 'Outcome', facet: 'outcome' },
  actors: { label: 'Actor', facet: 'actor' },
  actions: { label: 'Action', facet: 'action' },
  targets: { label: 'Target', facet: 'target' },
  workspaces: { label: 'Workspace', facet: 'workspace' },
};

/** `any`, `denied`, `denied or failure`, `maria.lopez or 3 others`. */
export function anyOf(labels: readonly string[]): string {
  if (labels.length === 0) return 'any';
  if (labels.length <= 2) return labels.join(' or ');
  return `${labels[0]} or ${labels.length - 1} others`;
}

interface Clock {
  readonly zone: string;
  readonly label: string;
  readonly date: (at: number) => string;
  readonly hourMinute: (at: number) => string;
}

/** A half-open range as read: `24 Nov 2026, 00:00 – 14:10 UTC`, `since …`, `before …`, `any`. */
export function rangeText(filter: Pick<AuditFilter, 'from' | 'to'>, clock: Clock): string {
  const at = (ms: number) => `${clock.date(ms)}, ${clock.hourMinute(ms)}`;
  const { from, to } = filter;
  if (from === null && to === null) return 'any';
  if (to === null) return `since ${at(from!)} ${clock.label}`;
  if (from === null) return `before ${at(to)} ${clock.label}`;
  const end = clock.date(from) === clock.date(to) ? clock.hourMinute(to) : at(to);
  return `${at(from)} – ${end} ${clock.label}`;
}

const NOUNS: Readonly<Record<string, string>> = {
  'auth.login': 'Signed in',
  'auth.logout': 'Signed out',
  'auth.refresh': 'Session renewed',
  'auth.mfa.enroll': 'Second factor enrolled',
  'checkpoint.sign': 'Checkpoint signed',
  'retention.prune': 'Events pruned under retention',
  'producer.heartbeat': 'Producer heartbeat',
  'log.key.rotate': 'Log key rotated',
};

const VERBS: Readonly<Record<string, string>> = {
  add: 'added',
  archive: 'archived',
  attach: 'attached',
  confirm: 'confirmed',
  create: 'created',
  delete: 'deleted',
  detach: 'detached',
  disable: 'disabled',
  download: 'downloaded',
  enable: 'enabled',
  execute: 'executed',
  export: 'exported',
  import: 'imported',
  invite: 'invited',
  join: 'joined',
  list: 'listed',
  put: 'put',
  read: 'read',
  remove: 'removed',
  restore: 'restored',
  revoke: 'revoked',
  rotate: 'rotated',
  run: 'run',
  sign: 'signed',
  start: 'started',
  stop: 'stopped',
  suspend: 'suspended',
  transfer: 'transferred',
  update: 'changed',
};

/** The same acts as things that were tried and did not come about. */
const TRIED: Readonly<Record<string, string>> = {
  'auth.login': 'Sign-in',
  'auth.logout': 'Sign-out',
  'auth.refresh': 'Session renewal',
};

/** What happened, as a title: `Role changed: viewer → admin`, `Role update denied: viewer → admin`, or the action itself where it is not known. */
export function eventTitle(detail: Pick<AuditEventDetail, 'row' | 'disclosures'>): string {
  const { action, outcome } = detail.row;
  const done = outcome === 'success';
  const words = done
    ? (NOUNS[action] ?? verbTitle(action, true))
    : (TRIED[action] ?? verbTitle(action, false) ?? action);
  if (words === null) return action;
  const step = scalarStep(detail, action);
  const end = done ? '' : outcome === 'denied' ? ' denied' : ' failed';
  return `${words}${end}${step === null ? '' : `: ${step}`}`;
}

function verbTitle(action: string, done: boolean): string | null {
  const parts = action.split('.');
  const verb = VERBS[parts.at(-1) ?? ''];
  if (verb === undefined || parts.length < 2) return null;
  const noun = parts.at(-2)!.replaceAll(/[_-]+/g, ' ');
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${done ? verb : parts.at(-1)}`;
}

/** `viewer → admin` where exactly the named thing changed from one plain value to another. */
function scalarStep(detail: Pick<AuditEventDetail, 'disclosures'>, action: string): string | null {
  const change = disclosed(detail, 'change');
  if (!isRecord(change)) return null;
  const { before, after } = change;
  if (isPlain(before) && isPlain(after)) return `${before} → ${after}`;
  const noun = action.split('.').at(-2) ?? '';
  if (!isRecord(before) || !isRecord(after)) return null;
  const keys = Object.keys(after).filter((key) => isPlain(before[key]) && isPlain(after[key]));
  const changed = keys.filter((key) => before[key] !== after[key]);
  const key = changed.includes(noun) ? noun : changed.length === 1 ? changed[0]! : null;
  return key === null ? null : `${String(before[key])} → ${String(after[key])}`;
}

/** Value of a disclosure by name; undefined where it was withheld or never there. */
export function disclosed(detail: Pick<AuditEventDetail, 'disclosures'>, name: string): unknown {
  return detail.disclosures.find((d) => d.name === name)?.value;
}

/** Name of an actor or target, or its id. */
export function nameOf(thing: { readonly id: string; readonly name: string | null }): string {
  return thing.name ?? thing.id;
}

/** The text of a target cell: `m_81 · k.adeyemi`; empty where there is none. */
export function targetText(row: AuditRow): string {
  if (row.target === null) return '';
  return row.target.name === null || row.target.name === row.target.id
    ? row.target.id
    : `${row.target.id} · ${row.target.name}`;
}

/** Longest id shown whole, characters. */
const ID_MAX = 20;

/** As {@link targetText}, with the name first and a long id in the middle ellipsis: what tells rows apart stays in a narrow column. */
export function targetShown({ target }: AuditRow): string {
  if (target === null) return '';
  const id = target.id.length > ID_MAX ? shorten(target.id, 4, 6) : target.id;
  if (target.name === null || target.name === target.id) return id;
  return target.id.length > ID_MAX ? `${target.name} · ${id}` : `${id} · ${target.name}`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
