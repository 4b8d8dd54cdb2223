/** Writes a bundle (`docs/FORMATS.md` section 4): streamed, deterministic for the same source, clock and id. */
import { createHash } from 'node:crypto';
import { accessCsv, accessJson } from '../../shared/bundle/access.ts';
import {
  ASSESSMENT_FILE,
  type ComplianceLine,
  DERIVED,
  EVIDENCE_FOLDER,
  frameworkFolder,
  PDF_FILE,
} from '../../shared/bundle/complianceSection.ts';
import { IN_TOTO_TYPE, pae } from '../../shared/bundle/dsse.ts';
import { DISCLOSURES, LEAVES, OCSF, WITHHELD } from '../../shared/bundle/events.ts';
import { bundleKeyFingerprint, ed25519Pem } from '../../shared/bundle/keys.ts';
import {
  BAGIT_TEXT,
  ENVELOPE,
  formatManifest,
  MANIFEST,
  type ManifestLine,
  STATEMENT,
  TAG_MANIFEST,
} from '../../shared/bundle/layout.ts';
import { reportHtml } from '../../shared/bundle/report.ts';
import { SLA_INDEX, slaCsv, slaFile, slaIndexText } from '../../shared/bundle/slaReport.ts';
import {
  formatBagInfo,
  formatEnvelope,
  formatRange,
  formatStatement,
  type Predicate,
} from '../../shared/bundle/statement.ts';
import { verifyGuide } from '../../shared/bundle/verifyGuide.ts';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { type Checkpoint, openCheckpoint, parseVkey, verifyRange } from '../../shared/log/index.ts';
import { ecdsaP256Verify, ed25519Verify, sha256 } from '../crypto.ts';
import { assessedCounts, assessedOf, evidenceFiles } from './assessed.ts';
import { compliancePdf } from './compliancePdf.ts';
import { type Level, levelsOf } from './levels.ts';
import { EventPasses } from './passes.ts';
import { reportPdf } from './pdf.ts';
import { slaPdf } from './slaPdf.ts';
import type { BundleSource, WriteOptions, WrittenBundle } from './source.ts';
import { writeZip, type ZipEntry } from './zipWriter.ts';

const PASSES = 4;

/** Name of the bag's folder and, with `.zip`, of the file: `<org>-<from>-<to>-<id>.mcbundle`. */
export function bundleFolder(orgId: string, period: { from: number; to: number }, bundleId: string): string {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
  return `${orgId}-${day(period.from)}-${day(period.to)}-${bundleId.slice(-8)}.mcbundle`;
}

class BundleWriter {
  readonly bundleId: string;
  readonly folder: string;
  readonly keyFingerprint: string;
  readonly passes: EventPasses;
  digest = '';
  private readonly options: WriteOptions;
  private readonly source: BundleSource;
  private readonly checkpoint: Checkpoint;
  private readonly createdAt: string;
  private readonly levels: readonly Level[];
  private readonly assessed: readonly ComplianceLine[];
  private readonly payload: ManifestLine[] = [];
  private payloadBytes = 0;
  private readonly tags: ManifestLine[] = [];
  private known: Predicate | null = null;
  private statement: Uint8Array = new Uint8Array(0);
  private signature: Uint8Array = new Uint8Array(0);

  constructor(options: WriteOptions) {
    this.options = options;
    this.source = options.source;
    this.bundleId = options.uuid();
    this.folder = bundleFolder(this.source.organization.id, this.source.period, this.bundleId);
    this.keyFingerprint = bundleKeyFingerprint(options.signer.publicKeyPem, sha256);
    this.createdAt = new Date(options.now()).toISOString();
    this.checkpoint = openCheckpoint(this.source.log.checkpoint, this.source.log.vkey, { sha256, ed25519Verify });
    this.levels = levelsOf(this.source.levels ?? []);
    this.assessed = assessedOf(this.source.compliance);
    const total = PASSES * (this.source.range.end - this.source.range.begin);
    let done = 0;
    this.passes = new EventPasses(this.source, (n) => {
      done += n;
      options.onProgress?.('events', done, total);
    });
  }

  /** Entries in the order they are written: payload, tag files, tag manifest, signatures; each by name. */
  entries(): ZipEntry[] {
    const { passes } = this;
    return [
      ...this.source.access.flatMap(({ name, columns, rows }) => [
        this.data(`data/access/${name}.csv`, () => one(accessCsv(columns, rows))),
        this.data(`data/access/${name}.json`, () => one(accessJson(rows))),
      ]),
      this.data(DISCLOSURES, () => passes.disclosures()),
      this.data(LEAVES, () => passes.leaves()),
      this.data(OCSF, () => passes.ocsf()),
      this.data(WITHHELD, () => passes.withheldDigests()),
      this.data('data/log/checkpoint', () => one(this.source.log.checkpoint)),
      this.data('data/log/range.json', () => one(this.rangeText())),
      this.data('data/report.html', () =>
        one(reportHtml(this.predicate(), passes.figures(), this.keyFingerprint, this.levels, this.assessed)),
      ),
      this.data('data/report.pdf', () =>
        later(reportPdf(this.predicate(), passes.figures(), this.keyFingerprint, this.levels, this.assessed)),
      ),
      ...this.levelEntries(),
      ...this.assessedEntries(),
      this.tag('VERIFY.md', () => this.guide()),
      this.tag('bag-info.txt', () =>
        formatBagInfo(this.predicate(), { bytes: this.payloadBytes, files: this.payload.length }),
      ),
      this.tag('bagit.txt', () => BAGIT_TEXT),
      this.tag(MANIFEST, () => formatManifest(this.payload)),
      this.tag('trust/bundle.pub.pem', () => this.options.signer.publicKeyPem),
      this.tag('trust/log.pub.pem', () => ed25519Pem(parseVkey(this.source.log.vkey, sha256).publicKey)),
      this.tag('trust/log.vkey', () => `${this.source.log.vkey}\n`),
      this.entry(TAG_MANIFEST, () => one(this.tagManifest())),
      this.entry('signatures/statement.0.sig', () => later(this.sign())),
      this.entry(ENVELOPE, () => one(formatEnvelope(this.statement, [this.signature]))),
      this.entry(STATEMENT, () => one(this.statement)),
    ];
  }

  private levelEntries(): ZipEntry[] {
    if (this.source.levels === undefined) return [];
    const { name } = this.source.organization;
    return [
      this.data(SLA_INDEX, () => one(slaIndexText(this.levels.map(({ row }) => row)))),
      ...this.levels.flatMap((level) => [
        this.data(slaFile(level.row, 'report.csv'), () => one(slaCsv(level.report))),
        this.data(slaFile(level.row, 'report.json'), () => one(level.text)),
        this.data(slaFile(level.row, 'report.pdf'), () => later(slaPdf(level, name, this.createdAt))),
      ]),
    ];
  }

  private assessedEntries(): ZipEntry[] {
    const evidence = evidenceFiles(this.assessed, this.source.compliance);
    return [
      ...this.assessed.flatMap((line) => {
        const folder = frameworkFolder(line.assessment, line.digest);
        return [
          this.data(`${folder}${ASSESSMENT_FILE}`, () => one(line.text)),
          ...Object.entries(DERIVED).map(([file, make]) => this.data(`${folder}${file}`, () => one(make(line)))),
          this.data(`${folder}${PDF_FILE}`, () => later(compliancePdf(line))),
        ];
      }),
      ...evidence.map(({ sha256: digest, content }) => this.data(`${EVIDENCE_FOLDER}${digest}`, content)),
    ];
  }

  private entry(name: string, content: () => AsyncIterable<Uint8Array>): ZipEntry {
    return { name: `${this.folder}/${name}`, content };
  }

  private data(name: string, content: () => AsyncIterable<Uint8Array>): ZipEntry {
    return this.entry(name, () => this.hashed(name, content()));
  }

  private async *hashed(name: string, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const chunk of content) {
      hash.update(chunk);
      this.payloadBytes += chunk.length;
      yield chunk;
    }
    this.payload.push({ sha256: hash.digest('hex'), name });
  }

  private tag(name: string, make: () => string): ZipEntry {
    return this.entry(name, () => {
      const bytes = toUtf8(make());
      this.tags.push({ sha256: toHex(sha256(bytes)), name });
      return one(bytes);
    });
  }

  private guide(): string {
    const { name } = this.source.organization;
    const logKey = parseVkey(this.source.log.vkey, sha256).publicKey;
    return verifyGuide({
      folder: this.folder,
      organization: name,
      origin: this.checkpoint.origin,
      bundleFingerprint: this.keyFingerprint,
      logFingerprint: toHex(sha256(logKey)),
    });
  }

  /** Refuses to go on unless the leaves written hash to the signed root. */
  private rangeText(): string {
    const { size, root } = this.checkpoint;
    const { cover, range } = this.source;
    this.passes.checkAgreement();
    try {
      verifyRange(this.passes.range, { size, ...cover }, root, sha256);
    } catch (error) {
      throw new AppError('BUNDLE_INCOMPLETE', (error as Error).message, undefined, error);
    }
    return formatRange({ ...range, size, left: cover.left.map(toHex), right: cover.right.map(toHex) });
  }

  private predicate(): Predicate {
    this.known ??= this.makePredicate();
    return this.known;
  }

  private makePredicate(): Predicate {
    const { organization, period, range, withhold, access, kind = 'audit', levels } = this.source;
    const all = (n: number) => ({ expected: n, included: n, omitted: 0, withheld: 0 });
    const { events, disclosed, withheld } = this.passes.figures();
    const { origin, size, root } = this.checkpoint;
    return {
      bundle: { id: this.bundleId, kind, format: 1, created_at: this.createdAt, previous: null },
      organization: { id: organization.id, name: organization.name, time_zone: organization.timeZone },
      period: { from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString() },
      framework: this.assessed.length === 1 ? this.assessed[0]!.assessment.framework.id : null,
      checkpoint: { origin, size, root: toHex(root) },
      range: { ...range },
      filter: { withhold: withhold.toSorted() },
      sections: {
        events: all(events),
        disclosures: { expected: disclosed + withheld, included: disclosed, omitted: 0, withheld },
        ...Object.fromEntries(access.map(({ name, rows }) => [name, all(rows.length)])),
        ...(levels === undefined ? {} : { sla: all(levels.length) }),
        ...(this.source.compliance === undefined ? {} : assessedCounts(this.assessed)),
      },
      exceptions: [],
      generator: { ...this.options.generator },
      sign_offs: [],
    };
  }

  private tagManifest(): string {
    const text = formatManifest(this.tags);
    this.digest = toHex(sha256(toUtf8(text)));
    this.statement = toUtf8(formatStatement(this.predicate(), this.digest));
    return text;
  }

  /** Signs, and checks the signature before it leaves: a bundle that does not verify is worse than none. */
  private async sign(): Promise<Uint8Array> {
    const { signer, onProgress } = this.options;
    onProgress?.('sign', 0, 1);
    const message = pae(IN_TOTO_TYPE, this.statement);
    this.signature = new Uint8Array(await signer.sign(message));
    if (!ecdsaP256Verify(signer.publicKeyPem, message, this.signature)) {
      throw new AppError('INTERNAL', 'The bundle key made a signature that does not verify.');
    }
    onProgress?.('sign', 1, 1);
    return this.signature;
  }
}

async function* one(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof content === 'string' ? toUtf8(content) : content;
}

async function* later(content: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await content;
}

/**
 * Writes the bundle. Throws LOG_SIGNATURE or LOG_MALFORMED when the checkpoint does not verify under the pinned key,
 * BUNDLE_INCOMPLETE or MIRROR_TAMPERED when the events do not prove the range, FILE_EXISTS, FILE_UNWRITABLE, DISK_FULL,
 * CANCELLED; then no file is left behind.
 */
export async function writeBundle(options: WriteOptions): Promise<WrittenBundle> {
  const started = performance.now();
  const writer = new BundleWriter(options);
  const temporary = options.draft ?? `${options.path}.${writer.bundleId.slice(-8)}.part`;
  const bytes = await writeZip(options.path, temporary, writer.entries(), options.signal);
  options.onProgress?.('write', 1, 1);
  const { events, disclosed, withheld } = writer.passes.figures();
  return {
    path: options.path,
    bytes,
    bundleId: writer.bundleId,
    events,
    disclosed,
    withheld,
    digest: writer.digest,
    keyFingerprint: writer.keyFingerprint,
    elapsedMs: Math.round(performance.now() - started),
  };
}
