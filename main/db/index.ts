/** The only user of SQLite. Nothing outside this folder sees a statement. */
export type * from './api.ts';
export { OUTCOMES, packDictionaries } from './api.ts';
export { CHECKED_AT_OPEN_BYTES_MAX } from './connect.ts';
export { openConsole } from './consoleDb.ts';
export { type OpenMirrorOptions, openMirror } from './mirror.ts';
