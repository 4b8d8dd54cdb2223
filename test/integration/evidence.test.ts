/** Evidence as two consoles live it: added without a network, sent with its file, fetched and checked by the other, shown and saved. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../shared/contract/index.ts';
import type { TestConsole } from '../support/app.ts';
import { ORG, OutboxWorld } from '../support/outboxWorld.ts';

const about = (title: string) => ({
  ...{ orgId: ORG, title, description: 'As of then.', evidence_on: '2026-01-05', valid_until: null },
  ...{ controls: ['soc2-cc6.1'], checks: [] },
});
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('rest of a picture')]);

let world: OutboxWorld;
beforeAll(async () => {
  world = await OutboxWorld.open();
});
afterAll(() => world?.close());

const list = (who: TestConsole): Promise<Output<'evidence.list'>> => who.call('evidence.list', { orgId: ORG });
const fileAt = (name: string, content: string | Uint8Array): string => {
  const path = join(world.folder.path, name);
  writeFileSync(path, content);
  return path;
};
const titled = async (who: TestConsole, title: string) =>
  (await list(who)).evidence.find(({ evidence }) => evidence.title === title);

describe('a file', () => {
  const text = 'Access is reviewed each quarter. Ünïcode too.\n';
  let id = '';

  it('is added without a network, and waits with its bytes', async () => {
    await world.offline();
    const path = fileAt('policy.txt', text);
    const added = await world.mine.call('evidence.addFile', { ...about('Policy'), path });
    expect(added).toMatchObject({
      sha256: sha(Buffer.from(text)),
      bytes: Buffer.byteLength(text),
      waiting: true,
      same: [],
    });
    id = added.id;
    expect(await titled(world.mine, 'Policy')).toMatchObject({
      ...{ state: 'valid', here: true, pending: { op: 'create' } },
      evidence: { kind: 'file', file: { name: 'policy.txt', media_type: 'text/plain' }, evidence_on: '2026-01-05' },
    });
    expect(existsSync(path)).toBe(true);
  });

  it('goes out before its record once the platform is back, and comes to the other console with its digest checked', async () => {
    await world.proxy.up();
    world.proxy.changes.length = 0;
    await world.sync();
    expect(world.proxy.changes.map(({ method, status }) => [method, status])).toEqual([
      ['PUT', 200],
      ['POST', 201],
    ]);
    expect(await world.list()).toEqual([]);
    await world.other.run('sync.start', { orgId: ORG });
    expect(await titled(world.other, 'Policy')).toMatchObject({ here: true, pending: null });
    const preview = await world.other.call('evidence.preview', { orgId: ORG, id });
    expect(preview).toEqual({
      name: 'policy.txt',
      bytes: Buffer.byteLength(text),
      shown: { as: 'text', text, cut: false },
    });
  });

  it('is told to be evidence already, and taken again only when that is meant', async () => {
    const path = fileAt('same.txt', text);
    const again = await world.mine.raw('evidence.addFile', { ...about('Policy again'), path });
    expect(again).toMatchObject({ error: { code: 'CONFLICT', details: { same: [{ id, title: 'Policy' }] } } });
    const meant = await world.mine.call('evidence.addFile', { ...about('Policy again'), path, anyway: true });
    expect(meant.same).toMatchObject([{ title: 'Policy' }]);
    expect(meant.waiting).toBe(false);
  });

  it('is saved as it was, never over another file', async () => {
    const path = join(world.folder.path, 'saved.txt');
    expect(await world.other.call('evidence.save', { orgId: ORG, id, path })).toMatchObject({ path });
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(await world.other.raw('evidence.save', { orgId: ORG, id, path })).toMatchObject({
      error: { code: 'FILE_EXISTS' },
    });
  });

  it('is withdrawn with a reason, and its record stays', async () => {
    await world.add(world.mine, { type: 'evidence.withdraw', id, input: { reason: 'Superseded.' } });
    await world.sync();
    expect(await titled(world.mine, 'Policy')).toMatchObject({
      state: 'withdrawn',
      evidence: { withdrawn_reason: 'Superseded.' },
    });
  });

  it('is refused when it is none, too large, empty or not there, and an upload is gone afterwards', async () => {
    const fails = async (path: string) => {
      const answer = await world.mine.raw('evidence.addFile', { ...about('Bad'), path });
      return 'error' in answer ? answer.error.code : 'added';
    };
    expect(await fails(join(world.folder.path, 'absent'))).toBe('FILE_UNREADABLE');
    expect(await fails(fileAt('empty', ''))).toBe('INPUT_INVALID');
    expect(await fails(fileAt('large', Buffer.alloc(25 * 1_048_576 + 1)))).toBe('INPUT_INVALID');
    const uploads = join(world.folder.path, 'mine', 'uploads');
    mkdirSync(uploads, { recursive: true });
    const upload = join(uploads, 'x.upload');
    writeFileSync(upload, 'an upload');
    const added = { ...about('Upload'), path: upload, name: 'minutes.md' };
    await world.mine.call('evidence.addFile', added);
    expect(existsSync(upload)).toBe(false);
    expect(await titled(world.mine, 'Upload')).toMatchObject({
      evidence: { file: { name: 'minutes.md', media_type: 'text/markdown' } },
    });
  });
});

it('keeps a screenshot and shows it; what is no image is refused', async () => {
  const { id } = await world.mine.call('evidence.addScreenshot', { ...about('Screen'), data: PNG.toString('base64') });
  const { name, shown } = await world.mine.call('evidence.preview', { orgId: ORG, id });
  expect(name).toMatch(/^screenshot-.*\.png$/);
  expect(shown).toEqual({ as: 'image', mediaType: 'image/png', data: PNG.toString('base64') });
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64');
  expect(await world.mine.raw('evidence.addScreenshot', { ...about('Svg'), data: svg })).toMatchObject({
    error: { code: 'INPUT_INVALID' },
  });
});

it('keeps a link, which has no file', async () => {
  const { id, sha256 } = await world.mine.call('evidence.addLink', {
    ...about('Link'),
    url: 'https://policies.example/1',
  });
  expect(sha256).toBeNull();
  expect(await world.mine.raw('evidence.preview', { orgId: ORG, id })).toMatchObject({
    error: { code: 'INPUT_INVALID' },
  });
});

describe('an answer of the mirror', () => {
  it('is kept whole with what it rests on, and stays the same although the log grows', async () => {
    const question = {
      procedure: 'audit.query' as const,
      input: { filter: { actions: ['evidence.*'] }, sort: 'seq', direction: 'asc' },
    };
    await world.sync();
    const { id } = await world.mine.call('evidence.addQuery', { ...about('Events'), ...question });
    const kept = (await titled(world.mine, 'Events'))!.evidence;
    expect(kept).toMatchObject({
      kind: 'query',
      query: { procedure: 'audit.query' },
      file: { media_type: 'text/csv' },
    });
    expect(kept.query!.digest).toBe(kept.file!.sha256);
    const before = await world.mine.call('evidence.verifyQuery', { orgId: ORG, id });
    expect(before).toMatchObject({ same: true, logHolds: true });
    expect(before.noted.rows).toBeGreaterThan(3);
    await world.sync();
    const after = await world.mine.call('evidence.verifyQuery', { orgId: ORG, id });
    expect(after.now.logSize).toBeGreaterThan(after.noted.logSize);
    expect(after).toMatchObject({ same: true, logHolds: true });
  });

  it('tells when the answer is another one now', async () => {
    const question = { procedure: 'entities.list' as const, input: { kind: 'workspace', text: null } };
    const { id } = await world.mine.call('evidence.addQuery', { ...about('Workspaces'), ...question });
    const input = { name: 'New one', description: '', max_threads: 1, max_log_retention_days: 1, max_users: 1 };
    await world.add(world.mine, { type: 'workspace.create', id: crypto.randomUUID(), input });
    const { same, noted, now } = await world.mine.call('evidence.verifyQuery', { orgId: ORG, id });
    expect([same, now.rows]).toEqual([false, noted.rows + 1]);
  });

  it.each([
    ['access.holders', {}],
    ['access.who', { permission: 'org:manage', at: null }],
    ['sla.list', {}],
  ] as const)('%s', async (procedure, input) => {
    const { id, bytes } = await world.mine.call('evidence.addQuery', {
      ...about(procedure),
      procedure,
      input,
      anyway: true,
    });
    expect(bytes).toBeGreaterThan(0);
    expect(await world.mine.call('evidence.verifyQuery', { orgId: ORG, id })).toMatchObject({
      same: true,
      logHolds: true,
    });
  });

  it('is not asked of what changes anything, nor with an input that is none', async () => {
    const bad = { ...about('Bad'), procedure: 'outbox.add', input: {} } as never;
    expect(await world.mine.raw('evidence.addQuery', bad)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
    const long = {
      ...about('Bad'),
      procedure: 'entities.list' as const,
      input: { kind: 'member', text: ' '.repeat(150) },
    };
    const where = { field: 'role' as const, value: 'x'.repeat(256) };
    expect(
      await world.mine.raw('evidence.addQuery', { ...long, input: { ...long.input, where, more: 1 } }),
    ).toMatchObject({
      error: { code: 'INPUT_INVALID' },
    });
    const odd = { ...about('Bad'), procedure: 'access.who' as const, input: { permission: 5 } };
    expect(await world.mine.raw('evidence.addQuery', odd)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
  });
});

it('fetches no file that is not wanted, and the one that is opened', async () => {
  await world.other.call('settings.set', { evidenceMebibytes: 0 });
  const path = fileAt('late.txt', 'late');
  const { id } = await world.mine.call('evidence.addFile', { ...about('Late'), path });
  await world.other.run('sync.start', { orgId: ORG });
  expect(await titled(world.other, 'Late')).toMatchObject({ here: false });
  expect((await world.other.call('evidence.preview', { orgId: ORG, id })).shown).toMatchObject({ text: 'late' });
  expect(await titled(world.other, 'Late')).toMatchObject({ here: true });
});

it('takes no other bytes than those of the digest, and keeps none of them', async () => {
  const path = fileAt('true.txt', 'the true one');
  const { id, sha256 } = await world.mine.call('evidence.addFile', { ...about('True'), path });
  await world.platform.core.tenant(ORG, (tx) =>
    tx.query('UPDATE blobs SET bytes = $2 WHERE sha256 = $1', [sha256, Buffer.from('another one!')]),
  );
  await world.other.run('sync.start', { orgId: ORG });
  expect(await world.other.raw('evidence.preview', { orgId: ORG, id })).toMatchObject({
    error: { code: 'PLATFORM_PROTOCOL' },
  });
  expect(await titled(world.other, 'True')).toMatchObject({ here: false });
});

it('says offline what it has no file of, and fetches it after', async () => {
  await world.mine.call('settings.set', { evidenceMebibytes: 0 });
  const path = fileAt('elsewhere.txt', 'elsewhere');
  const { id } = await world.other.call('evidence.addFile', { ...about('Elsewhere'), path });
  await world.sync();
  await world.offline();
  expect(await titled(world.mine, 'Elsewhere')).toMatchObject({ here: false, state: 'valid' });
  expect(await world.mine.raw('evidence.preview', { orgId: ORG, id })).toMatchObject({ error: { code: 'OFFLINE' } });
  await world.proxy.up();
  await world.sync();
  expect((await world.mine.call('evidence.preview', { orgId: ORG, id })).shown).toMatchObject({ text: 'elsewhere' });
});

it('tells which requests are overdue', async () => {
  const input = { title: 'Minutes', description: '', controls: [], assignee_id: world.bobId, due_on: '2026-01-06' };
  const id = crypto.randomUUID();
  await world.add(world.mine, { type: 'evidence_request.create', id, input });
  expect((await list(world.mine)).requests).toMatchObject([{ overdue: true, request: { id, state: 'open' } }]);
  const evidence = (await titled(world.mine, 'Link'))!.evidence.id;
  await world.add(world.mine, {
    type: 'evidence_request.update',
    id,
    patch: { state: 'provided', evidence: [evidence] },
  });
  expect((await list(world.mine)).requests).toMatchObject([{ overdue: false, request: { state: 'provided' } }]);
});
