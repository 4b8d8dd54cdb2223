/** The mirror file under wrong keys, damage, other versions, other processes and kills: named, and nothing lost or made up. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../main/crypto.ts';
import { openEncrypted } from '../../main/db/connect.ts';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { migrate, versionOf } from '../../main/db/migrate.ts';
import { consoleMigrations, mirrorMigrations } from '../../main/db/migrations/index.ts';
import { fromHex } from '../../shared/bytes.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { coverNodes, foldNodes, verifyInclusion } from '../../shared/log/index.ts';
import { temporaryFolder } from '../support/app.ts';
import { makeBatch, makeLog, makeRows } from '../support/mirrorBatches.ts';

const COUNT = 1500;
const log = makeLog(makeRows(COUNT));
const key = randomBytes(32);
let folder: ReturnType<typeof temporaryFolder>;
let original = '';

/** A closed mirror of all rows, to be copied and hurt. */
beforeAll(async () => {
  folder = temporaryFolder();
  original = join(folder.path, 'original.db');
  const mirror = await openMirror({ path: original, key });
  await mirror.writer.setPin(log.pin);
  await mirror.writer.applyEntities(
    [{ version: 1, kind: 'workspace', id: 'w0', op: 'put', data: { name: 'Plaintext-marker-entity' } }],
    1,
  );
  await mirror.writer.apply(makeBatch(log, 0, COUNT));
  await mirror.close();
});
afterAll(() => folder.remove());

let copies = 0;
function copy(): string {
  const path = join(folder.path, `copy-${copies++}.db`);
  copyFileSync(original, path);
  copyFileSync(`${original}.check`, `${path}.check`);
  return path;
}

/** Everything a mirror tells, as one text. */
async function everything(mirror: Mirror): Promise<string> {
  const { reader } = mirror;
  const order = { sort: 'time', direction: 'desc' } as const;
  const page = await reader.query(AuditFilter.parse({}), order, 0, COUNT);
  const found = await reader.query(AuditFilter.parse({ text: 'alpha' }), order, 0, COUNT);
  const leaves = await reader.leaves(0, 1024);
  const rest = await reader.leaves(1024, COUNT);
  const details = await reader.getMany([0, 700, COUNT - 1]);
  return JSON.stringify([
    await reader.state(),
    page.rows,
    found.rows,
    [...leaves.leaves, ...rest.leaves].map((leaf) => Buffer.from(leaf).toString('utf8')),
    [...leaves.disclosures, ...rest.disclosures],
    details,
    (await reader.cover(0, COUNT)).map((hash) => Buffer.from(hash).toString('hex')),
    (await reader.entities('workspace', null, 0, 10)).rows,
    await reader.integrity(),
  ]);
}

async function readAll(path: string, withKey = key): Promise<string> {
  const mirror = await openMirror({ path, key: withKey });
  try {
    return await everything(mirror);
  } finally {
    await mirror.close();
  }
}

const codeOf = (path: string, withKey = key): Promise<string> =>
  readAll(path, withKey).then(
    () => 'opened',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe('opening', () => {
  it('tells a wrong key from a damaged head, a cut file and an empty one', async () => {
    expect(await codeOf(copy(), randomBytes(32))).toBe('MIRROR_KEY_WRONG');
    const head = copy();
    const bytes = readFileSync(head);
    bytes[120]! ^= 1;
    writeFileSync(head, bytes);
    expect(await codeOf(head)).toBe('MIRROR_DAMAGED');
    expect(readFileSync(head).equals(bytes)).toBe(true);
    const cut = copy();
    truncateSync(cut, Math.floor(statSync(cut).size / 2));
    expect(await codeOf(cut)).toBe('MIRROR_DAMAGED');
  });

  it('finds a flipped bit in any page, or tells exactly what it told before', async () => {
    const before = await readAll(original);
    const size = statSync(original).size;
    const verdicts = new Map<string, number>();
    for (let at = 100; at < size; at += Math.floor(size / 60)) {
      const path = copy();
      const bytes = readFileSync(path);
      bytes[at]! ^= 1 << (at % 8);
      writeFileSync(path, bytes);
      const verdict = await readAll(path).then(
        (told) => (told === before ? 'same' : 'DIFFERENT'),
        (error: { code?: string }) => error.code ?? String(error),
      );
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    expect([...verdicts.keys()].sort()).toEqual(['MIRROR_DAMAGED']);
  });

  it('refuses a file of a newer console and leaves it as it is', async () => {
    const path = copy();
    const db = openEncrypted({ path, key, readonly: false });
    db.prepare('INSERT INTO migration (version, name, applied_at) VALUES (999, ?, 0)').run('from the future');
    db.close();
    const bytes = readFileSync(path);
    expect(await codeOf(path)).toBe('MIRROR_NEWER');
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('belongs to one opener at a time', async () => {
    const path = copy();
    const mirror = await openMirror({ path, key });
    expect(await codeOf(path)).toBe('MIRROR_BUSY');
    const other = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../support/mirrorChild.ts'), path, key.toString('hex'), '10', '10'],
      { encoding: 'utf8' },
    );
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('MIRROR_BUSY')]);
    await mirror.close();
    expect(await codeOf(path)).toBe('opened');
  });

  it('applies each migration in one transaction with its version', () => {
    for (const migrations of [mirrorMigrations, consoleMigrations]) {
      const path = join(folder.path, `migrate-${copies++}.db`);
      const db = openEncrypted({ path, key, readonly: false });
      for (const { version } of migrations) {
        migrate(db, path, migrations, 1, version);
        expect(versionOf(db)).toBe(version);
      }
      const broken = [
        ...migrations,
        { version: 900, name: 'broken', up: () => void db.exec('CREATE TABLE half (a); SELECT nonsense') },
      ];
      expect(() => migrate(db, path, broken, 1)).toThrow();
      expect(versionOf(db)).toBe(migrations.at(-1)?.version);
      expect(db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'half'").pluck().get()).toBe(0);
      db.close();
    }
  });
});

describe('contents', () => {
  it('proves every leaf at any size', async () => {
    for (const size of [1, 2, 255, 256, 257, 1000]) {
      const mirror = await openMirror({ path: join(folder.path, `size-${size}.db`), key });
      await mirror.writer.setPin(log.pin);
      const batch = makeBatch(log, 0, size);
      await mirror.writer.apply(batch);
      for (let seq = 0; seq < size; seq += Math.max(1, Math.floor(size / 50))) {
        const proof = await mirror.reader.prove(seq);
        expect(proof).toMatchObject({ seq, verified: true, treeSize: size, computedRoot: proof.signedRoot });
        verifyInclusion(seq, size, fromHex(proof.leafHash), proof.path.map(fromHex), batch.checkpoint.root, sha256);
      }
      const cover = await mirror.reader.cover(0, size);
      expect(cover.length).toBe(coverNodes(0, size).length);
      expect(foldNodes(cover, sha256)).toEqual(batch.checkpoint.root);
      await mirror.close();
    }
  });

  it('refuses a batch that does not follow', async () => {
    const path = copy();
    const mirror = await openMirror({ path, key });
    await expect(mirror.writer.apply(makeBatch(log, 256, 512))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await mirror.reader.state()).size).toBe(COUNT);
    await mirror.close();
  });

  it('leaves no plaintext in any file, while open, after a kill and when closed', async () => {
    const dir = join(folder.path, 'plain');
    mkdirSync(dir);
    const path = join(dir, 'a.db');
    const mirror = await openMirror({ path, key });
    await mirror.writer.applyEntities(
      [{ version: 1, kind: 'member', id: 'm1', op: 'put', data: { name: 'Plaintext-marker-entity' } }],
      1,
    );
    await mirror.writer.apply(makeBatch(log, 0, COUNT));
    const markers = [
      'Plaintext-marker-entity',
      'member.role.update',
      'log.example',
      'delta-force',
      'Name 1',
      key.toString('hex'),
      key.toString('base64'),
      'CREATE TABLE',
    ];
    const search = (): string[] =>
      readdirSync(dir).flatMap((name) => {
        const bytes = readFileSync(join(dir, name));
        const raw = bytes.includes(key) ? [`${name}: key`] : [];
        return [...raw, ...markers.filter((marker) => bytes.includes(marker)).map((marker) => `${name}: ${marker}`)];
      });
    expect(readdirSync(dir)).toContain('a.db-wal');
    expect(search()).toEqual([]);
    await mirror.close();
    expect(search()).toEqual([]);
  });

  it('is a whole number of acknowledged batches after a kill, and goes on from there', async () => {
    const path = join(folder.path, 'killed.db');
    const child = join(import.meta.dirname, '../support/mirrorChild.ts');
    const args = [child, path, key.toString('hex'), String(COUNT), '50'];
    for (let round = 0; round < 5; round++) {
      const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      let acknowledged = 0;
      const stop = 2 + Math.floor(Math.random() * 4);
      let seen = 0;
      for await (const line of createInterface({ input: running.stdout })) {
        if (line !== 'open') acknowledged = Number(line);
        if (++seen === stop) running.kill('SIGKILL');
      }
      const mirror = await openMirror({ path, key });
      const { size } = await mirror.reader.state();
      expect(size % 50).toBe(0);
      expect(size).toBeGreaterThanOrEqual(acknowledged);
      expect((await mirror.reader.query(AuditFilter.parse({}), { sort: 'seq', direction: 'asc' }, 0, 1)).matched).toBe(
        size,
      );
      await mirror.close();
    }
    expect(spawnSync(process.execPath, args).status).toBe(0);
    const whole = await openMirror({ path, key });
    await whole.writer.setPin(log.pin);
    expect(foldNodes(await whole.reader.cover(0, COUNT), sha256)).toEqual(log.checkpoint(COUNT).root);
    await whole.close();
  });

  it('says that the disk is full and keeps what it acknowledged', async (context) => {
    const mount = join(folder.path, 'small');
    mkdirSync(mount);
    if (
      process.getuid?.() !== 0 ||
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', mount]).status !== 0
    ) {
      context.skip('a small file system cannot be mounted here');
    }
    try {
      const path = join(mount, 'a.db');
      const mirror = await openMirror({ path, key });
      let acknowledged = 0;
      let code = 'none';
      for (let begin = 0; begin < COUNT && code === 'none'; begin += 100) {
        await mirror.writer.apply(makeBatch(log, begin, begin + 100)).then(
          ({ size }) => {
            acknowledged = size;
          },
          (error: { code?: string }) => {
            code = error.code ?? String(error);
          },
        );
      }
      expect(code).toBe('DISK_FULL');
      expect((await mirror.reader.state()).size).toBe(acknowledged);
      await mirror.close();
      const again = await openMirror({ path, key });
      expect((await again.reader.state()).size).toBe(acknowledged);
      await again.close();
    } finally {
      spawnSync('umount', [mount]);
    }
  });
});
