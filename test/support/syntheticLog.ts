/** A log made from a seed, with real keys: what a platform would have sequenced. For tests of bundles and of the core. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { BundleSource, SourceEvent } from '../../main/bundle/source.ts';
import { ecdsaP256Signer, ed25519RawPublic, ed25519Signer, sha256 } from '../../main/crypto.ts';
import { buildEvent, type DisclosureName, makeDisclosure } from '../../shared/audit/index.ts';
import {
  CompactRange,
  coverNodes,
  foldNodes,
  formatCheckpoint,
  leafHash,
  makeVkey,
  signNote,
} from '../../shared/log/index.ts';

export const ORIGIN = 'platform.example/orgs/acme';
const START = Date.UTC(2026, 0, 1);
const ACTIONS = [
  'auth.login',
  'member.role.update',
  'thread.create',
  'export.bundle.create',
  'workspace.update',
  'thread.read',
];
const OUTCOMES = ['success', 'success', 'success', 'failure', 'denied'] as const;

export interface SyntheticLog {
  readonly events: readonly SourceEvent[];
  readonly checkpoint: string;
  readonly vkey: string;
  readonly logPrivatePem: string;
  readonly hashes: readonly Uint8Array[];
}

/** Bytes that follow from a seed and a number. */
function seeded(seed: string, n: number): Buffer {
  return createHash('sha256').update(`${seed}:${n}`).digest();
}

function uuidV7(random: Buffer): string {
  const hex = random.toString('hex', 0, 16);
  return `0190${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(8, 11)}-8${hex.slice(11, 14)}-${hex.slice(14, 26)}`;
}

function makeEvent(seed: string, seq: number): SourceEvent {
  const random = seeded(seed, seq);
  const pick = <T>(items: readonly T[], at: number): T => items[random[at]! % items.length]!;
  const salt = (k: number): Uint8Array => new Uint8Array(seeded(`${seed}:salt${k}`, seq).subarray(0, 16));
  const time = new Date(START + seq * 60_000).toISOString();
  const user = `u-${random[1]! % 40}`;
  const disclosures = [
    makeDisclosure(salt(0), 'actor', { name: `Person ${user} Müller`, email: `${user}@acme.example` }),
    makeDisclosure(salt(1), 'source', { ip: `192.0.2.${random[2]}`, user_agent: 'Synthetic/1.0' }),
  ];
  if (seq % 3 === 0)
    disclosures.push(makeDisclosure(salt(2), 'detail', { note: `detail ${seq}`, list: [1, null, 'é"\\'] }));
  const { bytes } = buildEvent(
    {
      log: ORIGIN,
      seq,
      id: uuidV7(random),
      recorded_at: time,
      occurred_at: time,
      workspace: seq % 4 === 0 ? null : 'ws-1',
      action: pick(ACTIONS, 3),
      outcome: pick(OUTCOMES, 4),
      actor: { type: random[5]! % 10 === 0 ? 'service_account' : 'user', id: user },
      target: seq % 5 === 0 ? null : { type: 'thread', id: `t-${random[6]}` },
      producer: { id: 'api', epoch: 0, n: seq },
      request: `req-${seq}`,
    },
    disclosures,
    sha256,
  );
  return { seq, leaf: new Uint8Array(Buffer.from(bytes)), disclosures };
}

/** `size` events, one a minute from 2026-01-01, signed by a new key. */
export function syntheticLog(size: number, seed = 'seed'): SyntheticLog {
  const events = Array.from({ length: size }, (_, seq) => makeEvent(seed, seq));
  const hashes = events.map(({ leaf }) => leafHash(leaf, sha256));
  const range = CompactRange.empty(sha256);
  for (const hash of hashes) range.append(hash);
  const { privateKey } = generateKeyPairSync('ed25519');
  const logPrivatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKey = ed25519RawPublic(logPrivatePem);
  const text = formatCheckpoint({ origin: ORIGIN, size, root: range.root() });
  const checkpoint = signNote(text, ORIGIN, publicKey, ed25519Signer(logPrivatePem), sha256);
  return { events, checkpoint, vkey: makeVkey(ORIGIN, publicKey, sha256), logPrivatePem, hashes };
}

/** Hashes of the perfect subtrees of [begin, end). */
export function coverHashes(log: SyntheticLog, begin: number, end: number): Uint8Array[] {
  return coverNodes(begin, end).map(({ level, index }) => {
    const range = CompactRange.empty(sha256, index * 2 ** level);
    for (const hash of log.hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)) range.append(hash);
    return foldNodes(range.hashes, sha256);
  });
}

export function bundleSource(
  log: SyntheticLog,
  range: { begin: number; end: number },
  withhold: readonly DisclosureName[] = [],
): BundleSource {
  return {
    organization: { id: 'acme', name: 'Acme <GmbH> & Söhne "AG"', timeZone: 'Europe/Berlin' },
    period: { from: START + range.begin * 60_000, to: START + range.end * 60_000 },
    log: { checkpoint: log.checkpoint, vkey: log.vkey },
    range,
    cover: { left: coverHashes(log, 0, range.begin), right: coverHashes(log, range.end, log.events.length) },
    withhold,
    access: [
      {
        name: 'members',
        columns: ['email', 'role', 'permissions', 'joined_at'],
        rows: [
          { email: '=HYPERLINK("x")', role: 'admin', permissions: ['logs:read'], joined_at: null },
          { email: 'b@acme.example', role: 'viewer', permissions: [], joined_at: '2026-01-01T00:00:00.000Z' },
        ],
      },
      {
        name: 'workspaces',
        columns: ['id', 'name', 'max_threads'],
        rows: [{ id: 'ws-1', name: 'Main, "the" one', max_threads: 5 }],
      },
    ],
    async *events() {
      yield* log.events.slice(range.begin, range.end);
    },
  };
}

export interface BundleKey {
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
  sign(message: Uint8Array): Uint8Array;
}

export function bundleKey(): BundleKey {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const privateKeyPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const publicKeyPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { publicKeyPem, privateKeyPem, sign: ecdsaP256Signer(privateKeyPem) };
}
