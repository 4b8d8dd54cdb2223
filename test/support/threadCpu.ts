/** Processor time of each thread of a process, by thread name. Linux only: elsewhere the answers are empty. */
import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds on a processor so far, by name; threads of the same name are added up. Threads that have ended are not in it. */
export function threadCpu(pid: number): Map<string, number> {
  const out = new Map<string, number>();
  if (process.platform !== 'linux') return out;
  const tasks = `/proc/${pid}/task`;
  for (const task of readdirSync(tasks)) {
    try {
      const name = readFileSync(`${tasks}/${task}/comm`, 'utf8').trim();
      const nanoseconds = Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
      out.set(name, (out.get(name) ?? 0) + nanoseconds / 1000);
    } catch {
      // It has ended since the list was read.
    }
  }
  return out;
}

/** What was spent between two readings. */
export function spent(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...after].map(([name, micros]) => [name, micros - (before.get(name) ?? 0)]));
}
