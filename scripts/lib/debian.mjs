// What the browser, keychain and PostgreSQL tests need from the operating system.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

function onPath(name) {
  return spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0;
}

function library(name) {
  const listed = spawnSync('sh', ['-c', `ldconfig -p 2>/dev/null | grep -q '${name}'`], { stdio: 'ignore' });
  return listed.status === 0;
}

function postgresServer() {
  return existsSync('/usr/lib/postgresql') && readdirSync('/usr/lib/postgresql').length > 0;
}

const needs = [
  { package: 'chromium', present: () => onPath('chromium'), for: 'end-to-end tests' },
  { package: 'gnome-keyring', present: () => onPath('gnome-keyring-daemon'), for: 'keychain tests' },
  { package: 'dbus', present: () => onPath('dbus-run-session'), for: 'keychain tests' },
  { package: 'libsecret-1-0', present: () => library('libsecret-1.so.0'), for: 'the OS keychain' },
  { package: 'postgresql', present: postgresServer, for: 'platform tests on a PostgreSQL server' },
  { package: 'openssl', present: () => onPath('openssl'), for: 'checking bundles with standard tools' },
  { package: 'unzip', present: () => onPath('unzip'), for: 'checking bundles with standard tools' },
];

/** Installs what is missing when run as root on Debian; otherwise says clearly what to install. Tests that lack it say so and fail. */
export function ensureDebianPackages() {
  const missing = needs.filter((need) => !need.present());
  if (missing.length === 0) return;
  const names = missing.map((need) => need.package);
  const reason = missing.map((need) => `${need.package} (${need.for})`).join(', ');
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    process.stderr.write(`Installing Debian packages: ${reason} ...\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2], env });
    const done = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
      stdio: ['ignore', 'ignore', 2],
      env,
    });
    if (done.status === 0) return;
    process.stderr.write('apt-get failed: see above.\n');
  }
  process.stderr.write(
    `Missing on this machine: ${reason}.\nInstall them with: sudo apt-get install ${names.join(' ')}\n`,
  );
}
