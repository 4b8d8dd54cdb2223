/**
 * An assessment as OSCAL assessment-results (NIST; JSON schema 1.0.6, whose required parts later versions share). Identifiers follow from the
 * assessment, so that the same assessment gives the same document.
 */
import { v5 } from 'uuid';
import type { Json } from '../../json/index.ts';
import {
  type AssessedCheck,
  type AssessedControl,
  type AssessedEvidence,
  type Assessment,
  coverageOf,
  coverageText,
} from './assessment.ts';

/** The version whose schema the export is held against. */
export const OSCAL_VERSION = '1.0.6';
/** Namespace of our properties, and of name-based identifiers. */
export const OSCAL_NS = 'https://missioncontrol.invalid/ns/oscal';
const NAMESPACE = '6f0e4c1e-5a0b-5d8a-9b9b-0c1d9e5f7a31';

type Data = Record<string, Json>;
interface Scope {
  readonly assessment: Assessment;
  /** An identifier that follows from digest and name. */
  uuid(name: string): string;
  /** Where evidence files lie, seen from the document. */
  readonly evidencePath: string;
}

const prop = (name: string, value: string | number): Data => ({ name, ns: OSCAL_NS, value: String(value) });
/** Where a text is asked for and none was written. */
const words = (text: string, otherwise: string): string => (text.trim() === '' ? otherwise : text);
const list = (name: string, items: readonly Data[]): Data => (items.length === 0 ? {} : { [name]: items as Json[] });

function checkObservation(check: AssessedCheck, { assessment, uuid }: Scope): Data {
  const named = check.items.map(
    ({ id, why, exception }) => `${id}: ${why}${exception === null ? '' : ` (exception ${exception})`}`,
  );
  const left = check.failing + check.excepted - check.items.length;
  return {
    uuid: uuid(`check ${check.id}`),
    title: `${check.id} ${check.title}`,
    description: words(check.summary, check.title),
    props: [
      ...[prop('check-id', check.id), prop('rule-version', check.rule), prop('result', check.state)],
      ...[prop('population', check.population), prop('failing', check.failing), prop('excepted', check.excepted)],
      prop('input-sha256', check.digest),
    ],
    methods: ['TEST'],
    types: ['control-objective'],
    collected: assessment.assessed_at,
    ...(named.length === 0 ? {} : { remarks: [...named, ...(left > 0 ? [`and ${left} more`] : [])].join('\n') }),
  };
}

function evidenceObservation(one: AssessedEvidence, { uuid }: Scope): Data {
  return {
    uuid: uuid(`evidence ${one.id}`),
    title: one.title,
    description: `Evidence of ${one.evidence_on}${one.omitted === null ? '' : `; its file is not included: ${one.omitted}`}.`,
    props: [prop('kind', one.kind)],
    methods: ['EXAMINE'],
    collected: one.added_at,
    ...(one.valid_until === null ? {} : { expires: `${one.valid_until}T23:59:59Z` }),
    'relevant-evidence': [{ href: `#${uuid(`resource ${one.id}`)}`, description: one.title }],
  };
}

function judgementObservations(control: AssessedControl, { uuid }: Scope): Data[] {
  return (['design', 'operating'] as const).flatMap((kind) => {
    const judged = control[kind];
    if (judged === null) return [];
    return [
      {
        uuid: uuid(`${kind} ${control.id}`),
        title: `${control.ref}: ${kind} effectiveness`,
        description: words(judged.reason, judged.state),
        props: [prop('effectiveness', judged.state), prop('assessed-by', words(judged.by, 'not said'))],
        methods: ['EXAMINE'],
        collected: judged.at,
      },
    ];
  });
}

/** N/A, untested and insufficient have no state of their own in OSCAL: not satisfied, for another reason, which a property names. */
function statusOf({ status }: AssessedControl): Data {
  if (status === 'met') return { state: 'satisfied', reason: 'pass' };
  return { state: 'not-satisfied', reason: status === 'not_met' ? 'fail' : 'other' };
}

function findingOf(control: AssessedControl, { uuid }: Scope): Data {
  const observed = [
    ...control.checks.map((id) => `check ${id}`),
    ...control.evidence.map((id) => `evidence ${id}`),
    ...(['design', 'operating'] as const).flatMap((kind) => (control[kind] === null ? [] : [`${kind} ${control.id}`])),
  ];
  const risks = [
    ...control.findings.map((id) => `finding ${id}`),
    ...control.exceptions.map((id) => `exception ${id}`),
  ];
  return {
    uuid: uuid(`control ${control.id}`),
    title: `${control.ref} ${control.title}`,
    description: control.title,
    props: [prop('status', control.status ?? 'not_assessed'), prop('ref', control.ref)],
    target: { type: 'objective-id', 'target-id': control.id, status: statusOf(control) },
    ...list(
      'related-observations',
      observed.map((name) => ({ 'observation-uuid': uuid(name) })),
    ),
    ...list(
      'related-risks',
      risks.map((name) => ({ 'risk-uuid': uuid(name) })),
    ),
  };
}

function risksOf({ assessment, uuid }: Scope): Data[] {
  const found = assessment.findings.map(
    (one): Data => ({
      uuid: uuid(`finding ${one.id}`),
      title: one.title,
      description: words(one.condition, one.title),
      statement: words(
        [one.cause, one.effect, one.recommendation].filter((text) => text.trim() !== '').join('\n'),
        'Not stated.',
      ),
      props: [prop('severity', one.severity)],
      status: one.status,
      ...(one.due_on === null ? {} : { deadline: `${one.due_on}T23:59:59Z` }),
    }),
  );
  const accepted = assessment.exceptions.map(
    (one): Data => ({
      uuid: uuid(`exception ${one.id}`),
      title: one.title,
      description: words(one.reason, one.title),
      statement: words(
        [one.compensating, one.management_response].filter((text) => text.trim() !== '').join('\n'),
        'Not stated.',
      ),
      status: one.approved_at === null ? 'deviation-requested' : 'deviation-approved',
      deadline: `${one.expires_on}T23:59:59Z`,
    }),
  );
  return [...found, ...accepted];
}

function resourceOf(one: AssessedEvidence, { uuid, evidencePath }: Scope): Data {
  const { file, url } = one;
  const link: Data | null =
    file !== null
      ? {
          href: `${evidencePath}${file.sha256}`,
          'media-type': file.media_type,
          hashes: [{ algorithm: 'SHA-256', value: file.sha256 }],
        }
      : url === null
        ? null
        : { href: url };
  return {
    uuid: uuid(`resource ${one.id}`),
    title: one.title,
    ...(link === null ? { description: one.title } : { rlinks: [link] }),
  };
}

/** What was reviewed and what was left out for not applying. */
function reviewed(controls: readonly AssessedControl[]): Data {
  const of = (applies: boolean): Data[] =>
    controls
      .filter(({ status }) => status !== null && (status === 'not_applicable') !== applies)
      .map(({ id }) => ({ 'control-id': id }));
  return { 'control-selections': [{ ...list('include-controls', of(true)), ...list('exclude-controls', of(false)) }] };
}

/** The document. `digest`: SHA-256 of the assessment's text, hex. */
export function oscalResults(assessment: Assessment, digest: string, evidencePath = '../../evidence/'): Json {
  const scope: Scope = { assessment, evidencePath, uuid: (name) => v5(`${digest} ${name}`, NAMESPACE) };
  const { framework, organization, period, controls, checks, evidence, assessed_at } = assessment;
  const coverage = coverageOf(assessment);
  const assessed = controls.filter(({ status }) => status !== null && status !== 'not_applicable');
  const title = `${framework.title}: ${organization.name}, ${period.from.slice(0, 10)} to ${period.to.slice(0, 10)}`;
  return {
    'assessment-results': {
      uuid: scope.uuid('assessment-results'),
      metadata: { title, 'last-modified': assessed_at, version: digest, 'oscal-version': OSCAL_VERSION },
      'import-ap': {
        href: '#none',
        remarks:
          'There is no assessment plan apart: the controls reviewed and the rules of the checks are in this document and beside it.',
      },
      results: [
        {
          uuid: scope.uuid('result'),
          title,
          description: `${coverage.met} of ${coverage.of} controls that apply are met (${coverageText(coverage)}); ${coverage.excluded} do not apply. A check supports a control; it does not satisfy it.`,
          ...{ start: period.from, end: period.to },
          props: [
            ...[prop('controls-met', coverage.met), prop('controls-applicable', coverage.of)],
            ...[prop('controls-not-applicable', coverage.excluded), prop('assessment-sha256', digest)],
            ...[prop('log-size', assessment.log.size), prop('log-root', assessment.log.root)],
          ],
          'reviewed-controls': reviewed(controls),
          ...list('observations', [
            ...checks.map((check) => checkObservation(check, scope)),
            ...evidence.map((one) => evidenceObservation(one, scope)),
            ...controls.flatMap((control) => judgementObservations(control, scope)),
          ]),
          ...list('risks', risksOf(scope)),
          ...list(
            'findings',
            assessed.map((control) => findingOf(control, scope)),
          ),
        },
      ],
      ...(evidence.length === 0 ? {} : { 'back-matter': { resources: evidence.map((one) => resourceOf(one, scope)) } }),
    },
  };
}
