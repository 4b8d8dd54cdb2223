/** What is typed into the forms of organization and workspace, and the patch it comes to. */
import type { z } from 'zod';
import {
  type Organization,
  OrganizationPatch,
  type Workspace,
  WorkspaceInput,
  WorkspacePatch,
} from '../../shared/entities/index.ts';

/** Every field as typed. */
export interface WorkspaceDraft {
  readonly name: string;
  readonly description: string;
  readonly max_threads: string;
  readonly max_log_retention_days: string;
  readonly max_users: string;
}

export type Problems<D> = { readonly [F in keyof D]?: string };

/** A draft read: its problems by field, and where there are none what it comes to. */
export interface Read<D, T> {
  readonly problems: Problems<D>;
  /** Null while there are problems. */
  readonly value: T | null;
}

const NUMBERS = ['max_threads', 'max_log_retention_days', 'max_users'] as const;

export function workspaceDraft(workspace: Workspace | null): WorkspaceDraft {
  const from = workspace ?? WorkspaceInput.partial({ name: true }).parse({});
  return {
    name: from.name ?? '',
    description: from.description,
    max_threads: String(from.max_threads),
    max_log_retention_days: String(from.max_log_retention_days),
    max_users: String(from.max_users),
  };
}

function problemsOf<D>(error: z.ZodError | undefined): Problems<D> {
  const problems: Record<string, string> = {};
  for (const issue of error?.issues ?? []) {
    const field = String(issue.path[0] ?? '');
    problems[field] ??= plain(issue);
  }
  return problems as Problems<D>;
}

function plain(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small')
    return issue.origin === 'string' ? 'Something must stand here.' : `At least ${issue.minimum}.`;
  if (issue.code === 'too_big') {
    return issue.origin === 'string' ? `At most ${issue.maximum} characters.` : `At most ${issue.maximum}.`;
  }
  if (issue.code === 'invalid_type') return 'A whole number.';
  return `${issue.message.slice(0, 1).toUpperCase()}${issue.message.slice(1)}.`;
}

function typed(draft: WorkspaceDraft): Record<string, unknown> {
  const numbers = NUMBERS.map((field) => [
    field,
    /^\d{1,9}$/.test(draft[field].trim()) ? Number(draft[field]) : Number.NaN,
  ]);
  return { name: draft.name, description: draft.description, ...Object.fromEntries(numbers) };
}

/** The fields of `value` that differ from what is there. */
function changed<T extends object>(value: T, now: object): Partial<T> {
  const old = now as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(value).filter(([field, each]) => old[field] !== each)) as Partial<T>;
}

/** A new workspace from its draft. */
export function readNewWorkspace(draft: WorkspaceDraft): Read<WorkspaceDraft, z.output<typeof WorkspaceInput>> {
  const read = WorkspaceInput.safeParse(typed(draft));
  return { problems: problemsOf(read.error), value: read.success ? read.data : null };
}

/** What a draft changes of a workspace; an empty patch where it changes nothing. */
export function readWorkspacePatch(draft: WorkspaceDraft, now: Workspace): Read<WorkspaceDraft, WorkspacePatch> {
  const read = WorkspacePatch.safeParse(typed(draft));
  return { problems: problemsOf(read.error), value: read.success ? changed(read.data, now) : null };
}

export type OrganizationDraft = Pick<
  Organization,
  'name' | 'region' | 'time_zone' | 'mfa_required' | 'subscription_tier'
>;

export function organizationDraft(organization: Organization): OrganizationDraft {
  const { name, region, time_zone, mfa_required, subscription_tier } = organization;
  return { name, region, time_zone, mfa_required, subscription_tier };
}

/** What a draft changes of the organization; an empty patch where it changes nothing. */
export function readOrganizationPatch(
  draft: OrganizationDraft,
  now: Organization,
): Read<OrganizationDraft, OrganizationPatch> {
  const read = OrganizationPatch.safeParse(draft);
  return { problems: problemsOf(read.error), value: read.success ? changed(read.data, now) : null };
}
