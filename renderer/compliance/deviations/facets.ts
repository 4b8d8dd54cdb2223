/** The filters over findings and over exceptions, and how many lines each choice leaves. Pure. */
import { SEVERITIES } from '../../../shared/entities/index.ts';
import { daysAfter, type ExceptionLine, type FindingLine, type NamedControl, SOON_DAYS } from './lines.ts';

/** Nobody, as a choice of the owner filter. */
export const NOBODY = '-';

type Choices = readonly (readonly [value: string, label: string])[];

export interface Facet<Line> {
  /** Name in the address. */
  readonly field: string;
  readonly label: string;
  /** Choices of it that a line answers to, by the day everything is judged on. */
  readonly valuesOf: (line: Line, day: string) => readonly string[];
  readonly choices: (given: FacetScene) => Choices;
}

/** What the choices are made from. */
export interface FacetScene {
  readonly userId: string | null;
  readonly people: readonly { readonly value: string; readonly label: string }[];
  readonly nameOf: (userId: string) => string;
  /** Frameworks with their titles. */
  readonly frameworks: readonly { readonly id: string; readonly title: string }[];
}

export type Filter = Readonly<Record<string, readonly string[]>>;

const which = (choices: Readonly<Record<string, boolean>>): string[] =>
  Object.keys(choices).filter((one) => choices[one]);
const words = (...values: readonly string[]): Choices => values.map((value) => [value, value]);

/** The signed-in person first. */
function persons({ people, userId }: FacetScene): Choices {
  const own = people.filter(({ value }) => value === userId);
  const others = people.filter(({ value }) => value !== userId);
  return [
    ...own.map(({ value, label }) => [value, `${label} (me)`] as const),
    ...others.map(({ value, label }) => [value, label] as const),
  ];
}

function framework<Line extends { readonly controls: readonly NamedControl[] }>(): Facet<Line> {
  return {
    ...{ field: 'framework', label: 'Framework' },
    valuesOf: ({ controls }) => [...new Set(controls.map((one) => one.framework))],
    choices: ({ frameworks }) => frameworks.map(({ id, title }) => [id, title]),
  };
}

export const FINDING_FACETS: readonly Facet<FindingLine>[] = [
  {
    ...{ field: 'state', label: 'State' },
    valuesOf: ({ view }) => [view.finding.status],
    choices: () => words('open', 'closed'),
  },
  {
    ...{ field: 'severity', label: 'Severity' },
    valuesOf: ({ view }) => [view.finding.severity],
    choices: () => words(...SEVERITIES.toReversed()),
  },
  {
    ...{ field: 'owner', label: 'Owner' },
    valuesOf: ({ view }) => [view.finding.owner_id ?? NOBODY],
    choices: (given) => [[NOBODY, 'nobody'], ...persons(given)],
  },
  {
    ...{ field: 'due', label: 'Due' },
    valuesOf: ({ view: { finding }, overdue }, day) =>
      which({
        overdue,
        soon:
          finding.status === 'open' &&
          finding.due_on !== null &&
          finding.due_on >= day &&
          finding.due_on <= daysAfter(day, SOON_DAYS),
        none: finding.due_on === null,
      }),
    choices: () => [
      ['overdue', 'overdue'],
      ['soon', `within ${SOON_DAYS} days`],
      ['none', 'no due day'],
    ],
  },
  framework(),
];

export const EXCEPTION_FACETS: readonly Facet<ExceptionLine>[] = [
  {
    ...{ field: 'state', label: 'State' },
    valuesOf: ({ state }) => [state],
    choices: () => words('asked', 'in force', 'expired', 'revoked'),
  },
  {
    ...{ field: 'ends', label: 'Ends' },
    valuesOf: ({ view: { exception }, state }, day) => {
      const live = state === 'asked' || state === 'in force';
      const soon = exception.expires_on <= daysAfter(day, SOON_DAYS);
      return which({ soon: live && soon, later: live && !soon });
    },
    choices: () => [
      ['soon', `within ${SOON_DAYS} days`],
      ['later', `in more than ${SOON_DAYS} days`],
    ],
  },
  {
    ...{ field: 'asker', label: 'Asked for by' },
    valuesOf: ({ view }) => [view.exception.created_by],
    choices: persons,
  },
  framework(),
];

/** Names of every filter of both lists: switching between them clears these. */
export const FILTER_FIELDS: readonly string[] = [
  ...new Set([...FINDING_FACETS, ...EXCEPTION_FACETS].map(({ field }) => field)),
];

/** Filters from the address: each field's values joined with commas. */
export function readFilter<Line>(facets: readonly Facet<Line>[], params: URLSearchParams): Filter {
  return Object.fromEntries(
    facets.map(({ field }) => [field, params.get(field)?.split(',').filter(Boolean) ?? []] as const),
  );
}

export const isFiltered = (filter: Filter): boolean => Object.values(filter).some((values) => values.length > 0);

/** Whether a line passes every filter, but for one that is left out of account. */
export function passes<Line>(
  line: Line,
  facets: readonly Facet<Line>[],
  filter: Filter,
  day: string,
  except: string | null = null,
): boolean {
  return facets.every(({ field, valuesOf }) => {
    const wanted = filter[field] ?? [];
    if (field === except || wanted.length === 0) return true;
    return valuesOf(line, day).some((value) => wanted.includes(value));
  });
}

/** How many lines each choice of a filter leaves, the other filters applied. */
export function choiceCounts<Line>(
  lines: readonly Line[],
  facets: readonly Facet<Line>[],
  facet: Facet<Line>,
  filter: Filter,
  day: string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) {
    if (!passes(line, facets, filter, day, facet.field)) continue;
    for (const value of facet.valuesOf(line, day)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
