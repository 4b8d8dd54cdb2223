/**
 * What evidence and checks serve beyond the controls they name: related controls of other frameworks, and why. Evidence that meets a control meets one that is
 * equal, equivalent or part of it: from its control to `equal-to`, `equivalent-to` and what that is a `superset-of`. Not the other way: evidence for a part does
 * not show the whole. Relations are our judgement and the organization's, so they are followed one step and never chained.
 */
import type { ControlMappingRecord, Evidence } from '../entities/index.ts';
import { CHECKS } from './checks/catalog.ts';
import { BUILT_IN_MAPPINGS, type ControlMapping, inverse, type Relation } from './crosswalk.ts';

const pairOf = ({ source, target }: ControlMapping): string => [source, target].sort().join(' ');

/** The built-in mappings with the organization's own, which speak in the place of a built-in one between the same controls. */
export function mappingsWith(own: readonly ControlMappingRecord[]): readonly ControlMapping[] {
  const mine = own.map(({ source, target, relation, reason }) => ({ source, target, relation, reason }));
  const told = new Set(mine.map(pairOf));
  return [...BUILT_IN_MAPPINGS.filter((mapping) => !told.has(pairOf(mapping))), ...mine];
}

/** Relations, read from the control that evidence names, to controls it serves as well. */
const SERVES: ReadonlySet<Relation> = new Set(['equal-to', 'equivalent-to', 'superset-of']);
/** A check supports in part, so that the part of a control it supports need not be the part another control is. */
const SAME: ReadonlySet<Relation> = new Set(['equal-to', 'equivalent-to']);

export interface Server {
  /** The control that evidence or a check names. */
  readonly controlId: string;
  /** Read from that control to the one that is served. */
  readonly relation: Relation;
  readonly reason: string;
}

/** By the control that is served: what serves it. */
export type ServedBy = ReadonlyMap<string, readonly Server[]>;

export function servedBy(mappings: readonly ControlMapping[]): ServedBy {
  const found = new Map<string, Server[]>();
  for (const { source, target, relation, reason } of mappings.flatMap((one) => [one, inverse(one)])) {
    if (!SERVES.has(relation)) continue;
    found.set(target, [...(found.get(target) ?? []), { controlId: source, relation, reason }]);
  }
  return found;
}

/** Why a piece of evidence counts for a control. */
export interface EvidenceVia {
  readonly by: 'control' | 'check' | 'mapping';
  /** The check, or the control of the mapping; null where the evidence names the control itself. */
  readonly id: string | null;
  readonly relation: Relation | null;
  readonly reason: string;
}

const NAMED: ReadonlyMap<string, readonly { readonly id: string }[]> = Map.groupBy(
  CHECKS.flatMap(({ id, supports }) => supports.map((control) => ({ id, control }))),
  ({ control }) => control,
);

/** Ids of the checks whose catalog names the control. */
const namedChecks = (controlId: string): readonly string[] => (NAMED.get(controlId) ?? []).map(({ id }) => id);

/**
 * Ids of the automated checks that support a control, in order. The catalog names controls of the built-in frameworks; a control of the organization's own rests on
 * the checks of those it is equal or equivalent to.
 */
export function checkIdsOf(controlId: string, served: ServedBy): readonly string[] {
  const own = namedChecks(controlId);
  if (own.length > 0) return own;
  const same = (served.get(controlId) ?? []).filter(({ relation }) => SAME.has(relation));
  return [...new Set(same.flatMap((server) => namedChecks(server.controlId)))].sort();
}

/** Why the evidence counts for the control: because it names it, or a check that supports it, or a control that includes it. Null: it does not. */
export function evidenceVia(
  evidence: Pick<Evidence, 'controls' | 'checks'>,
  controlId: string,
  checks: readonly string[],
  served: ServedBy,
): EvidenceVia | null {
  if (evidence.controls.includes(controlId))
    return { by: 'control', id: null, relation: null, reason: 'Names this control.' };
  const check = checks.find((id) => evidence.checks.includes(id));
  if (check !== undefined) {
    return { by: 'check', id: check, relation: null, reason: `Names ${check}, which supports this control.` };
  }
  const server = served.get(controlId)?.find((one) => evidence.controls.includes(one.controlId));
  if (server === undefined) return null;
  return { by: 'mapping', id: server.controlId, relation: server.relation, reason: server.reason };
}

/** Withdrawn evidence is none; else it is valid up to its last day. */
export function evidenceState(
  { withdrawn_at, valid_until }: Pick<Evidence, 'withdrawn_at' | 'valid_until'>,
  day: string,
): 'valid' | 'expired' | 'withdrawn' {
  if (withdrawn_at !== null) return 'withdrawn';
  return valid_until !== null && valid_until < day ? 'expired' : 'valid';
}
