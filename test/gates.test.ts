/** A gate that cannot fail checks nothing: each rule of the layout is broken on purpose here, with the project's real configuration. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folders = ['shared', 'platform', 'main', 'preload', 'renderer'];
/** Named apart, so that this file does not hold the escape it seeds. */
const ANY = 'any';
let dir = '';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mc-gates-'));
  for (const name of ['tsconfig.base.json', 'biome.json', '.gitignore', 'package.json']) {
    copyFileSync(join(root, name), join(dir, name));
  }
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  for (const folder of folders) {
    mkdirSync(join(dir, folder));
    copyFileSync(join(root, folder, 'tsconfig.json'), join(dir, folder, 'tsconfig.json'));
    write(`${folder}/clean.ts`, `export const ${folder} = 1;\n`);
  }
  execFileSync('git', ['init', '-q'], { cwd: dir });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

function compile(folder: string): { code: number | null; output: string } {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const done = spawnSync(process.execPath, [tsc, '-b', folder, '--force'], { cwd: dir, encoding: 'utf8' });
  return { code: done.status, output: done.stdout + done.stderr };
}

function lint(path: string): { code: number | null; output: string } {
  const done = spawnSync(join(root, 'node_modules', '.bin', 'biome'), ['lint', path], { cwd: dir, encoding: 'utf8' });
  return { code: done.status, output: done.stdout + done.stderr };
}

function breach<T>(path: string, text: string, check: () => T): T {
  write(path, text);
  try {
    return check();
  } finally {
    rmSync(join(dir, path));
  }
}

describe('type check', () => {
  it('passes the clean layout', () => {
    for (const folder of folders) expect(compile(folder), folder).toMatchObject({ code: 0 });
  });

  const forbidden: [folder: string, text: string, why: string][] = [
    ['shared', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n", 'shared sees no Node'],
    ['shared', 'export const title = document.title;\n', 'shared sees no DOM'],
    ['shared', "import type { main } from '../main/clean.ts';\nexport type M = typeof main;\n", 'shared sees no main'],
    ['renderer', "import { main } from '../main/clean.ts';\nexport const m = main;\n", 'renderer sees no main'],
    ['renderer', "import type { main } from '../main/clean.ts';\nexport type M = typeof main;\n", 'nor its types'],
    ['renderer', "import { join } from 'node:path';\nexport const j = join;\n", 'renderer sees no Node'],
    ['platform', "import { main } from '../main/clean.ts';\nexport const m = main;\n", 'platform sees no main'],
    ['main', "import { platform } from '../platform/clean.ts';\nexport const p = platform;\n", 'main sees no platform'],
    ['main', 'export const title = document.title;\n', 'main sees no DOM'],
    ['preload', "import { main } from '../main/clean.ts';\nexport const m = main;\n", 'preload sees no main'],
    ['main', "export const n: number = 'text';\n", 'a wrong type'],
    ['main', 'export const first = (a: number[]): number => a[0];\n', 'an unchecked index'],
  ];
  it.each(forbidden)('fails a breach in %s: %s', (folder, text) => {
    const { code, output } = breach(`${folder}/breach.ts`, text, () => compile(folder));
    expect(code).not.toBe(0);
    expect(output).toContain('breach.ts');
  });
});

describe('lint', () => {
  it('passes the clean layout', () => {
    expect(lint('.')).toMatchObject({ code: 0 });
  });

  const importing = (name: string) => `import * as thing from '${name}';\n\nexport const used = thing;\n`;
  const forbidden: [path: string, text: string, rule: string][] = [
    ['shared/breach.ts', importing('node:fs'), 'noRestrictedImports'],
    ['shared/breach.ts', importing('../main/clean.ts'), 'noRestrictedImports'],
    ['shared/breach.ts', importing('better-sqlite3'), 'noRestrictedImports'],
    ['renderer/breach.ts', importing('node:path'), 'noRestrictedImports'],
    ['renderer/breach.ts', importing('electron'), 'noRestrictedImports'],
    ['renderer/deep/er/breach.ts', importing('../../../main/clean.ts'), 'noRestrictedImports'],
    ['preload/breach.ts', importing('node:fs'), 'noRestrictedImports'],
    ['platform/breach.ts', importing('better-sqlite3'), 'noRestrictedImports'],
    ['platform/breach.ts', importing('../main/clean.ts'), 'noRestrictedImports'],
    ['main/services/breach.ts', importing('better-sqlite3'), 'noRestrictedImports'],
    ['main/services/breach.ts', importing('keytar'), 'noRestrictedImports'],
    ['main/services/breach.ts', importing('electron'), 'noRestrictedImports'],
    ['main/hosts/browser/breach.ts', importing('electron'), 'noRestrictedImports'],
    ['main/hosts/electron/breach.ts', importing('keytar'), 'noRestrictedImports'],
    ['main/db/breach.ts', importing('keytar'), 'noRestrictedImports'],
    ['main/db/breach.ts', importing('../services/clean.ts'), 'noRestrictedImports'],
    ['main/keys/breach.ts', importing('better-sqlite3'), 'noRestrictedImports'],
    ['main/breach.ts', `export const value = JSON.parse('1') as ${ANY};\n`, 'noExplicitAny'],
    [
      'main/breach.ts',
      `export function long(): number {\n${'  Math.random();\n'.repeat(80)}  return 1;\n}\n`,
      'noExcessiveLinesPerFunction',
    ],
  ];
  it.each(forbidden)('fails a breach in %s', (path, text, rule) => {
    const { code, output } = breach(path, text, () => lint(path));
    expect(code).not.toBe(0);
    expect(output).toContain(rule);
  });
});

it('the whole project is under these gates', () => {
  const config = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as { references: { path: string }[] };
  expect(config.references.map((r) => r.path).sort()).toEqual([...folders, 'test'].map((f) => `./${f}`).sort());
});
