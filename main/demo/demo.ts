/** `npm run demo`: the main job without a window. The console is driven through its dispatcher, the platform through its own program. */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import type { AuditFilter } from '../../shared/contract/audit.ts';
import type { BundleResult, VerifyReport } from '../../shared/contract/bundles.ts';
import { SyncResult } from '../../shared/contract/connections.ts';
import type { VerifyMirrorResult } from '../../shared/contract/integrity.ts';
import { AppError } from '../../shared/errors.ts';
import { parseVkey } from '../../shared/log/index.ts';
import { ed25519PublicPem, sha256 } from '../crypto.ts';
import { type Session, withSession } from '../hosts/cli/session.ts';
import { DEMO_REGION } from '../services/exportPlace.ts';
import { Ledger } from './checks.ts';
import { type DemoRun, readOptions } from './options.ts';
import { PlatformProcess } from './platformProcess.ts';

const EXIT = { ok: 0, negative: 1, usage: 2, internal: 70 } as const;
const IMPORT_ORG = 'imported';
const YEAR_3000 = Date.UTC(3000, 0);

const ImportSummaries = z.array(
  z.object({
    file: z.string(),
    read: z.int(),
    imported: z.int(),
    rejected: z.int(),
    firstSeq: z.int().nullable(),
    refusals: z.array(z.object({ line: z.int(), index: z.int(), reason: z.string() })),
  }),
);
const Generated = z.object({
  events: z.int(),
  signIn: z.object({ email: z.string(), password: z.string(), totpSecret: z.string() }),
});

interface Source {
  readonly email: string;
  readonly password: string;
  readonly totp: () => string | null;
  readonly imports: z.infer<typeof ImportSummaries>;
}

async function importFiles(run: DemoRun, platform: PlatformProcess, ledger: Ledger): Promise<Source> {
  const email = 'importer@demo.example';
  const password = randomBytes(18).toString('base64url');
  const env = { MC_PLATFORM_PASSWORD: password };
  await platform.run('create-admin', ['--email', email, '--org', IMPORT_ORG, '--org-name', 'Imported logs'], { env });
  const imports = await ledger.timed(
    'import',
    'records',
    async () => {
      const onNote = (line: string): void => void process.stderr.write(`  ${line}\n`);
      const output = await platform.run('import', ['auto', ...run.inputs, '--org', IMPORT_ORG, '--json'], { onNote });
      return ImportSummaries.parse(JSON.parse(output));
    },
    (summaries) => summaries.reduce((sum, { read }) => sum + read, 0),
  );
  for (const { file, read, imported, rejected, refusals } of imports) {
    ledger.equal(`${file}: records read = imported + rejected`, read, imported + rejected);
    for (const { line, index, reason } of refusals)
      process.stderr.write(`  rejected ${file}:${line} (record ${index + 1}): ${reason}\n`);
  }
  return { email, password, totp: () => null, imports };
}

async function generate(run: DemoRun, platform: PlatformProcess, ledger: Ledger): Promise<Source> {
  const { signIn } = await ledger.timed(
    'generate',
    'events',
    async () =>
      Generated.parse(
        JSON.parse(await platform.run('demo-data', ['--seed', run.seed, '--scale', run.scale, '--json'])),
      ),
    ({ events }) => events,
  );
  const { email, password, totpSecret } = signIn;
  const codes = new TOTP({ secret: Secret.fromBase32(totpSecret), digits: 6, period: 30, algorithm: 'SHA1' });
  return { email, password, totp: () => codes.generate(), imports: [] };
}

/** Connects with the offered log keys pinned and syncs every organization. */
async function syncAll(session: Session, url: string, source: Source, ledger: Ledger) {
  const { email, password } = source;
  const offer = await session.call('connections.begin', { url, email, password, totp: source.totp() });
  const pins = offer.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  await session.call('connections.confirm', { draftId: offer.draftId, pins });
  const sizes = new Map<string, number>();
  await ledger.timed(
    'sync, verified',
    'events',
    async () => {
      for (const { orgId } of offer.organizations) {
        const { jobId } = await session.call('sync.start', { orgId });
        const done = SyncResult.parse((await session.wait(jobId)).result);
        sizes.set(orgId, done.size);
      }
    },
    () => [...sizes.values()].reduce((sum, size) => sum + size, 0),
  );
  return { organizations: offer.organizations, sizes };
}

/** The imported records stand in one run of the log, between the events of their own import. */
async function reconcileImports(session: Session, source: Source, ledger: Ledger): Promise<void> {
  for (const { file, imported, firstSeq } of source.imports) {
    if (firstSeq === null) continue;
    const actionAt = async (seq: number) => (await session.call('audit.get', { orgId: IMPORT_ORG, seq })).event;
    const before = await actionAt(firstSeq - 1);
    const after = await actionAt(firstSeq + imported);
    const bracketed = before.action === 'import.start' && after.action === 'import.complete';
    ledger.equal(
      `${file}: imported = mirrored between import.start and import.complete`,
      bracketed ? imported : -1,
      imported,
    );
  }
}

async function query(session: Session, orgId: string, size: number, ledger: Ledger): Promise<void> {
  const ask = async (filter: z.input<typeof AuditFilter>) => {
    const page = await session.call('audit.query', { orgId, filter, limit: 100 });
    await session.call('audit.histogram', { orgId, filter });
    return page;
  };
  const queries = [
    {},
    { outcomes: ['denied' as const] },
    { outcomes: ['failure' as const], text: 'login' },
    { text: 'user ' },
    { from: 0, to: YEAR_3000 },
  ];
  const pages = await ledger.timed(
    'query (page and histogram)',
    'queries',
    async () => {
      const answers = [];
      for (const filter of queries) answers.push(await ask(filter));
      return answers;
    },
    (answers) => answers.length,
  );
  ledger.equal('events in the mirror = events in the signed log', pages[0]!.mirrored, size);
  ledger.equal('events found without a filter = events in the mirror', pages[0]!.matched, size);
  const seqs = [...new Set([0, Math.floor(size / 2), size - 1])];
  await ledger.timed(
    'inclusion proofs',
    'proofs',
    async () => {
      for (const seq of seqs) {
        const { verified } = await session.call('audit.prove', { orgId, seq });
        ledger.equal(`event ${seq} proven in the signed root`, verified ? 1 : 0, 1);
      }
    },
    () => seqs.length,
  );
}

async function exportAndVerify(
  run: DemoRun,
  session: Session,
  orgId: string,
  size: number,
  vkey: string,
  ledger: Ledger,
): Promise<BundleResult> {
  const path = join(run.dir, 'bundle.mcbundle.zip');
  const bundle = await ledger.timed(
    'export signed bundle',
    'events',
    async () => {
      const { jobId } = await session.call('bundles.export', {
        orgId,
        from: 0,
        to: YEAR_3000,
        sections: ['log', 'events', 'access', 'report'],
        withhold: [],
        path,
      });
      return (await session.wait(jobId)).result as BundleResult;
    },
    ({ events }) => events,
  );
  ledger.equal('events in the bundle = events in the mirror', bundle.events, size);
  const signer = await session.call('bundles.signer', {});
  const report = await ledger.timed(
    'verify bundle',
    'events',
    async () => {
      const { jobId } = await session.call('bundles.verify', { path: bundle.path, trust: [signer.pem, vkey] });
      return (await session.wait(jobId)).result as VerifyReport;
    },
    ({ bundle: read }) => read?.events ?? 0,
  );
  const failed = report.checks
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ title, detail }) => `${title}: ${detail}`);
  if (report.exit !== 0)
    throw new AppError('LOG_TAMPERED', `The bundle does not verify: ${report.summary} ${failed.join('; ')}`);
  writeFileSync(join(run.dir, 'log.vkey'), `${vkey}\n`);
  writeFileSync(join(run.dir, 'log.pub.pem'), ed25519PublicPem(parseVkey(vkey, sha256).publicKey));
  writeFileSync(join(run.dir, 'bundle.pub.pem'), signer.pem);
  return bundle;
}

async function verifyMirror(session: Session, orgId: string, size: number, ledger: Ledger): Promise<void> {
  const result = await ledger.timed(
    'verify every stored event',
    'events',
    async () => {
      const { jobId } = await session.call('integrity.verify', { orgId });
      return (await session.wait(jobId)).result as VerifyMirrorResult;
    },
    ({ leaves }) => leaves,
  );
  ledger.equal('leaves recomputed = events in the signed log', result.matched ? result.leaves : -1, size);
}

const howToOpen = `Made by "npm run demo".

bundle.mcbundle.zip   signed compliance bundle
bundle.pub.pem        public key of its signer
log.vkey, log.pub.pem verifier key of the audit log, for our verifier and for openssl
console/              data folder of the console; console/mirrors holds the encrypted mirror

Check the bundle:  npm run -s console -- verify bundle.mcbundle.zip --key bundle.pub.pem --key log.vkey
                   or with sha256sum and openssl alone: see VERIFY.md in the bundle
Use the mirror:    MC_PASSPHRASE=... npm run -s console -- --data-dir console call orgs.list '{}'
`;

async function main(argv: readonly string[]): Promise<number> {
  const run = readOptions(argv);
  const platform = new PlatformProcess(join(run.dir, 'platform'));
  const ledger = new Ledger();
  const stop = (): void => {
    void platform.stop().finally(() => {
      if (!run.keep) rmSync(run.dir, { recursive: true, force: true });
      process.exit(130);
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const source =
      run.inputs.length > 0 ? await importFiles(run, platform, ledger) : await generate(run, platform, ledger);
    const url = await platform.serve();
    const { bundle, orgId } = await withSession({ dataDir: join(run.dir, 'console') }, async (session) => {
      await session.call('vault.create', { useKeychain: false, passphrase: run.passphrase });
      await session.call('settings.set', { workstationRegion: DEMO_REGION });
      const { organizations, sizes } = await syncAll(session, url, source, ledger);
      const [first] = organizations.toSorted((a, b) => sizes.get(b.orgId)! - sizes.get(a.orgId)!);
      if (first === undefined) throw new AppError('NOT_FOUND', 'The platform offers no organization.');
      const size = sizes.get(first.orgId)!;
      await reconcileImports(session, source, ledger);
      await verifyMirror(session, first.orgId, size, ledger);
      await query(session, first.orgId, size, ledger);
      return {
        bundle: await exportAndVerify(run, session, first.orgId, size, first.logKey.vkey, ledger),
        orgId: first.orgId,
      };
    });
    report(run, ledger, bundle, orgId);
    return EXIT.ok;
  } finally {
    await platform.stop();
    if (!run.keep) rmSync(run.dir, { recursive: true, force: true });
  }
}

function report(run: DemoRun, ledger: Ledger, bundle: BundleResult, orgId: string): void {
  const mirror = join(run.dir, 'console', 'mirrors', `${orgId}.db`);
  if (run.keep) writeFileSync(join(run.dir, 'README.txt'), howToOpen);
  const kept = run.keep ? { mirror, bundle: bundle.path } : {};
  const passphrase = run.keep && run.passphraseIsNew ? { passphrase: run.passphrase } : {};
  if (run.json) {
    process.stdout.write(
      `${JSON.stringify({ verified: true, steps: ledger.steps, reconciled: ledger.reconciled, ...kept, ...passphrase })}\n`,
    );
    return;
  }
  const lines = [
    ledger.table(),
    '',
    `verified: ${bundle.events.toLocaleString('en-US')} events, bundle ${bundle.digest}`,
  ];
  for (const [name, value] of Object.entries({ ...passphrase, ...kept })) lines.push(`${name}: ${value}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else if (error instanceof AppError) {
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = ['FILE_UNREADABLE', 'FILE_EXISTS', 'INPUT_INVALID'].includes(error.code)
      ? EXIT.usage
      : EXIT.negative;
  } else {
    process.stderr.write(`INTERNAL: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.internal;
  }
}
