/**
 * A stand-in for the `electron` module: its runtime cannot be downloaded on the build machines, so the Electron host is tested against this
 * record of what it asks Electron to do. It shows that options, locks and handlers are set; it does not show that Electron honours them.
 */
import { EventEmitter } from 'node:events';

type Handler = (...args: unknown[]) => unknown;

export class FakeWebContents extends EventEmitter {
  windowOpen: ((details: { url: string }) => { action: string }) | null = null;
  readonly sent: unknown[][] = [];
  destroyed = false;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.windowOpen = handler;
  }
  send(...args: unknown[]) {
    this.sent.push(args);
  }
  isDestroyed() {
    return this.destroyed;
  }
}

export class FakeBrowserWindow extends EventEmitter {
  static readonly all: FakeBrowserWindow[] = [];
  readonly webContents = new FakeWebContents();
  readonly options: Record<string, unknown>;
  url = '';
  shown = false;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    FakeBrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  static getAllWindows() {
    return FakeBrowserWindow.all;
  }
  async loadURL(url: string) {
    this.url = url;
    this.emit('ready-to-show');
  }
  show() {
    this.shown = true;
  }
  focus() {}
  restore() {}
  isMinimized() {
    return false;
  }
  isDestroyed() {
    return false;
  }
}

class FakeApp extends EventEmitter {
  sandboxEnabled = false;
  exitCode: number | null = null;
  secondInstance = false;
  paths: Record<string, string> = {};
  enableSandbox() {
    this.sandboxEnabled = true;
  }
  requestSingleInstanceLock() {
    return !this.secondInstance;
  }
  async whenReady() {}
  getPath(name: string) {
    return this.paths[name] ?? this.paths.default ?? '';
  }
  setName() {}
  getVersion() {
    return '0.0.0-test';
  }
  quit() {
    this.exitCode ??= 0;
  }
  exit(code = 0) {
    this.exitCode = code;
  }
}

export const app = new FakeApp();

export const handlers = new Map<string, Handler>();
export const ipcMain = {
  handle: (channel: string, handler: Handler) => {
    if (handlers.has(channel)) throw new Error(`second handler for ${channel}`);
    handlers.set(channel, handler);
  },
};

export const schemes: unknown[] = [];
export const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
export const protocol = {
  registerSchemesAsPrivileged: (list: unknown[]) => schemes.push(...list),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) => protocolHandlers.set(scheme, handler),
};

export const permission: { request?: Handler; check?: Handler; device?: Handler | null } = {};
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: Handler) => {
      permission.request = handler;
    },
    setPermissionCheckHandler: (handler: Handler) => {
      permission.check = handler;
    },
    setDevicePermissionHandler: (handler: Handler) => {
      permission.device = handler;
    },
  },
};

export const Menu = { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => {} };
export const dialog = {
  showOpenDialog: async () => ({ canceled: false, filePaths: ['chosen.mcbundle.zip'] }),
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
  showErrorBox: () => {},
};
export const opened: string[] = [];
export const shell = { openExternal: async (url: string) => void opened.push(url), showItemInFolder: () => {} };
export const clipboard = {
  text: '',
  readText: async () => clipboard.text,
  writeText: async (text: string) => {
    clipboard.text = text;
  },
  clear: () => {
    clipboard.text = '';
  },
};
export const nativeTheme = { shouldUseDarkColors: true };
export class Notification {
  static isSupported() {
    return true;
  }
  show() {}
}
export { FakeBrowserWindow as BrowserWindow };
