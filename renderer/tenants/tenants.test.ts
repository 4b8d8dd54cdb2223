import { describe, expect, it } from 'vitest';
import type { SsoView } from '../../shared/contract/sso.ts';
import type { Member, Organization, Workspace } from '../../shared/entities/index.ts';
import {
  organizationDraft,
  readNewWorkspace,
  readOrganizationPatch,
  readWorkspacePatch,
  workspaceDraft,
} from './draft.ts';
import { readSso, secretChoices, ssoChanged, ssoDraft } from './ssoDraft.ts';
import { limitUse, orgUse, usersOf, workspaceRows } from './use.ts';

const workspace = (id: string, changes: Partial<Workspace> = {}): Workspace => ({
  ...{ id, org_id: 'o', name: id, description: '', max_threads: 10, max_log_retention_days: 365, max_users: 3 },
  ...{ threads: 0, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', version: 1 },
  ...changes,
});
const member = (status: Member['status'], workspaces: string[] | null): Member => ({
  ...{ id: 'm', org_id: 'o', user_id: 'u', email: 'm@example.com', name: 'm', role: 'viewer', permissions: [] },
  ...{ catalog_version: 1, workspaces, status, mfa: false, external_id: null, suspended_at: null },
  ...{ invited_at: '2026-01-01T00:00:00Z', joined_at: null, version: 1 },
});

describe('use against limits', () => {
  const members = [
    ...[member('active', null), member('invited', ['w1']), member('suspended', ['w1']), member('active', ['w1', 'w2'])],
  ];

  it('counts those who may use a workspace, the suspended left out', () => {
    const rows = workspaceRows([workspace('w1'), workspace('w2', { threads: 9 }), workspace('w3')], members);
    expect(rows.map(({ users }) => users.used)).toEqual([3, 2, 1]);
    expect(rows.map(({ workspace: { id } }) => usersOf(id, members).length)).toEqual([3, 2, 1]);
    expect(rows.map(({ users, threads }) => [users.state, threads.state])).toEqual([
      ...[
        ['full', 'free'],
        ['free', 'near'],
        ['free', 'free'],
      ],
    ]);
    expect(orgUse(rows)).toMatchObject({ tight: 2, threads: { used: 9, max: 30 }, users: { used: 6, max: 9 } });
  });

  it('calls a limit of nothing full, and never more than whole', () => {
    expect(limitUse(0, 0)).toMatchObject({ share: 1, state: 'full' });
    expect(limitUse(12, 10)).toMatchObject({ share: 1, state: 'full' });
  });
});

describe('forms', () => {
  it('fills a new workspace with the platform’s own limits', () => {
    const draft = workspaceDraft(null);
    expect(draft).toMatchObject({ name: '', max_threads: '100', max_users: '50', max_log_retention_days: '365' });
    expect(readNewWorkspace(draft)).toEqual({ problems: { name: 'Something must stand here.' }, value: null });
  });

  it('sends only what changed', () => {
    const now = workspace('w1');
    expect(readWorkspacePatch(workspaceDraft(now), now)).toEqual({ problems: {}, value: {} });
    expect(readWorkspacePatch({ ...workspaceDraft(now), max_users: '7', name: ' w1 ' }, now).value).toEqual({
      ...{ max_users: 7 },
    });
  });

  it.each([
    ['max_users', '0', 'At least 1.'],
    ['max_users', 'many', 'A whole number.'],
    ['max_users', '1.5', 'A whole number.'],
    ['max_log_retention_days', '4000', 'At most 3660.'],
    ['max_threads', '', 'A whole number.'],
  ] as const)('says what is wrong with %s “%s”', (field, text, problem) => {
    const now = workspace('w1');
    const { problems, value } = readWorkspacePatch({ ...workspaceDraft(now), [field]: text }, now);
    expect([problems, value]).toEqual([{ [field]: problem }, null]);
  });

  it('reads the organization, a zone that is none refused', () => {
    const now: Organization = {
      ...{ id: 'o', name: 'O', owner_id: 'u', subscription_tier: 'pro', region: 'eu', time_zone: 'UTC' },
      ...{ mfa_required: false, created_at: '', updated_at: '', version: 1 },
    };
    const draft = { ...organizationDraft(now), mfa_required: true };
    expect(readOrganizationPatch(draft, now).value).toEqual({ mfa_required: true });
    expect(readOrganizationPatch({ ...draft, time_zone: 'Mars/Base' }, now).problems).toEqual({
      ...{ time_zone: 'Not an IANA time zone.' },
    });
  });
});

describe('single sign-on', () => {
  const set: SsoView = {
    ...{ issuer: 'https://id.example/', clientId: 'c', hasSecret: true, domains: ['a.example', 'b.example'] },
    ...{ provisionRole: 'viewer', trustMfa: true, updatedAt: 1, version: 4 },
  };

  it('reads back what is set, keeps the secret, and changes nothing by itself', () => {
    const draft = ssoDraft(set);
    expect(ssoChanged(draft, set)).toBe(false);
    expect(readSso(draft, 'acme', 4).input).toEqual({
      ...{ orgId: 'acme', version: 4, issuer: set.issuer, clientId: 'c', domains: set.domains },
      ...{ provisionRole: 'viewer', trustMfa: true },
    });
    expect(secretChoices(set)).toEqual(['keep', 'set', 'none']);
    expect(secretChoices({ ...set, hasSecret: false })).toEqual(['set', 'none']);
  });

  it('sends a secret that was typed, and null for none', () => {
    const draft = {
      ...ssoDraft(null),
      issuer: ' https://id.example ',
      clientId: 'c',
      domains: 'B.example, a.example\n',
    };
    expect(readSso(draft, 'acme', null)).toMatchObject({ input: null, problems: { secret: expect.any(String) } });
    expect(readSso({ ...draft, secret: ' s ' }, 'acme', null).input).toEqual({
      ...{ orgId: 'acme', version: null, issuer: 'https://id.example', clientId: 'c', clientSecret: ' s ' },
      ...{ domains: ['b.example', 'a.example'], provisionRole: null, trustMfa: false },
    });
    expect(readSso({ ...draft, secretChoice: 'none', secret: 'x' }, 'acme', null).input?.clientSecret).toBeNull();
  });

  it.each([
    ['issuer', { issuer: 'id.example' }],
    ['clientId', { clientId: ' ' }],
    ['domains', { domains: 'no domain here!' }],
    ['domains', { domains: '' }],
  ])('says what is wrong with the %s', (field, change) => {
    expect(readSso({ ...ssoDraft(set), ...change }, 'acme', 4)).toEqual({
      input: null,
      problems: { [field]: expect.any(String) },
    });
  });
});
