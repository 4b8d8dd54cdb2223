/** What the routes of service levels leave in the audit log. */
import { lockOrg } from '../../platform/log/append.ts';
import { addSla } from '../../platform/sla/definitions.ts';
import { SlaInput, SlaTerms } from '../../shared/entities/index.ts';
import { monthOf } from '../../shared/sla/calendar.ts';
import type { AuditRow, Stage } from './auditRows.ts';

const ACME = '/v1/orgs/acme';
const SLAS = `${ACME}/slas`;
const EXCLUSIONS = `${ACME}/sla-exclusions`;
const CHANNELS = `${ACME}/sla-channels`;

async function post(stage: Stage, url: string, body: object) {
  const answer = await stage.admin('POST', url, body);
  if (answer.status !== 201) throw new Error(`${url}: ${answer.text}`);
  return answer.json;
}

const slaInput = (stage: Stage): object => ({ name: stage.fresh('S'), terms: SlaTerms.parse({ time_zone: 'UTC' }) });
/** The address of an SLA that was just made. */
const sla = async (stage: Stage): Promise<string> => `${SLAS}/${(await post(stage, SLAS, slaInput(stage))).id}`;

const DAY = 86_400_000;
/** One that was made so long ago that a month of it can be reported. */
async function oldSla(stage: Stage, at: number): Promise<string> {
  const { core } = stage.world.platform;
  return await core.tenant('acme', async (tx) => {
    await lockOrg(tx);
    return (await addSla(tx, 'acme', SlaInput.parse(slaInput(stage)), { at, by: 'somebody' })).id;
  });
}

const window = (stage: Stage): object => ({
  from: new Date(Date.now() + DAY).toISOString(),
  to: new Date(Date.now() + 2 * DAY).toISOString(),
  reason: stage.fresh('Maintenance '),
});
/** Nobody listens there: a delivery fails at once. */
const channelInput = (stage: Stage): object => ({
  ...{ name: stage.fresh('C'), kind: 'webhook', address: 'http://127.0.0.1:9/hook' },
});
const channel = async (stage: Stage): Promise<string> =>
  `${CHANNELS}/${(await post(stage, CHANNELS, channelInput(stage))).channel.id}`;

const quiet = (action: string, why: string, url: (stage: Stage) => Promise<string>): AuditRow => ({
  leaves: { none: why },
  action,
  prepare: async (stage) => ({ url: await url(stage) }),
});
const event = (action: string, prepare: AuditRow['prepare'], more: Partial<AuditRow> = {}): AuditRow => ({
  leaves: 'event',
  action,
  prepare,
  ...more,
});

const FIGURES = 'targets and figures of services; nothing personal';
const NO_SECRET = 'names and addresses of channels; their secrets are in no answer but the first';

export const slaRows: Readonly<Record<string, AuditRow>> = {
  'GET /v1/orgs/{org}/slas': quiet('sla.list', FIGURES, async () => SLAS),
  'GET /v1/orgs/{org}/slas/{id}': quiet('sla.read', FIGURES, sla),
  'POST /v1/orgs/{org}/slas': event('sla.create', async (stage) => ({ url: SLAS, body: slaInput(stage) }), {
    status: 201,
  }),
  'PATCH /v1/orgs/{org}/slas/{id}': event('sla.update', async (stage) => ({
    url: await sla(stage),
    body: { name: stage.fresh('S') },
  })),
  'POST /v1/orgs/{org}/slas/{id}/end': event('sla.end', async (stage) => ({
    url: `${await sla(stage)}/end`,
    body: {},
  })),
  'GET /v1/orgs/{org}/slas/{id}/reports/{month}': quiet('sla.report.read', FIGURES, async (stage) => {
    const at = Date.now() - 40 * DAY;
    return `${SLAS}/${await oldSla(stage, at)}/reports/${monthOf(at, 'UTC')}?preview=true`;
  }),
  'GET /v1/orgs/{org}/sla-exclusions': quiet('sla_exclusion.list', FIGURES, async () => EXCLUSIONS),
  'POST /v1/orgs/{org}/sla-exclusions': event(
    'sla_exclusion.create',
    async (stage) => ({ url: EXCLUSIONS, body: window(stage) }),
    { status: 201 },
  ),
  'DELETE /v1/orgs/{org}/sla-exclusions/{id}': event(
    'sla_exclusion.delete',
    async (stage) => ({ url: `${EXCLUSIONS}/${(await post(stage, EXCLUSIONS, window(stage))).id}` }),
    { status: 204 },
  ),
  'GET /v1/orgs/{org}/sla-channels': quiet('sla_channel.list', NO_SECRET, async () => CHANNELS),
  'GET /v1/orgs/{org}/sla-channels/{id}/deliveries': quiet(
    'sla_channel.deliveries',
    'subjects of notices and what became of them',
    async (stage) => `${await channel(stage)}/deliveries`,
  ),
  'POST /v1/orgs/{org}/sla-channels': event(
    'sla_channel.create',
    async (stage) => ({ url: CHANNELS, body: channelInput(stage) }),
    { status: 201 },
  ),
  'PATCH /v1/orgs/{org}/sla-channels/{id}': event('sla_channel.update', async (stage) => ({
    url: await channel(stage),
    body: { enabled: false },
  })),
  'DELETE /v1/orgs/{org}/sla-channels/{id}': event(
    'sla_channel.delete',
    async (stage) => ({ url: await channel(stage) }),
    { status: 204 },
  ),
  'POST /v1/orgs/{org}/sla-channels/{id}/test': event(
    'sla_channel.test',
    async (stage) => ({ url: `${await channel(stage)}/test`, body: {} }),
    { unbroken: 'Its own transaction is like that of every mutation; those after it send, which is not taken back.' },
  ),
};
