// `npm start`: the demo platform, and the console on it. MC_HOME names where both keep their data, MC_PORT the platform's port.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from './lib/built.mjs';
import { electronRuntime, hasDisplay } from './lib/electron.mjs';
import { childEnv, ensureInstalled, node24, root, run } from './lib/setup.mjs';

const STORE_IN_USE = 3;
const cli = ['--disable-warning=ExperimentalWarning'];
const platformCli = [...cli, join(root, 'platform', 'cli.ts')];
const consoleCli = [...cli, join(root, 'main', 'hosts', 'cli', 'cli.ts')];

ensureInstalled();
await ensureBuilt();

const { default: envPaths } = await import('env-paths');
const home = process.env.MC_HOME ?? envPaths('mission-control-demo', { suffix: '' }).data;
const platformDir = join(home, 'platform');
const signInFile = join(home, 'demo-sign-in.json');

/** Makes the demo store once; a store that was not finished is made anew, as nothing else was ever in it. */
async function demoSignIn() {
  if (existsSync(signInFile)) return JSON.parse(readFileSync(signInFile, 'utf8'));
  rmSync(platformDir, { recursive: true, force: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const child = spawn(node24, [...platformCli, 'demo-data', '--data', platformDir, '--json'], {
    env: childEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  const { signIn } = JSON.parse(text);
  writeFileSync(signInFile, JSON.stringify(signIn), { mode: 0o600 });
  return signIn;
}

/** Serves the demo platform; answers the process and its address, or the exit code when it ended before it listened. */
async function servePlatform() {
  const port = process.env.MC_PORT ?? '47811';
  const child = spawn(node24, [...platformCli, 'serve', '--data', platformDir, '--port', port, '--log-level', 'warn'], {
    env: childEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve({ code: code ?? 1 })));
  const listening = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const url = /^listening on (\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve({ url });
    });
  });
  return { child, ...(await Promise.race([exited, listening])) };
}

/** Shows the console in Electron where it runs, else in a browser window; answers the exit code. */
async function showConsole(env) {
  const wanted = process.env.MC_HOST;
  if (wanted !== 'browser' && hasDisplay()) {
    const electron = electronRuntime();
    if (electron !== null) {
      const code = await run(electron, [root], { env });
      if (code === 0 || wanted === 'electron') return code;
      process.stderr.write(`Electron ended with ${code}; `);
    } else process.stderr.write('The Electron runtime is not here and cannot be fetched; ');
    process.stderr.write('the console opens in an installed browser instead.\n');
  }
  return await run(node24, [...consoleCli, 'open'], { env });
}

const signIn = await demoSignIn();
const env = { MC_DATA_DIR: join(home, 'console') };
const platform = await servePlatform();
if (platform.url === undefined) {
  if (platform.code !== STORE_IN_USE) {
    process.stderr.write('The demo platform did not start: see above. MC_PORT names another port.\n');
    process.exit(platform.code);
  }
  process.stderr.write('The demo runs already; its console is asked for a window.\n');
  process.exit(await run(node24, [...consoleCli, 'open'], { env }));
}
process.stdout.write(`Demo platform: ${platform.url}, sign in as ${signIn.email} (the console fills it in).\n`);
process.exitCode = await showConsole({ ...env, MC_DEMO: JSON.stringify({ url: platform.url, ...signIn }) });
platform.child.kill('SIGTERM');
