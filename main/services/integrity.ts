/** The standing verdict of a mirror, its full verification, and explanations on alarms. */
import { toHex } from '../../shared/bytes.ts';
import type { IntegrityState } from '../../shared/contract/common.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { IntegrityView } from '../../shared/contract/integrity.ts';
import { AppError } from '../../shared/errors.ts';
import { openCheckpoint, parseNote, parseVkey } from '../../shared/log/index.ts';
import { ed25519Verify, sha256 } from '../crypto.ts';
import type { MirrorIntegrity } from '../db/api.ts';
import { verifyMirror } from '../sync/verifyMirror.ts';
import type { Context } from './context.ts';
import { readAtOpen } from './pageChecks.ts';

const NOTE_PORTS = { sha256, ed25519Verify };

type Handlers = {
  readonly [N in 'integrity.get' | 'integrity.verify' | 'integrity.acknowledge']: (
    input: HandlerInput<N>,
  ) => Promise<Output<N>>;
};

/** The verdict that stands: an unexplained alarm outweighs everything, then whether every mirrored event lies under a signed root. */
export function standing(facts: {
  openAlarms: number;
  size: number;
  provenSize: number;
  synced: boolean;
}): IntegrityState {
  if (facts.openAlarms > 0) return 'alarm';
  if (!facts.synced && facts.size === 0) return 'never_synced';
  return facts.provenSize >= facts.size ? 'proven' : 'unverified';
}

/** Signature lines of a note, and which of them hold under the pinned key. Those of unknown keys cannot be checked: not verified. */
function signatures(note: string, vkey: string | null): { name: string; keyHash: string; verified: boolean }[] {
  const pin = vkey === null ? null : parseVkey(vkey, sha256);
  const holds = vkey !== null && orNull(() => openCheckpoint(note, vkey, NOTE_PORTS)) !== null;
  return parseNote(note).signatures.map(({ name, keyHash }) => ({
    name,
    keyHash: keyHash.toString(16).padStart(8, '0'),
    verified: holds && name === pin?.name && keyHash === pin.keyHash,
  }));
}

function view(orgId: string, facts: MirrorIntegrity, atOpen: boolean): IntegrityView {
  const { checkpoint, pin } = facts;
  return {
    orgId,
    state: standing({
      openAlarms: facts.alarms.filter(({ acknowledged }) => acknowledged === null).length,
      size: facts.size,
      provenSize: facts.completed?.size ?? 0,
      synced: facts.completed !== null,
    }),
    checkpoint:
      checkpoint === null
        ? null
        : {
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: toHex(checkpoint.root),
            note: checkpoint.note,
            receivedAt: checkpoint.receivedAt,
            signatures: signatures(checkpoint.note, pin?.vkey ?? null),
          },
    pinned: pin === null ? null : { ...pin },
    history: facts.history,
    lastFullVerification: facts.lastFullVerification === null ? null : { ...facts.lastFullVerification },
    pages: { readAtOpen: atOpen, checkedAt: facts.pagesChecked?.at ?? null },
    alarms: facts.alarms,
    witnessed: false,
  };
}

/** What a parse gives, or null where it throws. */
function orNull<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

export function integrityHandlers(context: Context): Handlers {
  const { ports, jobs, events } = context;
  return {
    'integrity.get': async ({ orgId }) => {
      const mirror = await context.opened().mirrors.get(orgId);
      return view(orgId, await mirror.reader.integrity(), readAtOpen(await mirror.reader.summary()));
    },
    'integrity.verify': async ({ orgId }) => {
      const running = jobs.running('verify-mirror', orgId);
      if (running) throw new AppError('CONFLICT', 'This mirror is being verified already.', { jobId: running.id });
      const mirror = await context.opened().mirrors.get(orgId);
      return jobs.start({
        kind: 'verify-mirror',
        orgId,
        title: `Verify the mirror of ${orgId}`,
        unit: 'events',
        async run({ signal, report }) {
          const result = await verifyMirror({ mirror, signal, onProgress: report, now: ports.clock.now });
          events.emit('orgs.changed', { orgIds: [orgId] });
          return result;
        },
      });
    },
    'integrity.acknowledge': async ({ orgId, alarmId, note }) => {
      const mirror = await context.opened().mirrors.get(orgId);
      const alarm = await mirror.writer.acknowledgeAlarm(alarmId, note, ports.clock.now());
      events.emit('orgs.changed', { orgIds: [orgId] });
      return alarm;
    },
  };
}
