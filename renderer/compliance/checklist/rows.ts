/** The lines of the checklist: which are on show, and how many each filter leaves. Pure. */
import type { ChecklistRowView, ControlSummaryView } from '../../../shared/contract/checklist.ts';

export interface ControlLine {
  readonly view: ChecklistRowView;
  /** Place in the framework. */
  readonly order: number;
  /** Name of the owner; null: nobody. */
  readonly owner: string | null;
  /** What is below is out of sight; null where nothing is below. */
  readonly closed: boolean | null;
}

export const FILTERS = ['status', 'owner', 'due', 'checks', 'evidence', 'has'] as const;
export type FilterField = (typeof FILTERS)[number];
export type ControlFilter = Readonly<Record<FilterField, readonly string[]>>;

/** Choices of each filter besides people, with their words. */
export const CHOICES: Readonly<Record<Exclude<FilterField, 'status' | 'owner'>, Readonly<Record<string, string>>>> = {
  due: { overdue: 'overdue', set: 'has a due day', none: 'no due day' },
  checks: { fail: 'has a failing check', insufficient: 'has a check without enough data', none: 'no automated check' },
  evidence: { none: 'no valid evidence', expired: 'has expired evidence' },
  has: { finding: 'has an open finding', exception: 'has an exception', request: 'has an open request' },
};
/** Nobody, as a choice of the owner filter. */
export const NOBODY = '-';

function valuesOf(control: ControlSummaryView, field: FilterField): readonly string[] {
  const which = (choices: Readonly<Record<string, boolean>>): string[] =>
    Object.keys(choices).filter((one) => choices[one]);
  switch (field) {
    case 'status':
      return [control.status];
    case 'owner':
      return [control.ownerId ?? NOBODY];
    case 'due':
      return which({ overdue: control.overdue, set: control.dueOn !== null, none: control.dueOn === null });
    case 'checks':
      return which({
        fail: control.checks.some(({ state }) => state === 'fail'),
        insufficient: control.checks.some(({ state }) => state === null || state === 'insufficient_data'),
        none: control.checks.length === 0,
      });
    case 'evidence':
      return which({ none: control.evidence.valid === 0, expired: control.evidence.expired > 0 });
    case 'has':
      return which({
        finding: control.openFindings > 0,
        exception: control.exceptions + control.exceptionsAsked > 0,
        request: control.openRequests > 0,
      });
  }
}

export function passes(control: ControlSummaryView, filter: ControlFilter, except: FilterField | null = null): boolean {
  return FILTERS.every(
    (field) =>
      field === except ||
      filter[field].length === 0 ||
      valuesOf(control, field).some((value) => filter[field].includes(value)),
  );
}

/** How many controls each value of a field leaves, the other filters applied. */
export function filterCounts(
  rows: readonly ChecklistRowView[],
  filter: ControlFilter,
  field: FilterField,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { control } of rows) {
    if (control === null || !passes(control, filter, field)) continue;
    for (const value of valuesOf(control, field)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** Filters from the address: each field's values joined with commas. */
export function readFilter(params: URLSearchParams): ControlFilter {
  const values = (field: FilterField): readonly string[] => params.get(field)?.split(',').filter(Boolean) ?? [];
  return Object.fromEntries(FILTERS.map((field) => [field, values(field)])) as unknown as ControlFilter;
}

export const isFiltered = (filter: ControlFilter): boolean => FILTERS.some((field) => filter[field].length > 0);

interface Shown {
  readonly filter: ControlFilter;
  /** Something else than the framework's own order: what gathers controls is then left out. */
  readonly flat: boolean;
  /** Text narrows the list besides, so that nothing may hide in a closed group. */
  readonly searched: boolean;
  readonly closed: ReadonlySet<string>;
  readonly nameOf: (userId: string) => string;
}

/** The lines on show: controls that pass, and what they stand below. A filter looks into closed groups. */
export function shownLines(rows: readonly ChecklistRowView[], asked: Shown): readonly ControlLine[] {
  const { filter, flat, searched, closed, nameOf } = asked;
  const wanted = new Set<string>();
  const above = new Map(rows.map(({ node }) => [node.id, node.parent]));
  for (const { node, control } of rows) {
    if (control === null || !passes(control, filter)) continue;
    for (let id: string | null | undefined = node.id; id != null && !wanted.has(id); id = above.get(id)) wanted.add(id);
  }
  const narrowed = isFiltered(filter) || searched;
  const hidden = new Set<string>();
  return rows.flatMap((view, order): ControlLine[] => {
    const { node, control, rollUp } = view;
    const shut = !flat && !narrowed && closed.has(node.id);
    if (!flat && node.parent !== null && hidden.has(node.parent)) {
      hidden.add(node.id);
      return [];
    }
    if (shut) hidden.add(node.id);
    const out = flat ? control === null || !passes(control, filter) : !wanted.has(node.id);
    if (out) return [];
    const owner = control?.ownerId ?? null;
    return [
      {
        ...{ view, order, owner: owner === null ? null : nameOf(owner) },
        closed: rollUp === null || flat ? null : shut,
      },
    ];
  });
}

/** The controls that a selection of lines is about: those chosen, and all below a chosen group. */
export function controlsOf(
  chosen: readonly ControlLine[],
  rows: readonly ChecklistRowView[],
): readonly ChecklistRowView[] {
  const groups = new Set(chosen.filter(({ view }) => view.control === null).map(({ view }) => view.node.id));
  const ids = new Set(chosen.map(({ view }) => view.node.id));
  return rows.filter(({ node, control }) => {
    if (node.parent !== null && groups.has(node.parent)) {
      if (control === null) groups.add(node.id);
      return control !== null;
    }
    return control !== null && ids.has(node.id);
  });
}
