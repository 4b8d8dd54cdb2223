/** JSON that has exactly one reading and exactly one writing. */
export { canonicalize } from './canonical.ts';
export { isCanonical } from './isCanonical.ts';
export { DEFAULT_MAX_DEPTH, type Json, parseStrict } from './parse.ts';
