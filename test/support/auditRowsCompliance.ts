/** What the routes of compliance records leave in the audit log. */

import { createUser } from '../../platform/auth/users.ts';
import { addMember } from '../../platform/members/service.ts';
import { COMPLIANCE_COLLECTIONS, RECORD_KINDS } from '../../shared/commands/index.ts';
import type { AuditRow, Stage } from './auditRows.ts';
import { BEFORE, CHANGING, MAKING, SAMPLE_ROUTES, type SampleRoute, STANDING } from './complianceSamples.ts';
import { PASSWORD } from './platform.ts';

const ACME = '/v1/orgs/acme';
const TOLD = 'records of governance, seen by those who run or audit it';

async function must(stage: Stage, method: string, url: string, body: object): Promise<string> {
  const answer = await stage.admin(method, url, body);
  if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.text}`);
  return answer.json.id as string;
}

/** Records of one kind that may stand only once are taken away first. */
async function alone(stage: Stage, { kind }: SampleRoute): Promise<void> {
  if (kind !== 'retention_policy') return;
  const { items } = (await stage.admin('GET', `${ACME}/retention-policies`)).json;
  for (const { id } of items) await stage.admin('DELETE', `${ACME}/retention-policies/${id}`);
}

async function recordFor(stage: Stage, route: SampleRoute): Promise<string> {
  const standing = STANDING[route.kind];
  if (standing !== undefined) return standing;
  await alone(stage, route);
  return await must(
    stage,
    'POST',
    `${ACME}/${COMPLIANCE_COLLECTIONS[route.kind]}`,
    MAKING[route.kind]!(stage.fresh('n')),
  );
}

/** An exception is approved by somebody else than who asked for it. */
async function secondAdmin(stage: Stage) {
  const { core } = stage.world.platform;
  const email = `${stage.fresh('second')}@acme.test`;
  const user = await createUser(core, { email, name: 'Second', password: PASSWORD });
  await addMember(core, 'acme', { userId: user.id, role: 'admin' });
  return await stage.world.member(email, 'acme');
}

function rowOf(route: SampleRoute): AuditRow {
  const { type, kind, verb, method, path } = route;
  return {
    leaves: 'event',
    action: type,
    status: verb === 'create' ? 201 : method === 'DELETE' ? 204 : 200,
    prepare: async (stage) => {
      if (verb === 'create') {
        await alone(stage, route);
        return { url: ACME + path, body: MAKING[kind]!(stage.fresh('n')) };
      }
      const id = await recordFor(stage, route);
      const before = SAMPLE_ROUTES.find((one) => one.type === BEFORE[type]);
      if (before !== undefined) {
        await must(stage, before.method, ACME + before.path.replace('{id}', id), CHANGING[before.type]!);
      }
      const url = ACME + path.replace('{id}', id);
      const call = type === 'control_exception.approve' ? { call: await secondAdmin(stage) } : {};
      return { url, ...(method === 'DELETE' ? {} : { body: CHANGING[type]! }), ...call };
    },
  };
}

export const complianceRows: Readonly<Record<string, AuditRow>> = {
  ...Object.fromEntries(
    RECORD_KINDS.map((kind): [string, AuditRow] => [
      `GET /v1/orgs/{org}/${COMPLIANCE_COLLECTIONS[kind]}`,
      {
        leaves: { none: TOLD },
        action: 'compliance.list',
        prepare: async () => ({ url: `${ACME}/${COMPLIANCE_COLLECTIONS[kind]}` }),
      },
    ]),
  ),
  ...Object.fromEntries(
    SAMPLE_ROUTES.map((route): [string, AuditRow] => [`${route.method} /v1/orgs/{org}${route.path}`, rowOf(route)]),
  ),
};
