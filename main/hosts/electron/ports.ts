/** The ports of the Electron host: native dialogs and notifications. */
import { dialog, Notification, shell } from 'electron';
import type { Dialogs, FilePurpose, Notifications } from '../../ports.ts';

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
