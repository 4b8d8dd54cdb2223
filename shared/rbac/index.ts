/**
 * Roles and permissions: the one rule by which the platform decides and the console simulates. Deny by default.
 * The language is in grant.ts, the permissions there are in catalog.ts, the decision in policy.ts.
 */
export {
  ACCOUNT_WORDS,
  accountNameRefusal,
  givesAnew,
  hasPassed,
  newAccountRefusal,
  readsAccounts,
} from './accountRules.ts';
export { DEMANDS, type Demand } from './actions.ts';
export { BUILT_IN, type Catalog, type CatalogEntry, joinCatalogs, makeCatalog, RELEASE } from './catalog.ts';
export { changesAccess, type EntityStep, HISTORY_KINDS, type HistoryKind, stepsOf } from './changes.ts';
export { beyond } from './escalation.ts';
export {
  covers,
  expand,
  formatPermission,
  isWildcard,
  type Permission,
  parsePermission,
  SCOPES,
  type Scope,
  wildcardDelta,
} from './grant.ts';
export {
  type CustomRole,
  grantsOfAccount,
  grantsOfMember,
  grantsOfRole,
  isBuiltIn,
  type MemberHolder,
  ROLE_DEPTH_MAX,
  type RoleBook,
  roleChain,
} from './holder.ts';
export { importGcpRoles } from './import/gcp.ts';
export type { ImportedRole, ImportedRoles } from './import/imported.ts';
export { importKubernetesRoles } from './import/kubernetes.ts';
export { MEMBER_WORDS, managesUsers, stopsGoverning, takesSeat } from './memberRules.ts';
export { formatPath, type GrantSource, type Path, pathsOf, type SourcedGrant } from './paths.ts';
export { allows, compilePolicy, type Policy, type Reach, type Relation, type VersionedGrant } from './policy.ts';
export { newRoleRefusal, ROLE_WORDS, ROLES_MAX, roleNameRefusal, roleRemovalRefusals } from './roleRules.ts';
export { grantsOf, ROLE_PERMISSIONS, ROLES, type Role } from './roles.ts';
export { type Asker, demandOf, type RuleContext, refusalsOf } from './rules.ts';
export {
  accountIsIn,
  type LimitReached,
  limitRefusals,
  memberIsIn,
  type Seats,
  seatRefusals,
  seatsUsed,
  threadRefusals,
  WORKSPACE_WORDS,
  workspaceNameRefusal,
  workspaceRemovalRefusals,
} from './workspaceRules.ts';
