/** Style is a test: what review would ask for again and again is asked for here once. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contract } from '../shared/contract/index.ts';
import { errorsDoc } from './support/errorsDoc.ts';

const root = join(import.meta.dirname, '..');
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((name) => name !== '' && existsSync(join(root, name)));
const text = (name: string) => readFileSync(join(root, name), 'utf8');
const sources = files.filter((name) => /\.(ts|tsx|mjs)$/.test(name));
const isTest = (name: string) => /\.(test|e2e)\.ts$/.test(name) || name.startsWith('test/');
const product = sources.filter((name) => !isTest(name));

/** Assembled so that this file does not hold what it looks for. */
const word = (...parts: string[]) => parts.join('');

describe('tidy', () => {
  it.each([
    ['markers of unfinished work', new RegExp(`\\b(${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('X', 'XX')})\\b`)],
    [
      'focused or skipped tests',
      new RegExp(`\\b(it|test|describe)\\.(${word('on', 'ly')}|${word('sk', 'ip')}|${word('to', 'do')})\\(`),
    ],
    [
      'type or lint escapes',
      new RegExp(`@${word('ts-', 'ignore')}|@${word('ts-', 'nocheck')}|${word('as ', 'any')}\\b`),
    ],
    ['machine paths', new RegExp(`(^|[^.\\w])/(${word('ro', 'ot')}|${word('wo', 'rk')}|${word('ho', 'me')})/[a-z]`)],
    ['registry hosts', new RegExp(`${word('registry', '\\.npm')}|${word('deb', '\\.debian')}`)],
  ])('holds no %s', (_what, pattern) => {
    const found = files
      .filter((name) => !/\.(png|woff2|db|gz|zip)$/.test(name))
      .flatMap((name) =>
        text(name)
          .split('\n')
          .flatMap((line, i) => (pattern.test(line) ? [`${name}:${i + 1}`] : [])),
      );
    expect(found).toEqual([]);
  });

  it('keeps files short', () => {
    const long = sources
      .map((name) => [name, text(name).split('\n').length] as const)
      .filter(([, lines]) => lines > 420);
    expect(long).toEqual([]);
  });

  it('explains every lint exception', () => {
    const bare = sources.flatMap((name) =>
      text(name)
        .split('\n')
        .filter((line) => line.includes(word('biome-', 'ignore')) && !/: \S.{15,}/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
    expect(bare).toEqual([]);
  });

  it('has no dead file: every product file is imported, or is an entry point', () => {
    const entries = new Set([
      'main/hosts/electron/main.ts',
      'main/hosts/cli/cli.ts',
      'main/demo/demo.ts',
      'main/verifier/verify.ts',
      'platform/cli.ts',
      'preload/preload.ts',
      'renderer/main.tsx',
      'vite.config.ts',
      'vitest.config.ts',
    ]);
    const reached = new Set<string>();
    for (const name of product) {
      for (const [, target] of text(name).matchAll(
        /(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)'(\.{1,2}\/[^']+)'/g,
      )) {
        reached.add(normalize(join(dirname(name), target!)).replaceAll('\\', '/'));
      }
    }
    const dead = product.filter((name) => !name.startsWith('scripts/') && !entries.has(name) && !reached.has(name));
    expect(dead).toEqual([]);
  });

  it('tests every procedure of the contract', () => {
    const tests = sources.filter(isTest).map(text).join('\n');
    const clients = sources
      .filter((name) => name.startsWith('main/demo/') || name.startsWith('main/hosts/cli/'))
      .map(text)
      .join('\n');
    const untested = Object.keys(contract).filter(
      (name) => !tests.includes(`'${name}'`) && !clients.includes(`'${name}'`),
    );
    expect(untested).toEqual([]);
  });

  it('documents every error code', () => {
    expect(text('docs/ERRORS.md')).toBe(errorsDoc());
  });

  it('pins exact versions', () => {
    const { dependencies, devDependencies } = JSON.parse(text('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^(npm:.+@)?\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});
