/** Real data that is not part of the project: tests that need it say so and pass without it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const told = new Set<string>();

/** Path of a file or folder of the shared data (`MC_SHARED_DATA`, else `../shared/data`), or null with a note when absent. */
export function sharedData(path: string): string | null {
  const root = process.env.MC_SHARED_DATA ?? join(import.meta.dirname, '../../../shared/data');
  const full = join(root, path);
  if (existsSync(full)) return full;
  if (!told.has(path)) {
    told.add(path);
    console.warn(`real data not here, its tests are left out: ${path}`);
  }
  return null;
}
