/** Assessments from the mirror: records as they were at the end of the period, checks evaluated over it. */

import { DERIVED } from '../../shared/bundle/complianceSection.ts';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import { indexRecords } from '../../shared/compliance/checklist.ts';
import type { CheckOutcome } from '../../shared/compliance/checks/world.ts';
import { assess } from '../../shared/compliance/exports/assess.ts';
import { type Assessment, assessmentText, coverageOf } from '../../shared/compliance/exports/assessment.ts';
import { BUILT_IN_FRAMEWORKS } from '../../shared/compliance/frameworks/index.ts';
import type { AssessmentResult } from '../../shared/contract/assessments.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { Evidence } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { compliancePdf } from '../bundle/compliancePdf.ts';
import type { SourceCompliance } from '../bundle/source.ts';
import type { Checks } from '../compliance/checks.ts';
import { sha256 } from '../crypto.ts';
import type { Mirror, MirrorReader } from '../db/api.ts';
import { readRecords } from './checklistRecords.ts';
import type { Context } from './context.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import type { JobHandle } from './jobs.ts';
import { type NewFile, writeNewFile } from './newFile.ts';
import { organizationOf } from './orgs.ts';

/** Bytes of an evidence file that this mirror has; null: it has none. */
export type EvidenceBytes = (reader: MirrorReader, sha256: string) => Promise<Uint8Array | null>;

interface Asked {
  readonly orgId: string;
  readonly frameworks: readonly string[];
  readonly from: number;
  readonly to: number;
}

export const NOT_HERE = 'Its file is not in the mirror this was made from.';
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export interface Assessor {
  /** Throws NOT_FOUND for a framework there is not, BUNDLE_INCOMPLETE without a proven log. */
  assess(asked: Asked, handle: Pick<JobHandle, 'signal' | 'report'>): Promise<SourceCompliance>;
}

/** Runs the checks step by step, so that it can be cancelled, and takes what they came to. */
async function outcomesOf(
  checks: Checks,
  mirror: Mirror,
  asked: Asked,
  now: number,
  { signal, report }: Pick<JobHandle, 'signal' | 'report'>,
) {
  const { orgId, from, to } = asked;
  const thread = await checks.thread(orgId, mirror);
  const run = { orgId, from, to, ids: null, now };
  try {
    for (let finished = false; !finished; ) {
      signal.throwIfAborted();
      const { finished: done, ...progress } = await thread.step(run);
      report(progress);
      finished = done;
    }
  } catch (error) {
    await thread.drop(orgId);
    throw error;
  }
  return await thread.outcomes({ orgId, from, to, now });
}

/** Why each file of evidence is not included; those that are here have no reason. */
async function omissions(
  reader: MirrorReader,
  evidence: readonly Evidence[],
  bytes: EvidenceBytes,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const { file } of evidence) {
    if (file === null || reasons.has(file.sha256)) continue;
    if ((await bytes(reader, file.sha256)) === null) reasons.set(file.sha256, NOT_HERE);
  }
  return reasons;
}

async function* contentOf(reader: MirrorReader, digest: string, bytes: EvidenceBytes): AsyncGenerator<Uint8Array> {
  const content = await bytes(reader, digest);
  if (content === null)
    throw new AppError('CONFLICT', 'A file of evidence went while it was being exported. Export again.');
  yield content;
}

export function createAssessor(context: Context, checks: Checks, bytes: EvidenceBytes): Assessor {
  return {
    async assess(asked, handle) {
      const { orgId, from, to } = asked;
      const now = context.ports.clock.now();
      const mirror = await context.opened().mirrors.get(orgId);
      const { reader } = mirror;
      const { completed } = await reader.state();
      if (completed === null) throw new AppError('BUNDLE_INCOMPLETE', 'The mirror has no proven log yet: sync first.');
      const { asOf, outcomes } = await outcomesOf(checks, mirror, asked, now, handle);
      const last = dayOf(Math.min(to, now + 1) - 1);
      const today = dayOf(now);
      const { of } = await readRecords(reader, orgId, last === today ? null : last, today);
      const byCheck = new Map<string, CheckOutcome>(outcomes.map((one) => [one.check, one]));
      const records = {
        ...{ states: of.control_state, exceptions: of.control_exception, findings: of.finding },
        ...{ comments: of.control_comment, evidence: of.evidence, requests: of.evidence_request },
        ...{ mappings: of.control_mapping, results: new Map(outcomes.map(({ check, state }) => [check, state])) },
      };
      const index = indexRecords(records, last);
      const known = [...BUILT_IN_FRAMEWORKS.values(), ...of.framework.map(({ framework }) => framework)];
      const omitted = await omissions(reader, records.evidence, bytes);
      const { name } = await organizationOf(context, orgId);
      const assessments = asked.frameworks.map((id): Assessment => {
        const framework = known.find((one) => one.id === id);
        if (framework === undefined) throw new AppError('NOT_FOUND', 'There is no such framework.', { id });
        return assess({
          ...{ framework, period: { from, to }, knownTo: asOf, now, records, index, outcomes: byCheck },
          organization: { id: orgId, name },
          log: { size: completed.size, root: toHex(completed.root) },
          omitted: ({ file }) => (file === null ? null : (omitted.get(file.sha256) ?? null)),
        });
      });
      const held = new Set(
        assessments.flatMap(({ evidence }) =>
          evidence.flatMap((one) => (one.file === null || one.omitted !== null ? [] : [one.file.sha256])),
        ),
      );
      return {
        assessments,
        evidence: [...held].map((digest) => ({ sha256: digest, content: () => contentOf(reader, digest, bytes) })),
      };
    },
  };
}

type Format = HandlerInput<'compliance.export'>['format'];
const FILES: Readonly<Record<Exclude<Format, 'pdf' | 'json'>, string>> = {
  ...{ oscal: 'assessment-results.json', csv: 'checklist.csv', checks: 'checks.csv', evidence: 'evidence.csv' },
  html: 'report.html',
};
const EXTENSIONS: Readonly<Record<Format, string>> = {
  ...{ oscal: '.oscal.json', csv: '.csv', checks: '.checks.csv', evidence: '.evidence.csv', json: '.json' },
  ...{ html: '.html', pdf: '.pdf' },
};

async function fileOf(assessment: Assessment, format: Format): Promise<{ bytes: Uint8Array; digest: string }> {
  const text = assessmentText(assessment);
  const digest = toHex(sha256(toUtf8(text)));
  if (format === 'json') return { bytes: toUtf8(text), digest };
  if (format === 'pdf') return { bytes: await compliancePdf({ assessment, digest }), digest };
  return { bytes: toUtf8(DERIVED[FILES[format]]!({ assessment, text, digest })), digest };
}

type Handlers = {
  readonly 'compliance.export': (input: HandlerInput<'compliance.export'>) => Promise<Output<'compliance.export'>>;
};

export function assessmentHandlers(context: Context, files: Files, assessor: Assessor): Handlers {
  return {
    'compliance.export': async ({ orgId, framework, from, to, format, path: chosen }) => {
      await refuseExportOutside(context, orgId);
      const name = `${orgId}-${framework.replaceAll(/[^A-Za-z0-9_-]/g, '-')}-${dayOf(from)}`;
      const path = files.exportPath(chosen, name, EXTENSIONS[format]);
      return context.jobs.start({
        ...{ kind: 'export-assessment', orgId, title: `Assessment of ${framework}`, unit: 'checks' },
        async run(handle) {
          const { assessments } = await assessor.assess({ orgId, frameworks: [framework], from, to }, handle);
          const assessment = assessments[0]!;
          const { bytes, digest } = await fileOf(assessment, format);
          handle.signal.throwIfAborted();
          const fill = (file: NewFile): Promise<void> => file.write(bytes);
          await context.opened().unfinished.during(path, (draft) => writeNewFile(path, draft, fill));
          files.wrote(path);
          const { met, of, excluded } = coverageOf(assessment);
          const result: AssessmentResult = { path, bytes: bytes.length, digest, met, of, excluded };
          return result;
        },
      });
    },
  };
}
