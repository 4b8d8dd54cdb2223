// `npm test`: installs, builds, type check, lint, unit, integration and end-to-end tests; closes with one line `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/built.mjs';
import { ensureDebianPackages } from './lib/debian.mjs';
import { ensureInstalled, node24, root, run } from './lib/setup.mjs';

ensureInstalled();
ensureDebianPackages();

const tally = { passed: 0, failed: 0, skipped: 0 };

/** A gate counts as one test: passed when its command ends with 0. */
async function gate(name, command, args) {
  const started = Date.now();
  process.stdout.write(`\n== ${name}\n`);
  const code = await run(command, args);
  tally[code === 0 ? 'passed' : 'failed'] += 1;
  process.stdout.write(
    `== ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
  );
}

/** Runs one Vitest project and adds its counts; a runner that dies without a report counts as a failure. */
async function vitest(project, extra = []) {
  process.stdout.write(`\n== ${project} tests\n`);
  const dir = mkdtempSync(join(tmpdir(), 'mc-test-'));
  const report = join(dir, 'report.json');
  const code = await run(node24, [
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...extra,
  ]);
  try {
    const counts = JSON.parse(readFileSync(report, 'utf8'));
    tally.passed += counts.numPassedTests;
    tally.failed += counts.numFailedTests;
    tally.skipped += counts.numPendingTests + counts.numTodoTests;
    if (code !== 0 && counts.numFailedTests === 0) tally.failed += 1;
  } catch {
    tally.failed += 1;
  }
  rmSync(dir, { recursive: true, force: true });
}

const only = process.argv.slice(2);
await ensureBuilt();
if (only.length === 0) {
  await gate('type check', node24, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b']);
  await gate('lint', join(root, 'node_modules', '.bin', 'biome'), ['check', '.']);
}
for (const project of ['unit', 'integration', 'e2e']) await vitest(project, only);

process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped\n`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
