/** An assessment as tables: the checklist, the checks with their failing items, the evidence. Columns are the CSV files' own. */
import { accessCsv } from '../../bundle/access.ts';
import type { Json } from '../../json/index.ts';
import type { Assessment } from './assessment.ts';

type Row = Readonly<Record<string, Json>>;

function table<C extends string>(columns: readonly C[], rows: readonly Readonly<Record<C, Json>>[]): string {
  return accessCsv(columns, rows as readonly Row[] as readonly { readonly [column: string]: Json }[]);
}

/** A line a control, groups too, in the framework's order. */
export function checklistCsv({ controls }: Assessment): string {
  return table(
    [
      ...([
        'control',
        'ref',
        'title',
        'group',
        'obligation',
        'status',
        'design',
        'design_reason',
        'operating',
      ] as const),
      ...([
        'operating_reason',
        'automated',
        'owner',
        'due_on',
        'checks',
        'evidence',
        'findings',
        'exceptions',
        'not_applicable_because',
      ] as const),
    ],
    controls.map((one) => ({
      ...{
        control: one.id,
        ref: one.ref,
        title: one.title,
        group: one.kind === 'group' ? 'yes' : null,
        obligation: one.obligation,
      },
      ...{ status: one.status, design: one.design?.state ?? null, design_reason: one.design?.reason ?? null },
      ...{ operating: one.operating?.state ?? null, operating_reason: one.operating?.reason ?? null },
      ...{ automated: one.automated, owner: one.owner, due_on: one.due_on, checks: one.checks.join(' ') },
      ...{ evidence: one.evidence.length, findings: one.findings.length, exceptions: one.exceptions.length },
      not_applicable_because: one.not_applicable_because,
    })),
  );
}

/** A line a check with its figures, then one for each failing item that is named. */
export function checksCsv({ checks }: Assessment): string {
  return table(
    [
      'check',
      'item',
      'title',
      'state',
      'rule',
      'population_of',
      'population',
      'failing',
      'excepted',
      'at',
      'why',
      'exception',
      'input_sha256',
    ],
    checks.flatMap((check) => {
      const none = { item: null, at: null, why: null, exception: null };
      const blank = { state: null, rule: null, population_of: null, population: null, failing: null, excepted: null };
      return [
        {
          ...{ ...none, check: check.id, title: check.title, state: check.state, rule: check.rule, why: check.summary },
          ...{ population_of: check.population_of, population: check.population, failing: check.failing },
          ...{ excepted: check.excepted, input_sha256: check.digest },
        },
        ...check.items.map((item) => ({
          ...{ ...blank, check: check.id, item: item.id, title: item.title, at: item.at, why: item.why },
          ...{ exception: item.exception, input_sha256: null },
        })),
      ];
    }),
  );
}

/** A line a piece of evidence. */
export function evidenceCsv({ evidence }: Assessment): string {
  return table(
    [
      'evidence',
      'title',
      'kind',
      'evidence_on',
      'valid_until',
      'added_at',
      'sha256',
      'bytes',
      'name',
      'url',
      'controls',
      'checks',
      'omitted',
    ],
    evidence.map((one) => ({
      ...{
        evidence: one.id,
        title: one.title,
        kind: one.kind,
        evidence_on: one.evidence_on,
        valid_until: one.valid_until,
      },
      ...{
        added_at: one.added_at,
        sha256: one.file?.sha256 ?? null,
        bytes: one.file?.bytes ?? null,
        name: one.file?.name ?? null,
      },
      ...{ url: one.url, controls: one.controls.join(' '), checks: one.checks.join(' '), omitted: one.omitted },
    })),
  );
}
