/** Signed compliance bundles: key, preview, export, history, verification. */
import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { bundleKeyFingerprint } from '../../shared/bundle/keys.ts';
import type { BundleRecord, BundleSection, VerifyReport } from '../../shared/contract/bundles.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { verifyBundleFile } from '../bundle/read.ts';
import type { BundleSource, BundleStage, SourceReport } from '../bundle/source.ts';
import { writeBundle } from '../bundle/write.ts';
import { ecdsaP256Signer, sha256 } from '../crypto.ts';
import type { Assessor } from './assessments.ts';
import { basisOf, estimateBundle } from './bundlePreview.ts';
import { mirrorSource, provenPeriod } from './bundleSource.ts';
import type { Context } from './context.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import type { JobHandle } from './jobs.ts';
import { organizationOf } from './orgs.ts';

type Handlers = {
  readonly [N in 'bundles.signer' | 'bundles.preview' | 'bundles.export' | 'bundles.list' | 'bundles.verify']: (
    input: HandlerInput<N>,
  ) => Promise<Output<N>>;
};

const STAGES: Readonly<Record<BundleStage, string>> = {
  access: 'Writing access tables',
  events: 'Writing events',
  report: 'Writing the report',
  sign: 'Signing',
  write: 'Writing the file',
};
const VERIFY_STAGES = { files: 'Checking files', events: 'Checking events' } as const;
const KEY_CREATED = 'bundle-key-created';

async function signer(context: Context): Promise<Output<'bundles.signer'>> {
  const { db, secrets } = context.opened();
  const { publicKeyPem } = await secrets.bundleKey();
  const stored = await db.getValue(KEY_CREATED);
  const createdAt = stored === null ? context.ports.clock.now() : Number(stored);
  if (stored === null) await db.setValue(KEY_CREATED, String(createdAt));
  return { pem: publicKeyPem, fingerprint: bundleKeyFingerprint(publicKeyPem, sha256), createdAt };
}

async function preview(
  context: Context,
  { orgId, from, to, withhold }: HandlerInput<'bundles.preview'>,
): Promise<Output<'bundles.preview'>> {
  if (from >= to) throw new AppError('INPUT_INVALID', 'The period ends before it begins.');
  const { reader } = await context.opened().mirrors.get(orgId);
  const { begin, end, proven } = await provenPeriod(reader, from, to, context.ports.clock.now());
  const empty = begin >= end;
  const events = empty ? 0 : end - begin;
  const estimate = await estimateBundle(reader, begin, begin + events, withhold);
  return {
    events,
    firstSeq: empty ? null : begin,
    lastSeq: empty ? null : end - 1,
    disclosed: estimate.disclosed,
    withheld: estimate.withheld,
    estimatedBytes: estimate.bytes,
    estimate: { exact: estimate.exact, sampled: estimate.sampled, basis: basisOf(estimate, events) },
    proven,
  };
}

/** What one bundle is written from and where to. */
export interface BundleOrder {
  readonly orgId: string;
  readonly orgName: string;
  readonly path: string;
  readonly sections: BundleSection[];
  readonly title: string;
  source(handle: Pick<JobHandle, 'signal' | 'report'>): Promise<BundleSource>;
}

/** Starts the job that writes, signs and notes a bundle. */
export function startBundle(context: Context, files: Files, order: BundleOrder): { jobId: string } {
  const { orgId, orgName, path, sections, title } = order;
  const { db, secrets, unfinished } = context.opened();
  const { now } = context.ports.clock;
  return context.jobs.start({
    kind: 'export-bundle',
    orgId,
    title,
    unit: 'events',
    async run({ signal, report }) {
      const source = await order.source({ signal, report });
      const { privateKeyPem, publicKeyPem } = await secrets.bundleKey();
      await signer(context);
      const result = await unfinished.during(path, (draft) =>
        writeBundle({
          path,
          draft,
          source,
          signer: { publicKeyPem, sign: ecdsaP256Signer(privateKeyPem) },
          now,
          uuid: randomUUID,
          generator: { name: 'Mission Control Governance Console', version: context.options.version },
          onProgress: (stage, done, total) => report({ phase: STAGES[stage], done, total, unit: 'events' }),
          signal,
        }),
      );
      const { from, to } = source.period;
      const record: BundleRecord = { ...result, orgId, orgName, createdAt: now(), from, to, sections };
      await db.addBundle(record);
      files.wrote(path);
      return result;
    },
  });
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');

async function exportBundle(
  context: Context,
  files: Files,
  { reports, assessor }: BundleParts,
  input: HandlerInput<'bundles.export'>,
): Promise<{ jobId: string }> {
  const { orgId, from, to, withhold } = input;
  if (from >= to) throw new AppError('INPUT_INVALID', 'The period ends before it begins.');
  const mirror = await context.opened().mirrors.get(orgId);
  await refuseExportOutside(context, orgId);
  const { now } = context.ports.clock;
  const organization = { id: orgId, ...(await organizationOf(context, orgId)) };
  const path = files.exportPath(input.path, `${orgId}-${day(from)}-${day(to)}`, '.mcbundle.zip');
  // Log, events and report prove each other and always go together; access and service levels are what can be left out.
  const optional = (['access', 'sla', 'compliance'] as const).filter((section) => input.sections.includes(section));
  if (optional.includes('compliance') && input.frameworks.length === 0) {
    throw new AppError('INPUT_INVALID', 'Choose a framework to be assessed.');
  }
  const sections: BundleSection[] = ['log', 'events', ...optional, 'report'];
  return startBundle(context, files, {
    ...{ orgId, orgName: organization.name, path, sections, title: `Export ${organization.name}` },
    source: async (handle) => {
      const access = optional.includes('access');
      const source = await mirrorSource(mirror, { organization, from, to, withhold, access, now: now() });
      const frameworks = input.frameworks;
      return {
        ...source,
        ...(optional.includes('sla') ? { levels: await reports(orgId, from, to) } : {}),
        ...(optional.includes('compliance')
          ? { compliance: await assessor.assess({ orgId, frameworks, from, to }, handle) }
          : {}),
      };
    },
  });
}

/** Keys this console trusts by itself: the pinned log keys and its own bundle key. */
async function ownTrust(context: Context): Promise<string[]> {
  const { db, secrets } = context.opened();
  const pins = (await db.listConnections()).flatMap(({ orgs }) => orgs.map(({ pin }) => pin.vkey));
  return [...new Set([...pins, (await secrets.bundleKey()).publicKeyPem])];
}

async function verify(
  context: Context,
  files: Files,
  { path, trust }: HandlerInput<'bundles.verify'>,
): Promise<{ jobId: string }> {
  if (!isAbsolute(path)) throw new AppError('FILE_UNREADABLE', 'The path is not absolute.', { path });
  const trusted = [...(await ownTrust(context)), ...trust];
  return context.jobs.start({
    kind: 'verify-bundle',
    orgId: null,
    title: 'Verify a bundle',
    unit: 'files',
    async run({ signal, report }): Promise<VerifyReport> {
      try {
        return await verifyBundleFile(path, {
          trust: trusted,
          onProgress: (stage, done, total) => {
            signal.throwIfAborted();
            report({ phase: VERIFY_STAGES[stage], done, total, unit: stage });
          },
        });
      } finally {
        await files.discardUpload(path);
      }
    },
  });
}

/** Monthly service level reports of a period. */
export type PeriodReports = (orgId: string, from: number, to: number) => Promise<readonly SourceReport[]>;

/** What makes sections that are left out unless asked for. */
export interface BundleParts {
  readonly reports: PeriodReports;
  readonly assessor: Assessor;
}

export function bundleHandlers(context: Context, files: Files, parts: BundleParts): Handlers {
  return {
    'bundles.signer': () => signer(context),
    'bundles.preview': (input) => preview(context, input),
    'bundles.export': (input) => exportBundle(context, files, parts, input),
    'bundles.list': () => context.opened().db.listBundles(),
    'bundles.verify': (input) => verify(context, files, input),
  };
}
