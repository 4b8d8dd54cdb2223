/** Finding and starting an installed Chromium, Chrome or Edge as the console's window. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

const LINUX_NAMES = [
  ...['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
  ...['microsoft-edge-stable', 'microsoft-edge', 'brave-browser'],
];
const MAC_NAMES = ['Google Chrome', 'Microsoft Edge', 'Chromium', 'Brave Browser'];
const WINDOWS_PATHS = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
];

/** Where a browser may lie, best first. `MC_BROWSER` names one outright. */
export function browserCandidates(platform: NodeJS.Platform, env: Env): string[] {
  if (env.MC_BROWSER) return [env.MC_BROWSER];
  if (platform === 'win32') {
    const roots = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((root) => root !== undefined);
    return WINDOWS_PATHS.flatMap((path) => roots.map((root) => join(root, ...path)));
  }
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(env.HOME ? [join(env.HOME, 'Applications')] : [])];
    return MAC_NAMES.flatMap((name) => roots.map((root) => join(root, `${name}.app`, 'Contents', 'MacOS', name)));
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function findBrowser(platform: NodeJS.Platform = process.platform, env: Env = process.env): string | null {
  return browserCandidates(platform, env).find(isExecutable) ?? null;
}

/** Whether a window can be shown at all. */
export function hasDisplay(platform: NodeJS.Platform = process.platform, env: Env = process.env): boolean {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** A window of its own with a profile of its own, which the host removes: no extension, sync, cache or password store sees the console. */
export function browserArguments(url: string, profileDir: string, asRoot: boolean): string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profileDir}`,
    '--window-size=1440,900',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-breakpad',
    '--disable-features=Translate,AutofillServerCommunication,PasswordManagerOnboarding',
    '--password-store=basic',
    '--disk-cache-size=1',
    // Chromium refuses to start its sandbox as root; the console is not meant to run as root, but must not fail silently there.
    ...(asRoot ? ['--no-sandbox'] : []),
  ];
}

/** Starts the window; the process outlives neither the host nor its closing. Null when the browser could not be started. */
export function launchBrowser(executable: string, url: string, profileDir: string): Promise<ChildProcess | null> {
  const child = spawn(executable, browserArguments(url, profileDir, process.getuid?.() === 0), { stdio: 'ignore' });
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(child));
    child.once('error', () => resolve(null));
  });
}
