/** The ports of the Electron host: native dialogs and notifications. */
import { clipboard, dialog, Notification, shell } from 'electron';
import type { Clipboard, Dialogs, FilePurpose, Notifications, OpenExternal } from '../../ports.ts';
import { isWebAddress } from '../../sync/http.ts';

const FILTERS: Readonly<Record<FilePurpose, Electron.FileFilter[]>> = {
  bundle: [{ name: 'Compliance bundle', extensions: ['zip'] }],
  rows: [
    { name: 'Comma-separated values', extensions: ['csv'] },
    { name: 'JSON lines', extensions: ['ndjson'] },
  ],
  any: [],
};

export const nativeDialogs: Dialogs = {
  native: true,
  pickOpen: async (purpose) => {
    const answer = await dialog.showOpenDialog({ properties: ['openFile'], filters: FILTERS[purpose] });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  },
  pickSave: async (purpose, suggestedName) => {
    const answer = await dialog.showSaveDialog({ defaultPath: suggestedName, filters: FILTERS[purpose] });
    return answer.canceled || answer.filePath === '' ? null : answer.filePath;
  },
  reveal: async (path) => shell.showItemInFolder(path),
};

export const nativeNotifications: Notifications = {
  show: (title, body) => {
    if (Notification.isSupported()) new Notification({ title, body }).show();
  },
};

export const nativeClipboard: Clipboard = {
  read: async () => clipboard.readText(),
  write: async (text) => (text === '' ? clipboard.clear() : clipboard.writeText(text)),
};

/** Nothing but an address of the web goes to the system: other schemes start programs. */
export const openInSystemBrowser: OpenExternal = async (url) => {
  if (!isWebAddress(url)) throw new Error('Only https addresses, and http to this machine, are opened.');
  await shell.openExternal(url);
};
