/** Notifications to a real HTTP receiver and a real SMTP server: signed, tried again, never lost, never twice under two ids. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimDue, LEASE_MS, RETRY_MS } from '../../../platform/sla/deliveries.ts';
import { Sender } from '../../../platform/sla/sender.ts';
import { SlaChannelMade, type SlaDelivery } from '../../../shared/entities/index.ts';
import { DAY, HOUR, MINUTE } from '../../../shared/sla/model.ts';
import { backends, eventsOf, logSize } from '../../support/platform.ts';
import { openSlaScene, type SlaScene } from '../../support/slaScene.ts';
import { type MailServer, startMailServer } from '../../support/smtpReceiver.ts';
import { type Received, type Receiver, startReceiver } from '../../support/webhookReceiver.ts';

const CHANNELS = '/v1/orgs/acme/sla-channels';
const FROM = 'sla@mission-control.test';

/** As Standard Webhooks has a receiver verify, written from its text alone. */
function isSigned({ headers, body }: Received, secret: string, now: number): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const wanted = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  const fresh = Math.abs(now / 1_000 - Number(headers['webhook-timestamp'])) < 300;
  return fresh && headers['webhook-signature']!.split(' ').includes(wanted);
}

describe.each(backends())('notification channels on $name', ({ options }) => {
  let scene: SlaScene;
  let receiver: Receiver;
  let mail: MailServer;
  let serial = 0;
  beforeAll(async () => {
    receiver = await startReceiver();
    mail = await startMailServer();
    scene = await openSlaScene({ ...(await options()), smtp: { url: mail.url, from: FROM } });
  });
  afterAll(async () => {
    await scene?.close();
    await receiver?.close();
    await mail?.close();
  });
  beforeEach(async () => {
    for (const { id } of (await scene.admin('GET', CHANNELS)).json.items)
      await scene.admin('DELETE', `${CHANNELS}/${id}`);
    for (const { id, ended_at } of (await scene.admin('GET', '/v1/orgs/acme/slas?limit=200')).json.items) {
      if (ended_at === null) await scene.admin('POST', `/v1/orgs/acme/slas/${id}/end`, {});
    }
    // Whole minutes alone are judged: an SLA made within one is judged from the next on.
    scene.clock.now = Math.ceil(scene.clock.now / MINUTE) * MINUTE;
    await scene.round();
    receiver.got.length = 0;
    receiver.answers.length = 0;
    mail.got.length = 0;
    mail.refusal = null;
  });

  const add = async (fields: object = {}): Promise<SlaChannelMade> => {
    const body = { name: `Channel ${serial++}`, kind: 'webhook', address: receiver.url, ...fields };
    const answer = await scene.admin('POST', CHANNELS, body);
    expect(answer.status, answer.text).toBe(201);
    return SlaChannelMade.parse(answer.json);
  };
  /** A breach of every metric but time, in day and window; gives the SLA's id. */
  const breach = async (): Promise<string> => {
    const service = `s${serial++}`;
    const sla = await scene.makeSla({ name: service, service }, { burn_rules: [] });
    await scene.traffic({ service, from: scene.clock.now, minutes: 1, requests: 100, failed: 50 });
    await scene.roundsUntil(scene.clock.now + 2 * MINUTE);
    return sla.id;
  };
  const send = async (sender = scene.world.platform.sla.sender): Promise<void> => {
    await sender.round();
    await sender.idle();
  };
  const deliveries = async ({ channel }: SlaChannelMade): Promise<SlaDelivery[]> =>
    (await scene.admin('GET', `${CHANNELS}/${channel.id}/deliveries?limit=200`)).json.items;

  it('tell a webhook of what opened and closed, signed with a secret that was shown once', async () => {
    const { admin, clock } = scene;
    const from = await logSize(scene.world.platform, 'acme');
    const made = await add();
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await admin('GET', CHANNELS)).text).not.toContain('whsec_');
    const told = await eventsOf(scene.world.platform, 'acme', from);
    expect(JSON.stringify(told)).not.toContain(made.secret!.slice(6));
    expect((await scene.feed('sla_channel')).at(-1)?.data).toEqual(made.channel);
    const stored = await scene.world.platform.core.tenant('acme', (tx) =>
      tx.query<{ secret_sealed: Uint8Array }>('SELECT secret_sealed FROM sla_channels'),
    );
    expect(Buffer.from(stored[0]!.secret_sealed).includes(Buffer.from(made.secret!.slice(6), 'base64'))).toBe(false);
    const slaId = await breach();
    expect(receiver.got).toEqual([]);
    await send();
    expect(receiver.got).toHaveLength(4);
    expect(receiver.got.every((one) => isSigned(one, made.secret!, clock.now))).toBe(true);
    expect(receiver.got.some((one) => isSigned({ ...one, body: `${one.body} ` }, made.secret!, clock.now))).toBe(false);
    const bodies = receiver.got.map(({ body }) => JSON.parse(body));
    const first = bodies.find(({ data }) => data.breach.metric === 'availability');
    expect(first).toMatchObject({
      type: 'sla.breach.opened',
      timestamp: first.data.breach.opened_at,
      data: {
        organization: { id: 'acme', name: 'The acme company' },
        sla: { id: slaId },
        breach: { sla_id: slaId, metric: 'availability', target: 0.99, actual: 0.5, closed_at: null },
      },
    });
    const log = await deliveries(made);
    expect(log.map(({ id }) => id).sort()).toEqual(receiver.got.map(({ headers }) => headers['webhook-id']).sort());
    expect(log[0]).toMatchObject({ state: 'delivered', attempts: 1, detail: 'HTTP 204', next_attempt_at: null });
    await admin('POST', `/v1/orgs/acme/slas/${slaId}/end`, {});
    await scene.round();
    await send();
    expect(receiver.got.slice(4).map(({ body }) => JSON.parse(body).type)).toEqual(
      Array.from({ length: 4 }, () => 'sla.breach.closed'),
    );
  });

  it('tell a channel only what it asked for', async () => {
    const page = await add({ events: ['page'] });
    const resolved = await add({ events: ['resolved'] });
    const off = await add({ enabled: false });
    const other = await scene.makeSla({ name: `other ${serial++}`, service: 'other' });
    const elsewhere = await add({ sla_id: other.id });
    await breach();
    await send();
    expect(receiver.got).toEqual([]);
    for (const one of [page, resolved, off, elsewhere]) expect(await deliveries(one)).toEqual([]);
  });

  it('try again with growing waits under one id, eight times over about a day, and then give up', async () => {
    const { clock } = scene;
    const made = await add({ events: ['breach'] });
    const slaId = await breach();
    receiver.answers.push(...Array.from({ length: 100 }, (_, i) => [500, 302, 0, 429][i % 4]!));
    await send();
    const waiting = await deliveries(made);
    expect(waiting.map(({ state, attempts }) => [state, attempts])).toEqual(
      Array.from({ length: 4 }, () => ['waiting', 1]),
    );
    const began = clock.now;
    let last = clock.now;
    for (const wait of RETRY_MS) {
      clock.now = last + wait - 1;
      await send();
      const before = receiver.got.length;
      clock.now = last + Math.ceil(wait * 1.1);
      await send();
      expect(receiver.got.length - before).toBe(4);
      last = clock.now;
    }
    expect(receiver.got).toHaveLength(32);
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
    expect(clock.now - began).toBeGreaterThan(20 * HOUR);
    expect(clock.now - began).toBeLessThan(30 * HOUR);
    const failed = await deliveries(made);
    expect(
      failed.every(
        ({ state, attempts, next_attempt_at }) => state === 'failed' && attempts === 8 && next_attempt_at === null,
      ),
    ).toBe(true);
    expect(
      failed
        .map(({ detail }) => detail)
        .sort()
        .join(),
    ).toMatch(/HTTP 302.*HTTP 429.*HTTP 500/);
    clock.now += DAY;
    await send();
    expect(receiver.got).toHaveLength(32);
    await scene.admin('POST', `/v1/orgs/acme/slas/${slaId}/end`, {});
  });

  it('lose nothing when the process dies before or while it sends', async () => {
    const { clock, world } = scene;
    const { core, sla } = world.platform;
    const made = await add({ events: ['breach'] });
    await breach();
    // A process that took one and died: nobody else has it until its lease ends.
    const [taken] = await core.tenant('acme', (tx) => claimDue(tx, clock.now, 1));
    // Another begins: its first round finds what waits.
    const fresh = new Sender(core, sla.options, (error) => scene.faults.push(error));
    fresh.expect('acme', clock.now);
    await send(fresh);
    expect(receiver.got).toHaveLength(3);
    clock.now += LEASE_MS;
    await send(fresh);
    expect(receiver.got).toHaveLength(4);
    expect(receiver.got.at(-1)?.headers['webhook-id']).toBe(taken?.id);
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
    expect((await deliveries(made)).every(({ state }) => state === 'delivered')).toBe(true);
  });

  it('are tested on the spot, once, with what came of it', async () => {
    const made = await add();
    const trial = () => scene.admin('POST', `${CHANNELS}/${made.channel.id}/test`, {});
    const size = await logSize(scene.world.platform, 'acme');
    expect((await trial()).json).toMatchObject({ delivered: true, detail: 'HTTP 204' });
    expect((await eventsOf(scene.world.platform, 'acme', size)).map(({ event }) => event.action)).toEqual([
      'sla_channel.test',
    ]);
    expect(JSON.parse(receiver.got[0]!.body)).toMatchObject({ type: 'sla.test', data: { channel: made.channel.name } });
    receiver.answers.push(503);
    scene.clock.now += 1;
    expect((await trial()).json).toMatchObject({ delivered: false, detail: 'HTTP 503' });
    expect((await deliveries(made))[0]).toMatchObject({ event: 'sla.test', state: 'failed', attempts: 1 });
    const key = { 'idempotency-key': `test-${serial++}` };
    const [first, again] = [
      await scene.admin('POST', `${CHANNELS}/${made.channel.id}/test`, {}, key),
      await scene.admin('POST', `${CHANNELS}/${made.channel.id}/test`, {}, key),
    ];
    expect([again!.json, receiver.got.length]).toEqual([first!.json, 3]);
  });

  it('go by e-mail, in which nothing can add a header or a recipient', async () => {
    const made = await add({ kind: 'email', address: 'ops@customer.test', events: ['breach'] });
    expect(made.secret).toBeNull();
    const service = `mail${serial++}`;
    const sla = await scene.makeSla(
      { name: `Zahlung, "EU" <ops> Überweisung`, service },
      { burn_rules: [], max_error_rate: 1 },
    );
    await scene.traffic({ service, from: scene.clock.now, minutes: 1, requests: 100, failed: 50 });
    await scene.roundsUntil(scene.clock.now + 2 * MINUTE);
    await send();
    expect(mail.got).toHaveLength(2);
    const { from, to, text } = mail.got[0]!;
    expect([from, to]).toEqual([FROM, ['ops@customer.test']]);
    const [head, ...rest] = text.split('\r\n\r\n');
    expect(head).toMatch(/^To: ops@customer\.test$/m);
    expect(head).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(head).toMatch(/^Message-ID:\s+<msg_[0-9a-f-]+@missioncontrol\.localhost>$/m);
    expect(head!.match(/^(To|Cc|Bcc):/gim)).toEqual(['To:']);
    expect(rest.join('\n')).toContain(sla.id);
    expect((await deliveries(made))[0]).toMatchObject({ state: 'delivered', attempts: 1 });
    const wrong = await scene.admin('POST', CHANNELS, {
      name: 'x',
      kind: 'email',
      address: 'a@b.test\r\nBcc: c@d.test',
    });
    expect([wrong.status, wrong.json.errors[0].path]).toEqual([400, '/address']);
    mail.refusal = 'No such user';
    expect((await scene.admin('POST', `${CHANNELS}/${made.channel.id}/test`, {})).json).toMatchObject({
      delivered: false,
      detail: expect.stringContaining('No such user'),
    });
  });

  it('are refused where they cannot be reached', async () => {
    const errors = async (fields: object) => {
      const answer = await scene.admin('POST', CHANNELS, { name: `R ${serial++}`, kind: 'webhook', ...fields });
      return [answer.status, answer.json.errors?.[0].path];
    };
    for (const address of [
      'https://10.0.0.1/',
      'https://user:pw@hooks.test/',
      'http://hooks.test/',
      'ftp://hooks.test/',
    ]) {
      expect([address, await errors({ address })]).toEqual([address, [400, '/address']]);
    }
    const { channel } = await add({ name: 'Taken' });
    expect(await errors({ name: 'taken', address: receiver.url })).toEqual([409, '/name']);
    const patch = (body: object, headers = {}) => scene.admin('PATCH', `${CHANNELS}/${channel.id}`, body, headers);
    expect((await patch({ address: 'https://192.168.1.1/' })).status).toBe(400);
    const changed = await patch({ events: ['page', 'page'], enabled: false }, { 'if-match': `"${channel.version}"` });
    expect(changed.json).toMatchObject({ events: ['page'], enabled: false });
    expect((await patch({ enabled: true }, { 'if-match': `"${channel.version}"` })).status).toBe(412);
    // Where no server is set, an e-mail channel says so.
    const bare = await openSlaScene({ ...(await options()), smtp: null, webhookLoopback: false });
    const email = await bare.admin('POST', CHANNELS, { name: 'E', kind: 'email', address: 'a@b.test' });
    expect([email.status, email.json.detail]).toEqual([400, expect.stringContaining('MC_SMTP_URL')]);
    const local = await bare.admin('POST', CHANNELS, { name: 'L', kind: 'webhook', address: receiver.url });
    expect([local.status, local.json.errors[0].path]).toEqual([400, '/address']);
    await bare.close();
  });

  it('keep their delivery log for ninety days', async () => {
    const made = await add();
    await scene.admin('POST', `${CHANNELS}/${made.channel.id}/test`, {});
    scene.clock.now += 89 * DAY;
    await scene.round();
    expect(await deliveries(made)).toHaveLength(1);
    scene.clock.now += 2 * DAY;
    await scene.round();
    expect(await deliveries(made)).toEqual([]);
  });
});
