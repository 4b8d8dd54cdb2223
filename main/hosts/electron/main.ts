/** Entry point of the packaged application. */
import { join } from 'node:path';
import { app, dialog } from 'electron';
import { createApp } from '../../app.ts';
import { osKeychain } from '../../keys/keychain.ts';
import { systemClock } from '../../ports.ts';
import { dataDirOf, demoFromEnv } from '../cli/session.ts';
import { prepare, start } from './host.ts';
import { nativeClipboard, nativeDialogs, nativeNotifications, openInSystemBrowser } from './ports.ts';

const dist = join(import.meta.dirname, '..');

if (prepare()) {
  const dataDir = dataDirOf({});
  const demo = demoFromEnv();
  start({
    rendererDir: join(dist, 'renderer'),
    preload: join(dist, 'preload', 'preload.cjs'),
    createCore: () =>
      createApp(
        {
          keychain: osKeychain(),
          dialogs: nativeDialogs,
          notifications: nativeNotifications,
          clock: systemClock,
          paths: { dataDir, exportsDir: join(app.getPath('documents'), 'Mission Control exports') },
          clipboard: nativeClipboard,
          openExternal: openInSystemBrowser,
        },
        { version: app.getVersion(), host: 'electron', ...(demo === null ? {} : { demo }) },
      ),
  }).catch((error: unknown) => {
    // Most often another console that has the data folder: its words say which process.
    dialog.showErrorBox('The console could not start', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
} else {
  app.quit();
}
