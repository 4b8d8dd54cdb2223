/** Google Cloud IAM roles: `service.resource.verb` becomes `gcp/service.resource:verb`. */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { isAction, isResource } from '../catalog.ts';
import type { ImportedRole, ImportedRoles } from './imported.ts';

/** A role as `projects.roles.get` of the IAM API answers it. */
const GcpRole = z.object({
  name: z.string().min(1).max(256),
  title: z.string().max(512).default(''),
  description: z.string().max(4096).default(''),
  includedPermissions: z.array(z.string().max(256)).max(20_000).default([]),
});

function permissionOf(text: string): string | null {
  const dot = text.lastIndexOf('.');
  const resource = `gcp/${text.slice(0, Math.max(dot, 0))}`;
  const action = text.slice(dot + 1);
  return dot > 0 && isResource(resource) && isAction(action) ? `${resource}:${action}` : null;
}

/** Reads roles as the IAM API lists them. Throws INPUT_INVALID naming the role's place when one is no role. */
export function importGcpRoles(values: Iterable<unknown>): ImportedRoles {
  const permissions = new Set<string>();
  const roles: ImportedRole[] = [];
  const notes: string[] = [];
  for (const value of values) {
    const read = GcpRole.safeParse(value);
    if (!read.success) throw new AppError('INPUT_INVALID', `Role ${roles.length + 1} is not a Google Cloud role.`);
    const { name, title, description, includedPermissions } = read.data;
    const held = new Set<string>();
    for (const text of includedPermissions) {
      const permission = permissionOf(text);
      if (permission === null) notes.push(`${name}: ${text.slice(0, 80)} is not a permission and was left out.`);
      else held.add(permission);
    }
    for (const permission of held) permissions.add(permission);
    roles.push({ name, title: title === '' ? name : title, description, permissions: [...held].sort() });
  }
  return { permissions: [...permissions].sort(), roles, notes };
}
