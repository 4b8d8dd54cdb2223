/** The browser host: the same core in Node, the same renderer in an installed Chromium, Chrome or Edge. */
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type App, createApp, type DemoPlatform } from '../../app.ts';
import { noDialogs, noNotifications, type Ports } from '../../ports.ts';
import { findBrowser, hasDisplay, launchBrowser } from './chromium.ts';
import { type ControlAnswer, controlPath, listenControl } from './control.ts';
import { startServer } from './server.ts';

/** How long the console stays up after its last window closed: a reload or a reopened window must find it. */
const LINGER_MS = 30_000;

export interface BrowserHostOptions {
  readonly ports: Pick<Ports, 'keychain' | 'clock' | 'paths' | 'openExternal'>;
  readonly version: string;
  readonly rendererDir: string;
  /** Stay up when the last window is closed. */
  readonly stay: boolean;
  /** Show a window; false prints the address only. */
  readonly window: boolean;
  readonly demo?: DemoPlatform;
  readonly print: (line: string) => void;
  readonly lingerMs?: number;
}

export interface BrowserHost {
  readonly app: App;
  launchUrl(): string;
  /** Resolves when the console ended: by `close`, or some time after its last window was closed. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Calls back once nothing has been open for a while, after something was. */
function createIdle(lingerMs: number, enabled: boolean, isBusy: () => Promise<boolean>, onIdle: () => void) {
  let timer: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  const arm = (): void => {
    stop();
    timer = setTimeout(() => {
      // Work that goes on is never cut off by a closed window.
      void isBusy().then((busy) => (busy ? arm() : onIdle()));
    }, lingerMs);
  };
  return {
    windows(count: number): void {
      if (count > 0) stop();
      else if (enabled) arm();
    },
    stop,
  };
}

async function hasRunningJobs(app: App): Promise<boolean> {
  const jobs = await app.dispatch('jobs.list', {}, { trusted: true });
  return jobs.ok && (jobs.value as { state: string }[]).some(({ state }) => state === 'running');
}

/** Starts the host over one data folder. Throws what `createApp` throws. */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { dataDir } = options.ports.paths;
  const uploadsDir = join(dataDir, 'uploads');
  const profileDir = join(dataDir, 'window-profile');
  const control = controlPath(dataDir);
  const app = createApp(
    { ...options.ports, dialogs: noDialogs, notifications: noNotifications, clipboard: null },
    { version: options.version, host: 'browser', control, ...(options.demo ? { demo: options.demo } : {}) },
  );
  const removeTraces = (): Promise<unknown> =>
    Promise.all([uploadsDir, profileDir].map((dir) => rm(dir, { recursive: true, force: true, maxRetries: 3 })));
  await removeTraces();
  let ended = (): void => {};
  const closed = new Promise<void>((resolve) => (ended = resolve));
  let closing: Promise<void> | null = null;
  let browser: ChildProcess | null = null;
  const idle = createIdle(
    options.lingerMs ?? LINGER_MS,
    !options.stay,
    () => hasRunningJobs(app),
    () => void close(),
  );
  const server = await startServer({
    app,
    rendererDir: options.rendererDir,
    uploadsDir,
    now: options.ports.clock.now,
    onWindows: idle.windows,
  });

  async function show(): Promise<ControlAnswer> {
    const url = server.launchUrl();
    const executable = options.window && hasDisplay() ? findBrowser() : null;
    const child = executable === null ? null : await launchBrowser(executable, url, profileDir);
    if (child === null) return { shown: false, url };
    // A second start hands its window to the first process and ends at once: keep the one that lives.
    browser ??= child;
    child.once('exit', () => {
      if (browser === child) browser = null;
    });
    return { shown: true, url: null };
  }
  const stopControl = await listenControl(control, show);

  function close(): Promise<void> {
    closing ??= (async () => {
      idle.stop();
      stopControl();
      await server.close();
      browser?.kill();
      await app.close();
      await removeTraces();
      ended();
    })();
    return closing;
  }

  const first = await show();
  options.print(first.shown ? 'The console is open in its window.' : `Open this address (it works once): ${first.url}`);
  return { app, launchUrl: server.launchUrl, closed, close };
}
