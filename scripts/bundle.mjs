// Bundles main, workers, preload and the verifier with esbuild. Runs under Node 24.
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { root } from './lib/setup.mjs';

const out = join(root, 'dist');
// pdfkit reads its font metrics beside its own file.
const packagesWithBinaries = ['electron', 'better-sqlite3', 'keytar', '@node-rs/argon2', 'pdfkit'];
const workers = new Map();

/**
 * `new URL('./worker.ts', import.meta.url)` names a file of its own: it becomes an entry point beside the bundle.
 * In the sources the same expression works as it stands, because Node runs TypeScript.
 */
const workerEntries = {
  name: 'worker-entries',
  setup(builder) {
    builder.onLoad({ filter: /[\\/](main)[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replace(/new URL\('(\.{1,2}\/[^']+)\.ts', import\.meta\.url\)/g, (_all, target) => {
        const entry = resolve(dirname(path), `${target}.ts`);
        const name = relative(join(root, 'main'), entry).replace(/[\\/]/g, '-').replace(/\.ts$/, '');
        workers.set(name, entry);
        return `new URL('./${name}.js', import.meta.url)`;
      });
      return { contents, loader: 'ts' };
    });
  },
};

const common = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  sourcemap: false,
  legalComments: 'linked',
  logLevel: 'warning',
};
const esm = {
  ...common,
  format: 'esm',
  external: packagesWithBinaries,
  plugins: [workerEntries],
  // Some CommonJS packages call require at run time, which an ES module bundle does not have.
  banner: {
    js: "import { createRequire as mcCreateRequire } from 'node:module'; const require = mcCreateRequire(import.meta.url);",
  },
};

await rm(join(out, 'main'), { recursive: true, force: true });
await build({
  ...esm,
  entryPoints: { electron: join(root, 'main/hosts/electron/main.ts') },
  outdir: join(out, 'main'),
});
const done = new Set();
while (done.size < workers.size) {
  const entryPoints = Object.fromEntries([...workers].filter(([name]) => !done.has(name)));
  for (const name of Object.keys(entryPoints)) done.add(name);
  await build({ ...esm, entryPoints, outdir: join(out, 'main') });
}
await build({
  ...common,
  format: 'cjs',
  external: ['electron'],
  entryPoints: { preload: join(root, 'preload/preload.ts') },
  outdir: join(out, 'preload'),
  outExtension: { '.js': '.cjs' },
});
await build({
  ...common,
  // Recipients run it on the Node they have.
  target: 'node20',
  format: 'esm',
  banner: esm.banner,
  entryPoints: { verify: join(root, 'main/verifier/verify.ts') },
  outdir: out,
  outExtension: { '.js': '.mjs' },
});
process.stderr.write(
  `dist/: renderer, electron, ${[...done].map((name) => basename(name)).join(', ')}, preload, verify.mjs\n`,
);
