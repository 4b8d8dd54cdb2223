/** What is typed into the forms of a member, and the command it comes to. Pure. */
import type { Command } from '../../shared/commands/index.ts';
import { type Member, MemberInput, type MemberPatch } from '../../shared/entities/index.ts';

export interface MemberDraft {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly workspaces: readonly string[] | null;
}

/** What a draft changes of a member; empty where it changes nothing. */
export function memberPatch(draft: MemberDraft, now: Member): MemberPatch {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return {
    ...(draft.role === now.role ? {} : { role: draft.role }),
    ...(same(draft.permissions, now.permissions.toSorted()) ? {} : { permissions: [...draft.permissions] }),
    ...(same(draft.workspaces, now.workspaces?.toSorted() ?? null)
      ? {}
      : { workspaces: draft.workspaces === null ? null : [...draft.workspaces] }),
  };
}

/** A member's access as it is, to be changed. */
export function memberDraft({ role, permissions, workspaces }: Member): MemberDraft {
  return { role, permissions: permissions.toSorted(), workspaces: workspaces?.toSorted() ?? null };
}

export interface InviteDraft {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly permissions: readonly string[];
  readonly workspaces: readonly string[] | null;
}

export interface InviteRead {
  readonly emailProblem: string | null;
  readonly nameProblem: string | null;
  readonly command: Command | null;
}

/** An invitation as typed, read: its problems, or the command it comes to. */
export function readInvite(draft: InviteDraft, id: string, members: readonly Pick<Member, 'email'>[]): InviteRead {
  const email = draft.email.trim();
  const name = draft.name.trim();
  const known = members.some((member) => member.email.toLowerCase() === email.toLowerCase());
  const emailProblem = known
    ? 'There is a member with this address.'
    : MemberInput.shape.email.safeParse(email).success
      ? null
      : 'An e-mail address, such as kofi@example.com.';
  const nameProblem =
    name === '' || MemberInput.shape.name.safeParse(name).success
      ? null
      : 'At most 120 characters, none of them a control character.';
  if (emailProblem !== null || nameProblem !== null) return { emailProblem, nameProblem, command: null };
  const { role, permissions, workspaces } = draft;
  const input = {
    email,
    ...(name === '' ? {} : { name }),
    role,
    permissions: [...permissions],
    workspaces: workspaces === null ? null : [...workspaces],
  };
  return { emailProblem, nameProblem, command: { type: 'member.create', id, input } };
}

export const EMPTY_INVITE: InviteDraft = { email: '', name: '', role: 'viewer', permissions: [], workspaces: null };
