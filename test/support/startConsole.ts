/** The real platform with seeded events, the real console in its browser host with a synced mirror, and a page signed in. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type BrowserHost, startBrowserHost } from '../../main/hosts/browser/host.ts';
import { type Keychain, systemClock } from '../../main/ports.ts';
import { createPlatform } from '../../platform/app.ts';
import type { EventDraft } from '../../platform/audit/draft.ts';
import { createUser } from '../../platform/auth/users.ts';
import type { Core } from '../../platform/core.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import type { CallInput, Output, ProcedureName } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { SEED_EVENTS, SEED_ORG } from './auditSeed.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const OWNER = { email: 'maria@northwind.example', name: 'Maria Lopez', password: 'correct horse battery' };
export const PASSPHRASE = 'a passphrase for tests';

/** A machine without a Secret Service. */
const noKeychain: Keychain = {
  get: () => Promise.reject(new AppError('KEYCHAIN_ABSENT')),
  set: () => Promise.reject(new AppError('KEYCHAIN_ABSENT')),
  delete: () => Promise.reject(new AppError('KEYCHAIN_ABSENT')),
  probe: async () => ({ status: 'absent', detail: 'There is no keychain on this machine.' }),
};

export interface TestConsole {
  /** Address of the platform. */
  readonly platformUrl: string;
  /** A page of the console in a new session, on the address given: a hash such as `#/o/northwind/audit`. */
  readonly open: (hash: string, options?: PageOptions) => Promise<Page>;
  /** A procedure of the contract, past the page. Throws where the answer is an error. */
  readonly call: <N extends ProcedureName>(name: N, input: CallInput<N>) => Promise<Output<N>>;
  /** Writes events on the platform and syncs them. */
  readonly append: (events: readonly EventDraft[]) => Promise<void>;
  /** A request of the owner below the organization, past the console, whose mirror does not hear of it. Throws where it is refused. */
  readonly onPlatform: (method: string, path: string, body?: unknown) => Promise<void>;
  /** Puts what no route would take into the platform's store, such as the past; the mirror hears of it at the next sync. */
  readonly onStore: (work: (core: Core) => Promise<void>) => Promise<void>;
  /** Publishes what the platform's log has and syncs it. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** The installed browser, or null where there is none. */
export function installedChromium(): string | null {
  return CHROMIUM.find((path) => existsSync(path)) ?? null;
}

/** Starts all of it. The built renderer must be in `dist/renderer`. */
export async function startConsole(): Promise<TestConsole> {
  const dir = mkdtempSync(join(tmpdir(), 'mc-e2e-'));
  const platform = await startPlatform();
  const host = await startBrowserHost({
    ports: {
      keychain: noKeychain,
      clock: systemClock,
      paths: { dataDir: join(dir, 'data'), exportsDir: join(dir, 'exports') },
      openExternal: async () => {},
    },
    version: '0.0.0-test',
    rendererDir: join(import.meta.dirname, '../../dist/renderer'),
    stay: true,
    window: false,
    print: () => {},
  });
  const call = caller(host);
  await connect(call, platform.url);
  const browser = await chromium.launch({ executablePath: installedChromium()!, args: QUIET });
  return {
    call,
    platformUrl: platform.url,
    append: async (events) => {
      await platform.append(events);
      await sync(call);
    },
    onStore: (work) => work(platform.core),
    onPlatform: (method, path, body) => asOwner(platform.url, method, path, body),
    sync: async () => {
      await platform.append([]);
      await sync(call);
    },
    open: (hash, options) => openPage(browser, host, hash, options),
    close: async () => {
      await browser.close();
      await host.close();
      await platform.close();
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function startPlatform() {
  const platform = await createPlatform({ dataDir: null, checkpointMsMin: 0, webhookLoopback: true });
  const { core } = platform;
  const user = await createUser(core, OWNER);
  await createOrganization(core, { id: SEED_ORG.id, name: SEED_ORG.name, ownerId: user.id, timeZone: 'Europe/Berlin' });
  const append = async (events: readonly EventDraft[]): Promise<void> => {
    for (let at = 0; at < events.length; at += 1000) {
      await core.tenant(SEED_ORG.id, (tx) => appendEvents(tx, SEED_ORG.id, events.slice(at, at + 1000)));
    }
    await publishCheckpoint(core, SEED_ORG.id);
  };
  await append(SEED_EVENTS);
  const url = await platform.app.listen({ host: '127.0.0.1', port: 0 });
  return { url, core, append, close: () => platform.close() };
}

function caller(host: BrowserHost): TestConsole['call'] {
  return async (name, input) => {
    const result = await host.app.dispatch(name, input, { trusted: true });
    if (!result.ok) throw new Error(`${name}: ${result.error.code} ${result.error.message}`);
    return result.value as Output<typeof name>;
  };
}

async function connect(call: TestConsole['call'], url: string): Promise<void> {
  await call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
  const draft = await call('connections.begin', { url, email: OWNER.email, password: OWNER.password, totp: null });
  const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  await call('connections.confirm', { draftId: draft.draftId, pins });
  await sync(call);
}

async function asOwner(url: string, method: string, path: string, body?: unknown): Promise<void> {
  const ask = async (to: string, how: string, what: unknown, token?: string): Promise<{ access_token: string }> => {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(url + to, { method: how, headers, body: JSON.stringify(what) });
    if (!answer.ok) throw new Error(`${how} ${to}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { access_token: string };
  };
  const login = await ask('/v1/auth/login', 'POST', { email: OWNER.email, password: OWNER.password });
  const token = await ask('/v1/auth/token', 'POST', { org_id: SEED_ORG.id }, login.access_token);
  await ask(`/v1/orgs/${SEED_ORG.id}${path}`, method, body, token.access_token);
}

async function sync(call: TestConsole['call']): Promise<void> {
  const { jobId } = await call('sync.start', { orgId: SEED_ORG.id });
  for (;;) {
    const job = await call('jobs.get', { jobId });
    if (job.state === 'done') return;
    if (job.state !== 'running') throw new Error(`sync ${job.state}: ${JSON.stringify(job.error)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function openPage(browser: Browser, host: BrowserHost, hash: string, options: PageOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.theme ?? 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(host.launchUrl());
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  return page;
}
