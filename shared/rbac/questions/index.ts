/**
 * Questions about access as pure functions: who can do what, through what, since when; what changed; what would change; what is not used.
 * Each is a few typed arrays and a pass over them, so that the console answers offline while a person waits.
 */
export { type ActorSpan, Actors, NOBODY } from './actors.ts';
export {
  ALL,
  Compiler,
  chainOf,
  kept,
  maskOf,
  NOTHING,
  OWN,
  PermissionNumbers,
  type Profile,
  type ProfilePath,
  pathsTo,
  pathText,
  SHARED,
  type Unit,
} from './compile.ts';
export { type Change, type Diff, type DiffRow, diffRows, diffStates, numbersOf, type Side } from './diff.ts';
export { AccessHistory, type Disagreement, type FeedEntities, type HistoryStep } from './history.ts';
export { applyCommand, wildcardReach, writtenGrants } from './preview.ts';
export { creatorsOf, type Relations, type Sharing } from './relations.ts';
export { actionMasks, type Replayed, type ReplayInput, replay, type Stretch, VERDICTS } from './replay.ts';
export {
  type AccessEntities,
  type AccessState,
  accountRecord,
  catalogOf,
  type HolderRecord,
  holdsGrants,
  memberRecord,
  sortHolders,
  stateOf,
} from './state.ts';
export { coversUse, type RoleChoice, smallestRole, type Used, usedOf } from './unused.ts';
export { coversClasses, type EventColumns, firstRow, relationsUsed, type Usage, usageOf } from './usage.ts';
