/** The command line as scripts use it: a process a command, answers on stdout, exit codes. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, type ProcedureName } from '../../shared/contract/index.ts';
import { PASSPHRASE, temporaryFolder } from '../support/app.ts';
import { ADMIN, createAdmin, type PlatformProcess, servePlatform } from '../support/platformProcess.ts';

const CLI = join(import.meta.dirname, '..', '..', 'main', 'hosts', 'cli', 'cli.ts');
const ORG = 'acme';

let folder: ReturnType<typeof temporaryFolder>;
let platform: PlatformProcess;

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], env: Record<string, string | undefined> = {}) {
  const options: SpawnOptions = {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 120_000,
    killSignal: 'SIGKILL',
    env: {
      ...process.env,
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      MC_DATA_DIR: join(folder.path, 'data'),
      MC_PASSPHRASE: PASSPHRASE,
      MC_PASSWORD: ADMIN.password,
      ...env,
    },
  };
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], options);
}

async function run(args: readonly string[], env: Record<string, string | undefined> = {}, input = ''): Promise<Run> {
  const child = start(args, env);
  child.stdin!.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
  return { code, out, err };
}

const call = async (name: string, input: unknown = {}): Promise<Run> => run(['call', name, JSON.stringify(input)]);

beforeAll(async () => {
  folder = temporaryFolder();
  createAdmin(join(folder.path, 'platform'), ORG, 'Acme');
  platform = await servePlatform(join(folder.path, 'platform'));
});
afterAll(async () => {
  await platform?.stop();
  folder?.remove();
});

describe('before there is a vault', () => {
  it('explains itself', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    for (const word of [
      'connect',
      'sync',
      'export',
      'verify',
      'open',
      'doctor',
      'call',
      'init',
      'Exit codes',
      'MC_PASSPHRASE',
    ]) {
      expect(help.out).toContain(word);
    }
    expect((await run(['call', '--help'])).out).toContain('Examples:');
  });

  it.each([
    [['nonsense'], 2],
    [['sync', '--nonsense'], 2],
    [['export', ORG, '--from', 'yesterday', '--to', '2026-01-01'], 2],
    [['export', ORG, '--from', '2026-02-30', '--to', '2026-04-01'], 2],
    [['call', 'no.such'], 2],
    [['call', 'orgs.list', 'not json'], 2],
    [['sync'], 4],
    [['call', 'orgs.list'], 4],
    [['verify', 'no-such-file'], 2],
  ])('ends %j with %i', async (args, code) => {
    const result = await run(args);
    expect({ code: result.code, silent: result.out + result.err === '' }).toEqual({ code, silent: false });
  });

  it('lists and describes every procedure without opening anything', async () => {
    const listed = JSON.parse((await run(['call', '--list', '--json'])).out) as { name: string }[];
    expect(listed.map(({ name }) => name).sort()).toEqual(Object.keys(contract).sort());
    const schema = JSON.parse((await run(['call', '--schema', 'audit.query'])).out);
    expect(schema.input.properties).toHaveProperty('orgId');
    expect(schema.output.properties).toHaveProperty('matched');
  });
});

describe('a first round', () => {
  it('makes the vault', async () => {
    const made = await run(['init', '--passphrase-env', 'MC_PASSPHRASE']);
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).toMatch(/Recovery code .*: [0-9A-Z-]{40,}/);
    expect((await run(['init', '--passphrase-env', 'MC_PASSPHRASE'])).code).toBe(4);
    expect((await run(['call', 'orgs.list'], { MC_PASSPHRASE: 'not the passphrase' })).code).toBe(4);
    expect((await run(['call', 'orgs.list'], { MC_PASSPHRASE: undefined })).code).toBe(4);
  });

  it('trusts no key by itself', async () => {
    const args = ['connect', platform.url, '--email', ADMIN.email];
    const refused = await run(args);
    expect(refused.code).toBe(2);
    const pin = /acme=[0-9a-f]{64}/.exec(refused.err)![0];
    expect((await run([...args, '--pin', `${pin.slice(0, -4)}0000`])).code).toBe(1);
    expect((await run([...args, '--pin', pin], { MC_PASSWORD: 'wrong password' })).code).toBe(5);
    const piped = await run([...args, '--pin', pin], { MC_PASSWORD: undefined }, `${ADMIN.password}\n`);
    expect(piped).toMatchObject({ code: 0 });
    expect(piped.out).toContain(pin.slice(5));
  });

  it('syncs, and says what it did', async () => {
    const synced = await run(['sync', '--json']);
    expect(synced).toMatchObject({ code: 0 });
    expect(JSON.parse(synced.out)).toMatchObject([{ orgId: ORG }]);
    expect((await run(['sync', 'nobody'])).code).toBe(2);
  });

  it('reaches every query of the contract', async () => {
    const nothing = '00000000-0000-4000-8000-000000000000';
    const inputs: Partial<Record<ProcedureName, unknown>> = {
      'audit.query': { orgId: ORG, filter: {} },
      'audit.histogram': { orgId: ORG, filter: {} },
      'audit.facet': { orgId: ORG, filter: {}, field: 'actor' },
      'audit.locate': { orgId: ORG, filter: {}, seq: 0 },
      'audit.get': { orgId: ORG, seq: 0 },
      'audit.prove': { orgId: ORG, seq: 0 },
      'filters.list': { orgId: ORG },
      'integrity.get': { orgId: ORG },
      'entities.list': { orgId: ORG, kind: 'member', text: null, offset: 0, limit: 10 },
      'bundles.preview': { orgId: ORG, from: 0, to: 1, withhold: [] },
      'jobs.get': { jobId: nothing },
      'access.me': { orgId: ORG },
      'access.catalog': { orgId: ORG },
      'access.role': { orgId: ORG, id: 'viewer' },
      'access.preview': { orgId: ORG, command: { type: 'workspace.delete', id: 'none' } },
      'access.holders': { orgId: ORG },
      'access.who': { orgId: ORG, permission: 'logs:read', at: null },
      'access.effective': { orgId: ORG, holder: { type: 'member', id: nothing }, at: null },
      'access.diff': { orgId: ORG, from: 0, to: 1 },
      'sla.list': { orgId: ORG },
      'sla.trend': { orgId: ORG, id: nothing, from: 0, to: 1, step: 'hour' },
      'sla.burndown': { orgId: ORG, id: nothing, month: null },
      'sla.days': { orgId: ORG, id: nothing },
      'sla.incidents': { orgId: ORG, id: nothing, from: 0, to: 1 },
      'sla.months': { orgId: ORG, id: nothing },
      'sla.whatIf': { ...{ orgId: ORG, id: null, workspaceId: null, service: null }, terms: { time_zone: 'UTC' } },
      'sla.report': { orgId: ORG, id: nothing, month: '2026-01' },
      'sla.exclusions': { orgId: ORG, id: null },
      'sla.channels': { orgId: ORG },
      'sla.services': { orgId: ORG },
      'sla.deliveries': { orgId: ORG, id: nothing },
      'access.replay': {
        ...{ orgId: ORG, from: 0, to: 1, holder: null, permissions: null },
        role: { id: 'viewer', inherits: null, permissions: [] },
      },
      'access.unused': { orgId: ORG, from: 0, to: 1 },
      'outbox.list': { orgId: ORG },
      'outbox.change': { orgId: ORG, id: nothing },
      'outbox.conflict': { orgId: ORG, id: nothing },
      'reviews.result': { orgId: ORG, reviewId: nothing },
      'sso.settings': { orgId: ORG },
      'retention.state': { orgId: ORG },
      'retention.preview': { orgId: ORG },
      'retention.plan': { orgId: ORG },
      'compliance.framework': { id: 'soc2' },
      'compliance.modes': { modes: [] },
      'compliance.modePreview': { orgId: ORG, framework: 'soc2', settings: null },
      'compliance.readCatalog': { path: '/nowhere', id: 'own' },
      'compliance.overview': { orgId: ORG },
      'compliance.deviations': { orgId: ORG },
      'compliance.checklist': { orgId: ORG, framework: 'soc2' },
      'compliance.control': { orgId: ORG, control: 'soc2-cc6.1' },
      'checks.results': { orgId: ORG, from: 0, to: 1 },
      'checks.detail': { orgId: ORG, from: 0, to: 1, check: 'ACC-01' },
      'checks.compare': { orgId: ORG, from: 0, to: 1 },
      'checks.latest': { orgId: ORG },
      'checks.trend': { orgId: ORG, from: '2026-01-01', to: '2026-01-02' },
      'privacy.find': { orgId: ORG, text: 'nobody' },
      'privacy.preview': { orgId: ORG, id: nothing },
      'privacy.proof': { orgId: ORG, id: nothing },
      'evidence.list': { orgId: ORG },
      'evidence.verifyQuery': { orgId: ORG, id: nothing },
      'evidence.preview': { orgId: ORG, id: nothing },
    };
    const names = (Object.keys(contract) as ProcedureName[]).filter((name) => contract[name].kind === 'query');
    const lines = names.map((name) => JSON.stringify({ name, input: inputs[name] ?? {} }));
    const result = await run(['call', '--stdin'], {}, `${lines.join('\n')}\n`);
    const answers = result.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; error?: { code: string } });
    const failed = names.flatMap((name, i) => (answers[i]?.ok ? [] : [[name, answers[i]?.error?.code]]));
    expect(failed).toEqual([
      ['jobs.get', 'NOT_FOUND'],
      ['access.effective', 'NOT_FOUND'],
      ['outbox.change', 'NOT_FOUND'],
      ['outbox.conflict', 'NOT_FOUND'],
      ['reviews.result', 'NOT_FOUND'],
      ...['trend', 'burndown', 'days', 'incidents', 'months', 'report'].map((name) => [`sla.${name}`, 'NOT_FOUND']),
      ['sla.deliveries', 'PLATFORM_REFUSED'],
      ['compliance.readCatalog', 'FILE_UNREADABLE'],
      ['checks.compare', 'NOT_FOUND'],
      ['privacy.preview', 'NOT_FOUND'],
      ['evidence.verifyQuery', 'NOT_FOUND'],
      ['evidence.preview', 'NOT_FOUND'],
    ]);
    expect(result.code).toBe(2);
  });

  it('waits for jobs and prints their result', async () => {
    const verified = await call('integrity.verify', { orgId: ORG });
    expect(JSON.parse(verified.out)).toMatchObject({ matched: true });
  });

  it('exports, and verifies without any vault', async () => {
    const out = join(folder.path, 'acme.mcbundle.zip');
    const args = [
      'export',
      ORG,
      '--from',
      '2020-01-01',
      '--to',
      '2100-01-01',
      '--withhold',
      'source',
      '--frameworks',
      'soc2',
      '--out',
      out,
    ];
    const exported = await run([...args, '--json']);
    expect(exported).toMatchObject({ code: 0 });
    expect(existsSync(out)).toBe(true);
    expect((await run(args)).code).toBe(2);
    const keys = ['bundle', 'log'].map((name) => join(folder.path, `${name}.key`));
    writeFileSync(keys[0]!, JSON.parse((await call('bundles.signer')).out).pem);
    writeFileSync(keys[1]!, JSON.parse((await call('integrity.get', { orgId: ORG })).out).pinned.vkey);
    const elsewhere = { MC_DATA_DIR: join(folder.path, 'nothing'), MC_PASSPHRASE: undefined };
    const trusted = await run(['verify', out, '--key', keys[0]!, '--key', keys[1]!], elsewhere);
    expect(trusted).toMatchObject({ code: 0 });
    expect((await run(['verify', out], elsewhere)).code).toBe(3);
    const bytes = readFileSync(out);
    bytes[Math.floor(bytes.length / 2)]! ^= 4;
    writeFileSync(out, bytes);
    expect([1, 2]).toContain((await run(['verify', out], elsewhere)).code);
    expect(existsSync(join(folder.path, 'nothing'))).toBe(false);
  });

  it('examines itself', async () => {
    const doctor = await run(['doctor', '--json']);
    expect(doctor).toMatchObject({ code: 0 });
    expect(JSON.parse(doctor.out).length).toBeGreaterThan(5);
  });

  it('says so when another console has the folder, and leaves it alone', async () => {
    const host = start(['open', '--no-window', '--stay']);
    const [line] = (await once(host.stdout!, 'data')) as [Buffer];
    expect(line.toString()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/launch\?token=/);
    const busy = await call('orgs.list');
    expect(busy.code).toBe(6);
    expect(busy.err).toContain(`process ${host.pid}`);
    const second = await run(['open', '--no-window']);
    expect(second).toMatchObject({ code: 0 });
    expect(second.out).toMatch(/http:\/\/127\.0\.0\.1:\d+\/launch\?token=/);
    host.kill('SIGTERM');
    expect((await once(host, 'exit'))[0]).toBe(0);
    expect((await call('orgs.list')).code).toBe(0);
  });

  it('tells a platform that is away from everything else', async () => {
    await platform.stop();
    expect((await run(['sync'])).code).toBe(5);
    expect((await call('audit.query', { orgId: ORG, filter: {} })).code).toBe(0);
  });
});
