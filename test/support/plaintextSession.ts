/** Child of the plaintext test: a session with sync, search and cancelled exports, then a second sync in which the parent kills it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformHttp } from '../../main/sync/http.ts';
import { fromUtf8 } from '../../shared/bytes.ts';
import { endOf, openConsoleApp } from './app.ts';

const [url, dataDir, email, orgId, search] = process.argv.slice(2) as [string, string, string, string, string];
const { MC_PASSWORD, MC_PASSPHRASE } = process.env;
const tell = (message: unknown): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

// Only listens: the parent looks for these tokens on disk.
const sendAsIs = PlatformHttp.prototype.send;
PlatformHttp.prototype.send = async function send(request) {
  const body = await sendAsIs.call(this, request);
  if (request.path.includes('/v1/auth/')) {
    const { access_token, refresh_token } = JSON.parse(fromUtf8(body)) as Record<string, string | undefined>;
    for (const token of [access_token, refresh_token]) if (token) tell({ secret: token });
  }
  return body;
};

const { app, call, run } = openConsoleApp(dataDir, { host: 'browser' });
const { recoveryCode } = await call('vault.create', { useKeychain: false, passphrase: MC_PASSPHRASE! });
tell({ secret: recoveryCode });
const draft = await call('connections.begin', { url, email, password: MC_PASSWORD!, totp: null });
const pins = draft.organizations.map(({ orgId: id, logKey }) => ({ orgId: id, fingerprint: logKey.fingerprint }));
await call('connections.confirm', { draftId: draft.draftId, pins });
await run('sync.start', { orgId });
const filter = { text: search };
const { matched } = await call('audit.query', { orgId, filter });
await call('audit.get', { orgId, seq: 5 });
await call('audit.facet', { orgId, filter, field: 'actor', text: '' });
await call('filters.save', { orgId, name: search, filter });
await run('integrity.verify', { orgId });
// A file of evidence as the browser host takes it in, added, and looked at.
const upload = join(dataDir, 'uploads', 'evidence.upload');
mkdirSync(join(dataDir, 'uploads'), { recursive: true });
writeFileSync(upload, 'zqxevidence within a file '.repeat(20_000));
const about = { orgId, title: 'zqxevidence title', evidence_on: '2026-01-05', name: 'zqxevidence.txt' };
const { id } = await call('evidence.addFile', { ...about, path: upload });
const { shown } = await call('evidence.preview', { orgId, id });
if (shown.as !== 'text') throw new Error('the file is not shown');

/** Cancels a job at its first sign of life; answers how it ended. */
async function cancelMidway(jobId: string): Promise<string> {
  const stop = app.on('job', (job) => {
    if (job.id === jobId && job.progress.done > 0) void call('jobs.cancel', { jobId });
  });
  const { state } = await endOf(app, jobId);
  stop();
  return state;
}
const period = { orgId, from: 0, to: Date.now() + 60_000, withhold: [], path: null };
const bundle = await call('bundles.export', { ...period, sections: ['log', 'events', 'access', 'report'] });
const bundleEnd = await cancelMidway(bundle.jobId);
const rows = await call('audit.exportRows', {
  ...{ orgId, filter: {}, format: 'ndjson' },
  path: join(dataDir, 'exports', 'rows.ndjson'),
});
const rowsEnd = await cancelMidway(rows.jobId);
tell({ ready: { matched, bundleEnd, rowsEnd } });

// The parent has more events by the time it answers; it kills this process when the sync is under way.
process.stdin.once('data', () => {
  app.on('job', ({ kind, progress }) => {
    if (kind === 'sync' && progress.phase.includes('Verifying') && progress.done > 0) tell({ syncing: true });
  });
  void call('sync.start', { orgId });
});
