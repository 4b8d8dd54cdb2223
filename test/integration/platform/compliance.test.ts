/** Records of compliance on the real platform: what they become, what is refused and in which words, what feed and log tell of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../../platform/auth/users.ts';
import { addMember } from '../../../platform/members/service.ts';
import { COMPLIANCE_COLLECTIONS, type RecordKind } from '../../../shared/commands/index.ts';
import type { Framework } from '../../../shared/compliance/framework.ts';
import { presetOf } from '../../../shared/compliance/modes.ts';
import { type EntityKind, entitySchemas } from '../../../shared/entities/index.ts';
import { CHANGING, MAKING, SAMPLE_ROUTES } from '../../support/complianceSamples.ts';
import { type Answer, backends, type Call, eventsOf, openWorld, PASSWORD, type World } from '../../support/platform.ts';

const ORG = '/v1/orgs/acme';
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

describe.each(backends())('compliance records on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let second: Call;
  let serial = 0;

  beforeAll(async () => {
    world = await openWorld(await options());
    const { core } = world.platform;
    const user = await createUser(core, { email: 'second@acme.test', name: 'Second', password: PASSWORD });
    await addMember(core, 'acme', { userId: user.id, role: 'admin' });
    admin = await world.member('admin@acme.test', 'acme');
    second = await world.member('second@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  const at = (kind: RecordKind, rest = ''): string => `${ORG}/${COMPLIANCE_COLLECTIONS[kind]}${rest}`;
  const make = async (kind: RecordKind, own: object = {}): Promise<Answer> => {
    serial += 1;
    return await admin('POST', at(kind), { ...MAKING[kind]!(`s${serial}`), ...own });
  };
  const made = async (kind: RecordKind, own: object = {}): Promise<string> => {
    const answer = await make(kind, own);
    expect(answer.status, answer.text).toBe(201);
    return answer.json.id;
  };
  /** Status and every word about what is wrong. */
  const words = ({ status, json }: Answer): string =>
    `${status} ${json?.detail ?? ''} ${(json?.errors ?? []).map((one: { path: string; message: string }) => `${one.path} ${one.message}`).join(' ')}`;

  it('makes each kind of record, tells the feed and the log the whole of it, and lists it', async () => {
    for (const kind of Object.keys(MAKING) as RecordKind[]) {
      const before = (await eventsOf(world.platform, 'acme')).length;
      const id = await made(kind);
      const [listed] = (await admin('GET', at(kind, '?limit=200'))).json.items.filter(
        (one: { id: string }) => one.id === id,
      );
      const record = entitySchemas[kind as EntityKind].parse(listed) as { version: number };
      const feed = (await admin('GET', `${ORG}/changes?after=${record.version - 1}&limit=1`)).text.split('\n')[0]!;
      expect(JSON.parse(feed)).toEqual({ version: record.version, kind, id, op: 'put', data: record });
      const [event] = (await eventsOf(world.platform, 'acme', before)).filter(
        ({ event: one }) => one.action === `${kind}.create`,
      );
      expect(event?.event.target).toEqual({ type: kind, id });
      expect(event?.story.change).toEqual({ before: null, after: record });
      if (kind === 'retention_policy') expect((await admin('DELETE', at(kind, `/${id}`))).status).toBe(204);
    }
  });

  it('keeps a framework of a thousand controls whole, though no event could hold it', async () => {
    const controls: Framework['controls'] = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ id: `big-${n}`, ref: `${n}`, title: `Control ${n} of a long framework`, parent: null, kind: 'control' },
      ...{ obligation: null, citation: null },
    }));
    const before = (await eventsOf(world.platform, 'acme')).length;
    const answer = await make('framework', { id: 'big', controls });
    expect(answer.status).toBe(201);
    expect(answer.json.framework.controls).toHaveLength(1_000);
    const [event] = await eventsOf(world.platform, 'acme', before);
    const { after } = event!.story.change as { after: object };
    expect(after).toMatchObject({ id: 'big' });
    expect(after).not.toHaveProperty('framework');
    expect(words(await make('framework', { controls }))).toMatch(/^400 .*has a control big-0 already/);
    const owner = await admin('PATCH', at('control_state', '/big-7'), {
      applicable: false,
      applicability_reason: 'None here.',
    });
    expect(owner.json).toMatchObject({ id: 'big-7', applicable: false, design: null });
  });

  it('refuses what cannot be, in words that name the field', async () => {
    const cases: readonly [RecordKind, object, RegExp][] = [
      ['framework', { id: 'soc2' }, /^400 .*\/id/],
      ['control_mapping', { source: 'nothing-1' }, /^400 .*\/source There is no such control/],
      ['control_mapping', { source: 'gdpr-25', target: 'gdpr-25' }, /^400 .*\/target/],
      ['control_exception', { expires_on: day(-1) }, /^400 .*\/expires_on This day is past/],
      ['control_exception', { expires_on: day(400) }, /^400 .*decided anew/],
      ['control_exception', { checks: [] }, /^400 .*names a control or a check/],
      ['finding', { controls: ['nothing-1'] }, /^400 .*\/controls There is no control nothing-1/],
      ['finding', { owner_id: 'nobody' }, /^400 .*\/owner_id/],
      ['evidence', { evidence_on: day(3) }, /^400 .*\/evidence_on/],
      ['evidence', { valid_until: day(-5) }, /^400 .*\/valid_until/],
      ['legal_hold', { from: day(0), to: day(-1) }, /^400 .*\/to Ends before/],
      ['legal_hold', { workspaces: ['nowhere'] }, /^400 .*\/workspaces/],
      ['data_request', { received_on: day(2), due_on: day(9) }, /^400 .*\/received_on/],
      ['data_request', { due_on: day(-3) }, /^400 .*\/due_on/],
      ['transfer_mechanism', { until: day(-10) }, /^400 .*\/until/],
      ['incident', { responded_at: '2001-01-01T00:00:00.000Z' }, /^400 .*\/responded_at/],
      ['log_review', { day: day(3) }, /^400 .*\/day/],
    ];
    for (const [kind, own, refusal] of cases)
      expect([kind, own, words(await make(kind, own))]).toEqual([kind, own, expect.stringMatching(refusal)]);
  });

  it('lets nobody approve an exception they asked for', async () => {
    const id = await made('control_exception');
    const approve = (call: Call): Promise<Answer> =>
      call('POST', at('control_exception', `/${id}/approve`), CHANGING['control_exception.approve']);
    expect(words(await approve(admin))).toMatch(/^409 Somebody else/);
    const answer = await approve(second);
    expect(answer.json).toMatchObject({ management_response: 'Accepted.', approved_by: expect.any(String) });
    expect(words(await approve(second))).toMatch(/^409 It is approved already/);
    expect((await admin('POST', at('control_exception', `/${id}/revoke`), {})).json.revoked_at).not.toBeNull();
    expect(words(await admin('POST', at('control_exception', `/${id}/revoke`), {}))).toMatch(
      /^409 It was revoked already/,
    );
  });

  it('lets only who wrote a comment remove it', async () => {
    const id = await made('control_comment');
    expect(words(await second('DELETE', at('control_comment', `/${id}`)))).toMatch(/^409 Only who wrote/);
    expect((await admin('DELETE', at('control_comment', `/${id}`))).status).toBe(204);
    expect((await admin('DELETE', at('control_comment', `/${id}`))).status).toBe(404);
  });

  it('carries findings, evidence and requests through their states', async () => {
    const finding = await made('finding');
    const close = (): Promise<Answer> => admin('POST', at('finding', `/${finding}/close`), { reason: 'Mended.' });
    expect((await close()).json).toMatchObject({ status: 'closed', closed_reason: 'Mended.' });
    expect(words(await close())).toMatch(/^409 The finding is closed/);
    expect((await admin('POST', at('finding', `/${finding}/reopen`), {})).json).toMatchObject({
      status: 'open',
      closed_at: null,
    });
    const request = await made('evidence_request');
    const update = (patch: object): Promise<Answer> => admin('PATCH', at('evidence_request', `/${request}`), patch);
    expect(words(await update({ state: 'provided' }))).toMatch(/^400 .*\/evidence Nothing is provided/);
    expect(words(await update({ state: 'provided', evidence: ['absent'] }))).toMatch(/There is no evidence absent/);
    const evidence = await made('evidence');
    expect((await update({ state: 'provided', evidence: [evidence] })).status).toBe(200);
    expect(words(await update({ state: 'returned' }))).toMatch(/^400 .*\/note Say what is missing/);
    expect((await update({ state: 'accepted' })).json.state).toBe('accepted');
    expect(
      (await admin('POST', at('evidence', `/${evidence}/withdraw`), { reason: 'Old.' })).json.withdrawn_reason,
    ).toBe('Old.');
    expect(words(await admin('PATCH', at('evidence', `/${evidence}`), { title: 'New' }))).toMatch(
      /^409 This evidence was withdrawn/,
    );
  });

  it('assesses a control with who said it and when, and asks for the reason', async () => {
    const url = at('control_state', '/soc2-cc6.1');
    const missing = await admin('PATCH', url, { design: { state: 'effective', reason: ' ' } });
    expect(missing.status).toBe(400);
    const { json } = await admin('PATCH', url, { design: { state: 'effective', reason: 'Walked through.' } });
    expect(json.design).toMatchObject({ state: 'effective', by: json.updated_by, at: json.updated_at });
    const later = await admin('PATCH', url, { due_on: day(5) });
    expect(later.json).toMatchObject({ design: json.design, due_on: day(5) });
    expect((await admin('PATCH', url, { due_on: null }, { 'if-match': `"${json.version}"` })).status).toBe(412);
    expect(
      (await admin('PATCH', at('control_state', '/soc2-cc6.2'), { due_on: null }, { 'if-match': '"0"' })).status,
    ).toBe(200);
    expect(
      (await admin('PATCH', at('control_state', '/soc2-cc6.2'), { due_on: null }, { 'if-match': '"0"' })).status,
    ).toBe(412);
    expect(words(await admin('PATCH', at('control_state', '/nothing-1'), { due_on: null }))).toMatch(
      /^400 .*no such control/,
    );
  });

  it('switches modes on with their revisions, refuses what is below law, and asks why where less is asked for', async () => {
    const settings = { ...presetOf('hipaa').suggested, mfa_required: false, data_residency: null };
    const enable = (id: string, own: object, reason = ''): Promise<Answer> =>
      admin('POST', at('compliance_mode', `/${id}/enable`), { settings: { ...settings, ...own }, reason });
    expect(words(await enable('hipaa', { audit_log_retention: 'P1825D' }))).toMatch(
      /^400 .*\/settings\/audit_log_retention Shorter than P6Y/,
    );
    expect(words(await enable('nothing', {}))).toMatch(/There is no such framework/);
    expect((await enable('hipaa', { audit_log_retention: 'P7Y' })).json).toMatchObject({
      enabled: true,
      revisions: [{ enabled: true }],
    });
    expect(words(await enable('hipaa', {}))).toMatch(/^400 .*\/reason Asking for less/);
    expect((await enable('hipaa', {}, 'Six years are law.')).json.revisions).toHaveLength(2);
    expect(words(await make('retention_policy', { keep: 'P5Y' }))).toMatch(/^400 .*\/keep Shorter than P6Y/);
    const policy = await made('retention_policy', { keep: 'P6Y', max: 'P8Y' });
    expect(words(await make('retention_policy', { keep: 'P6Y' }))).toMatch(/^409 .*same events already/);
    expect(words(await admin('PATCH', at('retention_policy', `/${policy}`), { max: 'P3Y' }))).toMatch(
      /^400 .*\/max Shorter than what is kept/,
    );
    const off = await admin('POST', at('compliance_mode', '/hipaa/disable'), { reason: 'No health data any more.' });
    expect(off.json).toMatchObject({
      enabled: false,
      revisions: [{}, {}, { enabled: false, reason: 'No health data any more.' }],
    });
    expect(words(await admin('POST', at('compliance_mode', '/hipaa/disable'), { reason: 'Again.' }))).toMatch(
      /^409 The mode is off already/,
    );
    expect((await admin('DELETE', at('retention_policy', `/${policy}`))).status).toBe(204);
  });

  it('gives no right to whom none was given: each command is refused to a manager, a developer, a viewer and a guest', async () => {
    for (const role of ['manager', 'developer', 'viewer', 'guest']) {
      const call = await world.member(`${role}@acme.test`, 'acme');
      for (const { type, kind, verb, method, path } of SAMPLE_ROUTES) {
        // Whoever reads the log may say that they did.
        if (type === 'log_review.create' && (role === 'manager' || role === 'viewer')) continue;
        const body = verb === 'create' ? MAKING[kind]!('r') : CHANGING[type];
        const answer = await call(method, ORG + path.replace('{id}', 'any'), method === 'DELETE' ? undefined : body);
        expect([role, type, answer.status]).toEqual([role, type, 403]);
      }
    }
  });
});
