/** Child of the export test: exports rows to a path of the user's, and says when rows are being written; the parent kills it then. */
import { openConsoleApp, PASSPHRASE } from './app.ts';

const [dataDir, orgId, path] = process.argv.slice(2) as [string, string, string];
const { app, call } = openConsoleApp(dataDir, { host: 'browser' });
await call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
app.on('job', ({ progress }) => {
  if (progress.done > 0) process.stdout.write('writing\n');
});
await call('audit.exportRows', { orgId, filter: {}, format: 'csv', path });
