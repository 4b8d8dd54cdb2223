import { describe, expect, it } from 'vitest';
import { allows, CATALOG, grantsOf, parsePermission, ROLE_PERMISSIONS, ROLES } from './index.ts';

const ALL = Object.entries(CATALOG).flatMap(([resource, actions]) => actions.map((action) => `${resource}:${action}`));

describe('roles', () => {
  it('have the permissions of the requirements, admin all of them', () => {
    expect(ROLES.map((role) => ALL.filter((wanted) => allows(grantsOf(role), wanted)))).toEqual([
      ALL,
      ['threads:read', 'logs:read', 'users:invite', 'users:remove', 'settings:view'],
      ['threads:create', 'threads:read', 'threads:update'],
      ['threads:read', 'logs:read'],
      [],
    ]);
    expect(ROLE_PERMISSIONS.admin).toEqual([
      'threads:create',
      'threads:read',
      'threads:update',
      'threads:delete',
      'logs:read',
      'logs:delete',
      'users:manage',
      'users:invite',
      'users:remove',
      'org:manage',
      'billing:manage',
      'compliance:audit',
      'settings:view',
      'directives:read',
      'scripts:execute',
    ]);
  });

  it('hold scopes apart: unscoped covers scoped, never the reverse', () => {
    expect(allows(grantsOf('developer'), 'logs:read:own')).toBe(true);
    expect(allows(grantsOf('developer'), 'logs:read')).toBe(false);
    expect(allows(grantsOf('developer'), 'logs:read:shared')).toBe(false);
    expect(allows(grantsOf('viewer'), 'logs:read:own')).toBe(true);
    expect(allows(grantsOf('guest'), 'threads:read:shared')).toBe(true);
  });
});

describe('grants', () => {
  it('take a wildcard for one whole segment', () => {
    const granted = (grant: string): string[] => ALL.filter((wanted) => allows([parsePermission(grant)], wanted));
    expect(granted('threads:*')).toEqual(['threads:create', 'threads:read', 'threads:update', 'threads:delete']);
    expect(granted('*:read')).toEqual(['threads:read', 'logs:read', 'directives:read']);
    expect(granted('*:*')).toEqual(ALL);
    expect(granted('logs:*:own')).toEqual([]);
    expect(allows([parsePermission('logs:*:own')], 'logs:read:own')).toBe(true);
    expect(granted('threads:read')).toEqual(['threads:read']);
    expect(allows([], 'threads:read')).toBe(false);
  });

  it.each([
    '',
    '*',
    'threads',
    'threads_admin:delete',
    'threads:fly',
    'threads:read:mine',
    'threads:read:own:x',
    'thr*:read',
    'threads:*x',
    'constructor:name',
    '*:fly',
    'threads:',
  ])('refuse %j', (text) => {
    expect(() => parsePermission(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('are not asked for with a wildcard', () => {
    expect(() => allows(grantsOf('admin'), 'threads:*')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
