/** What an importer of a foreign role catalogue gives: permissions in our language, roles over them, and what it could not take. */
export interface ImportedRole {
  /** The name in its source, such as `roles/compute.viewer` or `system:node`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `resource:action`, sorted, each once; no wildcard, so that the role never grows by itself. */
  readonly permissions: readonly string[];
}

export interface ImportedRoles {
  /** Every permission any of the roles names, sorted. */
  readonly permissions: readonly string[];
  readonly roles: readonly ImportedRole[];
  /** What was left out or narrowed, one sentence each; nothing is dropped without one. */
  readonly notes: readonly string[];
}
