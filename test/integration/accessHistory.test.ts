/** The access history of a mirror: derived in stretches, kept through kills, made anew, and honest about what was withheld. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessModel } from '../../main/access/model.ts';
import { AccessStore } from '../../main/access/store.ts';
import { sha256 } from '../../main/crypto.ts';
import type { AccessHave, AccessHistoryRow } from '../../main/db/api.ts';
import { openEncrypted } from '../../main/db/connect.ts';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { readFeed } from '../../main/sync/client.ts';
import { deriveAccessHistory } from '../../main/sync/sync.ts';
import { buildEvent, makeDisclosure } from '../../shared/audit/index.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import type { Json } from '../../shared/json/index.ts';
import { temporaryFolder } from '../support/app.ts';
import { ORIGIN, type StaticEvent, StaticLog, serveStaticLog } from '../support/staticLog.ts';

const KEY = new Uint8Array(32).fill(3);
const NOTHING: AccessHave = { epoch: -1, historyTo: 0, entityCursor: -1, actors: 0, actions: 0, rows: 0 };
const START = Date.UTC(2026, 0, 1);
const child = join(import.meta.dirname, '..', 'support', 'syncChild.ts');
const instant = (seq: number): string => new Date(START + seq * 1000).toISOString();

interface Told {
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string } | null;
  readonly change?: Json;
}

function event(seq: number, { action, target, change }: Told): StaticEvent {
  const noise = createHash('sha256').update(String(seq)).digest();
  const disclosures = [
    makeDisclosure(noise.subarray(0, 16), 'actor', { name: 'Ada' }),
    ...(change === undefined ? [] : [makeDisclosure(noise.subarray(16, 32), 'change', change)]),
  ];
  const fields = {
    ...{ log: ORIGIN, seq, recorded_at: instant(seq), occurred_at: instant(seq), workspace: null, action, target },
    id: `0192f3a4-0000-7000-8000-${seq.toString(16).padStart(12, '0')}`,
    ...{ outcome: 'success' as const, actor: { type: 'user' as const, id: 'u1' }, request: null },
    producer: { id: 'api', epoch: 1, n: seq },
  };
  return { leaf: toUtf8(buildEvent(fields, disclosures, sha256).bytes), disclosures };
}
const role = (id: string, permissions: string[], version: number): { [key: string]: Json } => ({
  ...{ id, org_id: 'acme', name: id, description: '', inherits: null, permissions, catalog_version: 1, source: null },
  ...{ created_at: instant(0), updated_at: instant(0), version },
});
const target = (id: string) => ({ type: 'role', id });

/** A role made and changed again and again among events that are none of access. */
function story(count: number): Told[] {
  return Array.from({ length: count }, (_, seq): Told => {
    const id = `r${seq % 40}`;
    if (seq % 3 === 2) return { action: 'thread.read', target: { type: 'thread', id: 't' } };
    const before = seq < 40 ? null : role(id, ['threads:read'], seq - 39);
    return {
      action: before === null ? 'role.create' : 'role.update',
      target: target(id),
      change: { before, after: role(id, ['logs:read'], seq + 1) },
    };
  });
}

function sync(url: string, vkey: string, path: string, ms: number | null): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, url, vkey, path], { stdio: ['ignore', 'ignore', 'inherit'] });
    const timer = ms === null ? undefined : setTimeout(() => running.kill('SIGKILL'), ms);
    running.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`the sync ended with ${code}`));
    });
  });
}

async function using<T>(path: string, work: (mirror: Mirror) => Promise<T>): Promise<T> {
  const mirror = await openMirror({ path, key: KEY });
  try {
    return await work(mirror);
  } finally {
    await mirror.close();
  }
}
/** The history without the times this mirror learned of it. */
async function historyOf(mirror: Mirror): Promise<Omit<AccessHistoryRow, 'notedAt'>[]> {
  const { history, historyTo, rows } = await mirror.reader.accessData(NOTHING);
  expect(historyTo).toBe(rows);
  return history.map(({ notedAt: _notedAt, ...row }) => row);
}

let folder: ReturnType<typeof temporaryFolder>;
let log: StaticLog;
let server: Awaited<ReturnType<typeof serveStaticLog>>;
let whole: string;
const STORY = story(2_600);

beforeAll(async () => {
  folder = temporaryFolder();
  log = new StaticLog().append(STORY.map((told, seq) => event(seq, told)));
  server = await serveStaticLog(log);
  whole = join(folder.path, 'whole.db');
  expect(await sync(server.url, log.vkey, whole, null)).toBe(true);
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

describe('the access history', () => {
  it('holds each change of access as the log tells it, by the time it was recorded', async () => {
    const expected = STORY.flatMap(({ target: of, change }, seq) =>
      change === undefined
        ? []
        : [[seq, of!.id, START + seq * 1000, JSON.stringify((change as { after: Json }).after)]],
    );
    const rows = await using(whole, historyOf);
    const read = rows.map(({ seq, id, validFrom, data }) => [
      seq,
      id,
      validFrom,
      JSON.stringify(sortedAs(JSON.parse(data!))),
    ]);
    expect(read).toEqual(
      expected.map(([seq, id, at, data]) => [seq, id, at, JSON.stringify(sortedAs(JSON.parse(data as string)))]),
    );
  });

  it('is the same after kills at any moment of the sync', async () => {
    const path = join(folder.path, 'killed.db');
    let kills = 0;
    for (let ms = 250; !(await sync(server.url, log.vkey, path, ms)); ms += 350) kills += 1;
    expect(kills).toBeGreaterThan(0);
    expect(await using(path, historyOf)).toEqual(await using(whole, historyOf));
  });

  it('goes on where it stopped, is made anew to the same, and tells its readers', async () => {
    await using(whole, async (mirror) => {
      const { epoch } = await mirror.reader.accessData(NOTHING);
      await mirror.writer.resetAccessHistory();
      const empty = await mirror.reader.accessData(NOTHING);
      expect([empty.history.length, empty.historyTo, empty.epoch]).toEqual([0, 0, epoch + 1]);
      expect(await mirror.writer.stepAccessHistory(1)).toMatchObject({ done: false });
    });
    await using(whole, async (mirror) => {
      const half = await mirror.reader.accessData(NOTHING);
      expect(half.historyTo).toBeGreaterThan(0);
      expect(half.historyTo).toBeLessThan(half.rows);
      await deriveAccessHistory(mirror, () => 2);
      const more = await mirror.reader.accessData({ ...NOTHING, epoch: half.epoch, historyTo: half.historyTo });
      expect([...half.history, ...more.history].map(({ seq }) => seq)).toEqual(
        (await historyOf(mirror)).map(({ seq }) => seq),
      );
    });
  });

  it('comes to a mirror of an older console', async () => {
    const expected = await using(whole, historyOf);
    const db = openEncrypted({ path: whole, key: KEY, readonly: false });
    db.exec(
      `DROP TABLE access_history; DROP TABLE outbox; DROP INDEX entity_review; DELETE FROM meta WHERE key = 'accessHistory';
       DROP TABLE followed_pruning; DROP TABLE metric_chunk; DROP TABLE metric_hour; DROP TABLE metric_span; DROP TABLE metric_day;
       DROP TABLE erased; DROP TABLE log_origin; DROP TABLE blob;
       DELETE FROM migration WHERE version > 2`,
    );
    db.close();
    await using(whole, async (mirror) => {
      await deriveAccessHistory(mirror, () => 3);
      expect(await historyOf(mirror)).toEqual(expected);
    });
  });
});

/** Keys in order, for comparing entities whatever their order of fields. */
function sortedAs(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('what was withheld or erased', () => {
  it('is unknown, told by the next change where that has it, and never a removal', async () => {
    const member = (name: string) => ({ type: 'member', id: name });
    const told: Told[] = [
      { action: 'role.create', target: target('a'), change: { before: null, after: role('a', ['logs:read'], 1) } },
      {
        action: 'role.update',
        target: target('a'),
        change: { before: role('a', ['logs:read'], 1), after: role('a', ['threads:*'], 2) },
      },
      {
        action: 'role.update',
        target: target('a'),
        change: { before: role('a', ['threads:*'], 2), after: role('a', [], 3) },
      },
      {
        action: 'role.update',
        target: target('b'),
        change: { before: role('b', ['users:view'], 1), after: role('b', [], 2) },
      },
      {
        action: 'member.role.update',
        target: member('m'),
        change: { before: { role: 'viewer' }, after: { role: 'admin' } },
      },
      { action: 'role.create', target: target('c'), change: { before: null, after: role('c', ['users:view'], 1) } },
      { action: 'role.delete', target: target('c'), change: { before: role('c', ['users:view'], 1), after: null } },
      { action: 'member.invite', target: member('n') },
    ];
    const events = told.map((one, seq) => event(seq, one));
    const erased = new StaticLog().append(
      events.map((one, seq) => ({
        ...one,
        disclosures: [1, 6].includes(seq) ? one.disclosures.slice(0, 1) : one.disclosures,
      })),
    );
    const served = await serveStaticLog(erased);
    const path = join(folder.path, 'erased.db');
    try {
      expect(await sync(served.url, erased.vkey, path, null)).toBe(true);
    } finally {
      await served.close();
    }
    await using(path, async (mirror) => {
      const rows = await historyOf(mirror);
      expect(rows.map(({ seq, kind, id, state }) => `${seq} ${kind} ${id} ${state}`)).toEqual([
        ...['0 role a put', '1 role a unknown', '2 role a put', '3 role b put', '4 member m unknown'],
        ...['5 role c put', '6 role c delete'],
      ]);
      const store = new AccessStore();
      store.take(await mirror.reader.accessData(NOTHING));
      const history = new AccessModel(store).history();
      const at = (id: string, seq: number): unknown =>
        history.versionAt('role', id, START + seq * 1000)?.data?.permissions;
      // The erased change of a is what the one after it found.
      expect([at('a', 0), at('a', 1), at('a', 2)]).toEqual([['logs:read'], ['threads:*'], []]);
      expect([at('b', 2), at('b', 3), at('c', 5), at('c', 6)]).toEqual([['users:view'], [], ['users:view'], undefined]);
      expect(history.unknownChanges(Infinity)).toBe(1);
      expect(history.unknownChanges(START + 3000)).toBe(0);
    });
  });
});

describe('the change feed of a newer platform', () => {
  it('keeps kinds this console does not know, and refuses what is no kind', async () => {
    const line = (kind: string) =>
      `${JSON.stringify({ version: 1, kind, id: 'x', op: 'put', data: { a: 1 } })}\n${JSON.stringify({ next: 1, more: false })}\n`;
    const { changes } = readFeed(line('budget_line'), 0);
    await using(join(folder.path, 'feed.db'), async (mirror) => {
      await mirror.writer.applyEntities(
        changes.map((change) => ({ ...change, data: change.data ?? {} })),
        1,
      );
      expect(await mirror.reader.entities('budget_line', null, 0, 10)).toEqual({
        total: 1,
        rows: [{ id: 'x', version: 1, data: { a: 1 } }],
      });
      expect((await mirror.reader.accessData(NOTHING)).entities).toBe('[]');
    });
    expect(() => readFeed(line('No kind!'), 0)).toThrow(expect.objectContaining({ code: 'PLATFORM_PROTOCOL' }));
  });
});
