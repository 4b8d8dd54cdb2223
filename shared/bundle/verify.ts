/**
 * All checks of a bundle (`docs/FORMATS.md` section 4). Pure: an opened bundle, pinned keys and ports in, verdict out.
 * Keys inside the bundle are never a root of trust: a signature that holds under them alone gives exit code 3.
 */
import { fromUtf8, toHex } from '../bytes.ts';
import type { Checkpoint } from '../log/index.ts';
import { at, type Check, type CheckId, Checks, Fault } from './checks.ts';
import { dataChecks } from './dataChecks.ts';
import type { BundleFiles, VerifyOptions, VerifyPorts } from './files.ts';
import { checkDigests, digestOf, readWhole, takeInventory } from './inventory.ts';
import type { PinnedKey } from './keys.ts';
import { LIMITS, STATEMENT, TAG_MANIFEST } from './layout.ts';
import { checkCheckpoint, checkSignatures, describeSigner, type Signer } from './signers.ts';
import { type Predicate, parseStatement } from './statement.ts';

/** Same shape as `VerifyReport` of the contract. */
export interface BundleVerdict {
  readonly exit: 0 | 1 | 2 | 3;
  readonly verdict: 'valid' | 'invalid' | 'unreadable' | 'untrusted';
  readonly summary: string;
  readonly checks: Check[];
  readonly bundle: {
    readonly organization: string;
    readonly orgId: string;
    readonly kind: string;
    readonly from: number;
    readonly to: number;
    readonly createdAt: number;
    readonly events: number;
    readonly withheld: number;
    readonly treeSize: number;
    readonly signers: Signer[];
  } | null;
  readonly elapsedMs: number;
}

/** The verdict on a file that could not be opened as a bundle at all. */
export function unreadable(reason: string, elapsedMs: number): BundleVerdict {
  const check: Check = {
    id: 'files',
    title: 'The file is a readable bundle',
    verdict: 'fail',
    detail: reason,
    subject: null,
  };
  return { exit: 2, verdict: 'unreadable', summary: `Unreadable: ${reason}`, checks: [check], bundle: null, elapsedMs };
}

interface Found {
  predicate: Predicate | undefined;
  signers: Signer[];
}

/** Runs every check it can and reports all of them; throws only on a fault of the machine. */
export async function verifyBundle(files: BundleFiles, options: VerifyOptions): Promise<BundleVerdict> {
  const { ports } = options;
  const started = ports.now();
  const checks = new Checks();
  const found: Found = { predicate: undefined, signers: [] };
  await runChecks(files, options, checks, found);
  const elapsedMs = Math.max(0, Math.round(ports.now() - started));
  return conclude(checks, found, elapsedMs);
}

const AFTER_FILES: readonly CheckId[] = [
  'digests',
  'statement',
  'signature',
  'signer',
  'checkpoint',
  'log',
  'events',
  'range',
  'counts',
  'access',
  'sla',
  'compliance',
  'report',
];

async function runChecks(files: BundleFiles, options: VerifyOptions, checks: Checks, found: Found): Promise<void> {
  const { ports, pinned, onProgress } = options;
  const inventory = await checks.run('files', async () => {
    const taken = await takeInventory(files);
    return [taken, `${files.names.length} files, each listed once`] as const;
  });
  if (inventory === undefined) return checks.skip(AFTER_FILES, 'The list of files is wrong.');
  await checks.run('digests', async () => {
    return [
      true,
      await checkDigests(files, inventory, ports, (done, total) => onProgress?.('files', done, total)),
    ] as const;
  });
  const statement = await checks.run('statement', () => readStatement(files, ports));
  found.predicate = statement?.predicate;
  await signatureChecks(files, options, checks, found, statement?.bytes);
  const checkpoint = await checkpointChecks(files, options, checks, found, pinned);
  if (statement === undefined || checkpoint === undefined) {
    return checks.skip(
      ['events', 'range', 'counts', 'access', 'sla', 'compliance', 'report'],
      'Statement or checkpoint is wrong.',
    );
  }
  await dataChecks(files, options, checks, statement.predicate, checkpoint);
}

async function readStatement(
  files: BundleFiles,
  ports: VerifyPorts,
): Promise<readonly [{ predicate: Predicate; bytes: Uint8Array }, string]> {
  const bytes = await readWhole(files, STATEMENT, LIMITS.statementBytes);
  const parsed = await at(STATEMENT, () => parseStatement(fromUtf8(bytes)));
  const digest = await digestOf(files, TAG_MANIFEST, ports);
  if (parsed.subject[0].digest.sha256 !== digest) {
    throw new Fault(`${STATEMENT} is about another ${TAG_MANIFEST}, or that file was changed.`, TAG_MANIFEST);
  }
  return [{ predicate: parsed.predicate, bytes }, `Subject ${TAG_MANIFEST}, sha256 ${digest}`];
}

async function signatureChecks(
  files: BundleFiles,
  { pinned, ports }: VerifyOptions,
  checks: Checks,
  found: Found,
  statement: Uint8Array | undefined,
): Promise<void> {
  if (statement === undefined) return checks.skip(['signature', 'signer'], 'The statement is wrong.');
  const signers = await checks.run('signature', async () => {
    const list = await checkSignatures(files, statement, pinned, ports);
    return [
      list,
      `${list.length} ECDSA P-256 ${list.length === 1 ? 'signature' : 'signatures'} over the DSSE payload`,
    ] as const;
  });
  if (signers === undefined) return checks.skip(['signer'], 'There is no valid signature.');
  found.signers.push(...signers);
  const verdict = signers.every(({ trusted }) => trusted) ? 'pass' : 'warn';
  checks.add('signer', verdict, `Bundle key ${signers.map(describeSigner).join('; ')}.`);
}

async function checkpointChecks(
  files: BundleFiles,
  { ports }: VerifyOptions,
  checks: Checks,
  found: Found,
  pinned: readonly PinnedKey[],
): Promise<Checkpoint | undefined> {
  const result = await checks.run('checkpoint', async () => {
    const value = await checkCheckpoint(files, pinned, ports);
    const { origin, size } = value.checkpoint;
    return [value, `${origin}, ${size} entries, root ${toHex(value.checkpoint.root)}`] as const;
  });
  if (result === undefined) {
    checks.skip(['log'], 'The checkpoint is wrong.');
    return undefined;
  }
  found.signers.push(result.signer);
  checks.add('log', result.signer.trusted ? 'pass' : 'warn', `Log key ${describeSigner(result.signer)}.`);
  return result.checkpoint;
}

/** Exit code, verdict and summary from the checks. */
function conclude(checks: Checks, { predicate, signers }: Found, elapsedMs: number): BundleVerdict {
  const trusted = signers.length > 0 && signers.every((signer) => signer.trusted);
  const verdict = checks.failed ? 'invalid' : trusted ? 'valid' : 'untrusted';
  const exit = { valid: 0, invalid: 1, untrusted: 3 } as const;
  const first = checks.list.find((check) => check.verdict === 'fail');
  const summary =
    verdict === 'invalid'
      ? `Invalid: ${first!.detail}`
      : verdict === 'valid'
        ? 'Valid: every check passed under keys you pinned.'
        : 'Valid in itself, but a signer is not among the keys you pinned: nothing shows who made it.';
  const events = predicate?.sections.events.included ?? 0;
  return {
    exit: exit[verdict],
    verdict,
    summary,
    checks: checks.list,
    bundle: predicate
      ? {
          organization: predicate.organization.name,
          orgId: predicate.organization.id,
          kind: predicate.bundle.kind,
          from: Date.parse(predicate.period.from),
          to: Date.parse(predicate.period.to),
          createdAt: Date.parse(predicate.bundle.created_at),
          events,
          withheld: predicate.sections.disclosures.withheld,
          treeSize: predicate.checkpoint.size,
          signers,
        }
      : null,
    elapsedMs,
  };
}
