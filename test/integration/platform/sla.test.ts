/** Service levels as they are defined: by routes, with revisions, refusals that name the field, limits and versions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sla, SlaExclusion } from '../../../shared/entities/index.ts';
import { HOUR } from '../../../shared/sla/model.ts';
import { monthTerms } from '../../../shared/sla/terms.ts';
import { backends, eventsOf, logSize } from '../../support/platform.ts';
import { openSlaScene, SLA_START, type SlaScene } from '../../support/slaScene.ts';

const SLAS = '/v1/orgs/acme/slas';
const EXCLUSIONS = '/v1/orgs/acme/sla-exclusions';
const iso = (at: number): string => new Date(at).toISOString();

describe.each(backends())('service levels on $name', ({ options }) => {
  let scene: SlaScene;
  beforeAll(async () => {
    scene = await openSlaScene(await options());
  });
  afterAll(() => scene?.close());

  const fieldsOf = (answer: { json: { errors?: { path: string }[] } }) => answer.json.errors?.map(({ path }) => path);

  it('are made, listed, read and told with the whole entity in one event', async () => {
    const { admin, world } = scene;
    const before = await logSize(world.platform, 'acme');
    const sla = await scene.makeSla({ name: 'First', description: 'The first one' }, { time_zone: 'Europe/Berlin' });
    expect(Sla.parse(sla)).toMatchObject({
      name: 'First',
      service: 'checkout',
      ended_at: null,
      revisions: [
        { revision: 1, effective_from: iso(SLA_START), terms: { target_availability: 0.99, max_error_rate: 0.01 } },
      ],
    });
    const events = await eventsOf(world.platform, 'acme', before);
    expect(events.map(({ event }) => [event.action, event.target])).toEqual([
      ['sla.create', { type: 'sla', id: sla.id }],
    ]);
    expect(events[0]?.story.change).toEqual({ before: null, after: sla });
    const read = await admin('GET', `${SLAS}/${sla.id}`);
    expect([read.json, read.headers.etag]).toEqual([sla, `"${sla.version}"`]);
    expect((await admin('GET', SLAS)).json.items).toContainEqual(sla);
    expect((await scene.feed('sla')).map(({ data }) => data)).toContainEqual(sla);
    expect((await admin('GET', `${SLAS}/none`)).status).toBe(404);
  });

  it('get a revision from the next local month on, which replaces one that does not hold yet', async () => {
    const { admin, clock } = scene;
    const sla = await scene.makeSla({ name: 'Revised' }, { time_zone: 'America/New_York' });
    const terms = { ...sla.revisions[0]!.terms, target_availability: 0.995, burn_rules: [] };
    const patch = (body: object, headers = {}) => admin('PATCH', `${SLAS}/${sla.id}`, body, headers);
    const first = await patch({ terms, reason: 'asked for by the customer' }, { 'if-match': `"${sla.version}"` });
    expect(first.status).toBe(200);
    expect(first.json.revisions[1]).toMatchObject({
      revision: 2,
      // Midnight in New York, in summer time by then.
      effective_from: '2026-04-01T04:00:00.000Z',
      made_at: iso(clock.now),
      reason: 'asked for by the customer',
    });
    const second = await patch({ terms: { ...terms, target_availability: 0.999 }, name: 'Revised again' });
    expect(
      second.json.revisions.map(({ revision, terms: { target_availability } }: Sla['revisions'][0]) => [
        revision,
        target_availability,
      ]),
    ).toEqual([
      [1, 0.99],
      [2, 0.999],
    ]);
    expect((await patch({ name: 'Late' }, { 'if-match': `"${sla.version}"` })).status).toBe(412);
    expect(monthTerms(second.json, '2026-03')?.revision.revision).toBe(1);
    expect(monthTerms(second.json, '2026-04')?.revision.revision).toBe(2);
  });

  it('are refused with the fields that are wrong', async () => {
    const { admin } = scene;
    const terms = { time_zone: 'UTC' };
    const post = (body: object) => admin('POST', SLAS, body);
    const unknown = await post({ name: 'U', workspace_id: 'none', terms: { ...terms, target_availability: 0.9 } });
    expect([unknown.status, fieldsOf(unknown)]).toEqual([400, ['/workspace_id', '/terms/burn_rules']]);
    expect(unknown.json.errors[1].message).toMatch(/cannot fire/);
    const tiers = [
      { below: 0.99, percent: 10 },
      { below: 0.95, percent: 10 },
    ];
    const paid = await post({
      name: 'P',
      terms: { ...terms, credits: { currency: 'EUR', monthly_fee_minor: '1000', tiers } },
    });
    expect([paid.status, fieldsOf(paid)]).toEqual([400, ['/terms/credits/tiers']]);
    const zone = await post({ name: 'Z', terms: { time_zone: 'Europe/Nowhere' } });
    expect([zone.status, fieldsOf(zone)]).toEqual([400, ['/terms/time_zone']]);
    const sla = await scene.makeSla({ name: 'Taken' });
    const twice = await post({ name: ' TAKEN', terms });
    expect([twice.status, fieldsOf(twice)]).toEqual([409, ['/name']]);
    const same = await post({ id: sla.id, name: 'Other', terms });
    expect([same.status, fieldsOf(same)]).toEqual([409, ['/id']]);
    const rules = [{ long_minutes: 60, short_minutes: 60, budget: 0.02, severity: 'page' }];
    const burn = await admin('PATCH', `${SLAS}/${sla.id}`, {
      terms: { ...sla.revisions[0]!.terms, burn_rules: rules },
    });
    expect([burn.status, fieldsOf(burn)]).toEqual([400, ['/terms/burn_rules']]);
  });

  it('end for good and give their name free', async () => {
    const { admin, clock } = scene;
    const sla = await scene.makeSla({ name: 'Ending' });
    clock.now += HOUR;
    const ended = await admin('POST', `${SLAS}/${sla.id}/end`, {});
    expect([ended.status, ended.json.ended_at]).toEqual([200, iso(clock.now)]);
    expect((await admin('POST', `${SLAS}/${sla.id}/end`, {})).status).toBe(409);
    expect((await admin('PATCH', `${SLAS}/${sla.id}`, { name: 'Back' })).status).toBe(409);
    await scene.makeSla({ name: 'Ending' });
  });

  it('have maintenance: announced, taken back before it begins, corrected afterwards', async () => {
    const { admin, clock, world } = scene;
    const announce = (from: number, fields = {}) =>
      admin('POST', EXCLUSIONS, { from: iso(from), to: iso(from + HOUR), reason: 'New disks', ...fields });
    const ahead = await announce(clock.now + HOUR);
    expect([ahead.status, SlaExclusion.parse(ahead.json)]).toMatchObject([201, { retroactive: false, sla_id: null }]);
    const past = await announce(clock.now - 2 * HOUR, { reason: 'Power cut in the data centre' });
    expect(past.json).toMatchObject({ retroactive: true, reason: 'Power cut in the data centre' });
    expect((await admin('GET', EXCLUSIONS)).json.items).toEqual([ahead.json, past.json]);
    const wrong = await announce(clock.now, { sla_id: 'none' });
    expect([wrong.status, fieldsOf(wrong)]).toEqual([400, ['/sla_id']]);
    const backwards = await announce(clock.now, { to: iso(clock.now - 1) });
    expect([backwards.status, fieldsOf(backwards)]).toEqual([400, ['/to']]);
    expect((await admin('DELETE', `${EXCLUSIONS}/${past.json.id}`)).status).toBe(409);
    const size = await logSize(world.platform, 'acme');
    expect((await admin('DELETE', `${EXCLUSIONS}/${ahead.json.id}`)).status).toBe(204);
    const [event] = await eventsOf(world.platform, 'acme', size);
    expect([event?.event.action, event?.story.change]).toEqual([
      'sla_exclusion.delete',
      { before: ahead.json, after: null },
    ]);
    expect((await scene.feed('sla_exclusion')).map(({ id, op }) => [id, op])).toEqual([
      [past.json.id, 'put'],
      [ahead.json.id, 'delete'],
    ]);
  });

  it('are seen by those who may read them and changed by those who may manage them', async () => {
    const { world } = scene;
    const statuses = async (role: string) => {
      const call = await world.member(`${role}@acme.test`, 'acme');
      return [
        (await call('GET', SLAS)).status,
        (await call('POST', SLAS, { name: `of ${role}`, terms: { time_zone: 'UTC' } })).status,
        (await call('GET', '/v1/orgs/acme/sla-channels')).status,
      ];
    };
    expect({
      manager: await statuses('manager'),
      viewer: await statuses('viewer'),
      guest: await statuses('guest'),
    }).toEqual({
      manager: [200, 403, 403],
      viewer: [200, 403, 403],
      guest: [403, 403, 403],
    });
  });
});
