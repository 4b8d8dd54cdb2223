/** The Electron host: one window over the application core. Everything it decides is a lock, a path or a size. */
import { app, BrowserWindow, ipcMain, Menu, nativeTheme, protocol, session } from 'electron';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../../../shared/contract/channels.ts';
import { type EventName, events } from '../../../shared/contract/index.ts';
import type { App } from '../../app.ts';
import { denyPermissions, isOwnFrame, lockNavigation } from './locks.ts';
import { menuTemplate } from './menu.ts';
import { PRIVILEGES, SCHEME, START_URL, serveFrom } from './scheme.ts';
import { windowOptions } from './window.ts';

export interface HostOptions {
  /** Folder of the built renderer. */
  readonly rendererDir: string;
  /** Path of the bundled preload script. */
  readonly preload: string;
  readonly createCore: () => App;
}

/** What must be said to Electron before it is ready. Answers false when another instance has the lock; the caller then ends. */
export function prepare(): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([PRIVILEGES]);
  lockNavigation(app);
  return true;
}

function openWindow(options: HostOptions): BrowserWindow {
  const window = new BrowserWindow(windowOptions(options.preload, nativeTheme.shouldUseDarkColors));
  window.once('ready-to-show', () => window.show());
  void window.loadURL(START_URL);
  return window;
}

/** Calls go to the dispatcher with the verdict on their sender; pushes go to every live window. */
function connectIpc(core: App): void {
  ipcMain.handle(CALL_CHANNEL, (event, name: unknown, input: unknown) =>
    core.dispatch(typeof name === 'string' ? name : '', input, { trusted: isOwnFrame(event.senderFrame) }),
  );
  for (const name of Object.keys(events) as EventName[]) {
    core.on(name, (payload) => {
      for (const window of BrowserWindow.getAllWindows()) {
        if (!window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, name, payload);
      }
    });
  }
}

/** Shows the console; answers when its window is open. The core is closed, with its databases and keys, before the process ends. */
export async function start(options: HostOptions): Promise<void> {
  await app.whenReady();
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform)));
  denyPermissions(session.defaultSession);
  protocol.handle(SCHEME, serveFrom(options.rendererDir));
  const core = options.createCore();
  connectIpc(core);
  let window = openWindow(options);
  app.on('second-instance', () => {
    if (window.isDestroyed()) window = openWindow(options);
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) window = openWindow(options);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    closed = true;
    void core.close().finally(() => app.quit());
  });
}
