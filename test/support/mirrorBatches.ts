/** Batches for a mirror as main/sync hands them over, over real leaves, hashes and a signed checkpoint. The same rows come out for the same seed. */
import { generateKeyPairSync } from 'node:crypto';
import { ed25519RawPublic, ed25519Signer, sha256 } from '../../main/crypto.ts';
import type { AuditBatch, BatchBundle, BatchDictionary, MirrorPin } from '../../main/db/api.ts';
import { OUTCOMES, packDictionaries } from '../../main/db/api.ts';
import { buildEvent, makeDisclosure } from '../../shared/audit/index.ts';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import {
  CompactRange,
  encodeEntries,
  formatCheckpoint,
  leafHash,
  makeVkey,
  signNote,
  TILE_WIDTH,
} from '../../shared/log/index.ts';

export const ORIGIN = 'log.example/orgs/acme';
const BASE = Date.UTC(2026, 9, 1);
const ACTIONS = ['auth.login', 'auth.logout', 'thread.create', 'thread.read', 'authx.other', 'member.role.update'];
const WORDS = ['alpha', 'Bravo', 'über', 'delta-force', 'x_9', '東京', 'NEAR', 'AND', 'a.b'];

export interface Row {
  readonly seq: number;
  readonly occurred: number;
  readonly recorded: number;
  readonly actor: string;
  readonly actorName: string | null;
  readonly action: string;
  readonly target: string;
  readonly workspace: string;
  readonly outcome: (typeof OUTCOMES)[number];
  readonly text: string;
}

function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Rows with many equal times, absent targets and workspaces, and times before 1970. */
export function makeRows(count: number, seed = 1): Row[] {
  const next = numbers(seed);
  let recorded = BASE;
  return Array.from({ length: count }, (_, seq) => {
    recorded += next(3) === 0 ? 0 : next(60_000);
    const actor = next(12);
    return {
      seq,
      recorded,
      occurred: next(50) === 0 ? -86_400_000 * next(400) : recorded - next(4) * 1000,
      actor: `${['user', 'service_account', 'system'][actor % 3]}:a${actor}`,
      actorName: actor % 4 === 0 ? null : `Name ${actor % 5} of ${actor}`,
      action: ACTIONS[next(ACTIONS.length)]!,
      target: next(4) === 0 ? '' : `thread:t${next(40)}`,
      workspace: next(3) === 0 ? '' : `w${next(3)}`,
      outcome: OUTCOMES[next(10) < 8 ? 0 : 1 + next(2)]!,
      text: `${WORDS[next(WORDS.length)]} ${WORDS[next(WORDS.length)]} n${next(30)}`,
    };
  });
}

export interface SyntheticLog {
  readonly rows: readonly Row[];
  readonly leaves: readonly Uint8Array[];
  readonly disclosures: readonly string[];
  readonly pin: MirrorPin;
  /** Signed checkpoint over the first `size` leaves. */
  readonly checkpoint: (size: number) => AuditBatch['checkpoint'];
}

export function makeLog(rows: readonly Row[]): SyntheticLog {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = ed25519RawPublic(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const sign = ed25519Signer(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  const leaves: Uint8Array[] = [];
  const disclosures: string[] = [];
  for (const row of rows) {
    const salt = (n: number): Uint8Array => sha256(toUtf8(`${row.seq}/${n}`)).subarray(0, 16);
    const told = [makeDisclosure(salt(0), 'detail', { text: row.text })];
    if (row.actorName !== null) told.push(makeDisclosure(salt(1), 'actor', { name: row.actorName }));
    const [actorType, actorId] = row.actor.split(':') as ['user', string];
    const [targetType, targetId] = row.target.split(':') as [string, string];
    const { bytes } = buildEvent(
      {
        log: ORIGIN,
        seq: row.seq,
        id: `0192f3a4-0000-7000-8000-${row.seq.toString(16).padStart(12, '0')}`,
        recorded_at: new Date(row.recorded).toISOString(),
        occurred_at: new Date(row.occurred).toISOString(),
        workspace: row.workspace === '' ? null : row.workspace,
        action: row.action,
        outcome: row.outcome,
        actor: { type: actorType, id: actorId },
        target: row.target === '' ? null : { type: targetType, id: targetId },
        producer: { id: 'test', epoch: 1, n: row.seq },
        request: null,
      },
      told,
      sha256,
    );
    leaves.push(toUtf8(bytes));
    disclosures.push(told.join('~'));
  }
  const rootOf = (size: number): Uint8Array => {
    const range = CompactRange.empty(sha256);
    for (const leaf of leaves.slice(0, size)) range.append(leafHash(leaf, sha256));
    return range.root();
  };
  return {
    rows,
    leaves,
    disclosures,
    pin: { vkey: makeVkey(ORIGIN, raw, sha256), origin: ORIGIN, fingerprint: toHex(sha256(raw)), pinnedAt: BASE },
    checkpoint: (size) => {
      const root = rootOf(size);
      const note = signNote(formatCheckpoint({ origin: ORIGIN, size, root }), ORIGIN, raw, sign, sha256);
      return { note, origin: ORIGIN, size, root };
    },
  };
}

function encode(
  values: readonly string[],
  names: readonly (string | null)[],
): { codes: Uint32Array; dictionary: BatchDictionary } {
  const keys: string[] = [];
  const shown: (string | null)[] = [];
  const codes = values.map((value, i) => {
    let code = keys.indexOf(value);
    if (code < 0) {
      code = keys.push(value) - 1;
      shown.push(null);
    }
    shown[code] = names[i] ?? shown[code] ?? null;
    return code;
  });
  return { codes: Uint32Array.from(codes), dictionary: { keys, names: shown } };
}

/** The rows from `begin` on in the bundle that holds row `end - 1`. */
function bundleOf(log: SyntheticLog, begin: number, end: number, hash: Uint8Array | null): BatchBundle {
  const index = Math.floor((end - 1) / TILE_WIDTH);
  const first = Math.max(begin, index * TILE_WIDTH);
  return {
    index,
    count: end - first,
    entries: encodeEntries(log.leaves.slice(first, end)),
    disclosures: toUtf8(log.disclosures.slice(first, end).join('\n')),
    hash,
  };
}

/** The words by which the console finds a row. */
export function searchText({ action, actor, target, text, actorName }: Row): string {
  const id = (key: string): string => key.slice(key.indexOf(':') + 1);
  return `${action} ${id(actor)} ${id(target)} ${text}${actorName === null ? '' : ` ${actorName}`}`;
}

/** The batch of rows [begin, end) under a checkpoint. */
export function makeBatch(log: SyntheticLog, begin: number, end: number, checkpoint = log.checkpoint(end)): AuditBatch {
  const rows = log.rows.slice(begin, end);
  const range = CompactRange.empty(sha256);
  const bundles: BatchBundle[] = [];
  let tile = CompactRange.empty(sha256);
  for (const [i, leaf] of log.leaves.slice(0, end).entries()) {
    const hash = leafHash(leaf, sha256);
    range.append(hash);
    tile.append(hash);
    if ((i + 1) % TILE_WIDTH !== 0) continue;
    if (i >= begin) bundles.push(bundleOf(log, begin, i + 1, tile.hashes[0]!));
    tile = CompactRange.empty(sha256, i + 1);
  }
  if (end % TILE_WIDTH !== 0 && end > begin) bundles.push(bundleOf(log, begin, end, null));
  const none = rows.map(() => null);
  const actor = encode(
    rows.map((row) => row.actor),
    rows.map((row) => row.actorName),
  );
  const action = encode(
    rows.map((row) => row.action),
    none,
  );
  const target = encode(
    rows.map((row) => row.target),
    none,
  );
  const workspace = encode(
    rows.map((row) => row.workspace),
    none,
  );
  return {
    firstSeq: begin,
    count: rows.length,
    bundles,
    occurred: Float64Array.from(rows, (row) => row.occurred),
    recorded: Float64Array.from(rows, (row) => row.recorded),
    outcome: Uint8Array.from(rows, (row) => OUTCOMES.indexOf(row.outcome)),
    actor: actor.codes,
    action: action.codes,
    target: target.codes,
    workspace: workspace.codes,
    dictionaries: packDictionaries({
      actor: actor.dictionary,
      action: action.dictionary,
      target: target.dictionary,
      workspace: workspace.dictionary,
    }),
    text: toUtf8(rows.map(searchText).join('\n')),
    range: { size: end, hashes: range.hashes },
    checkpoint,
    producers: [{ id: 'test', epoch: 1, n: end - 1 }],
    now: BASE,
  };
}
