/** Exports where a compliance mode says where data may be: refused elsewhere, and while nobody said where the console is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { presetOf } from '../../shared/compliance/modes.ts';
import { temporaryFolder } from '../support/app.ts';
import { ORG, OutboxWorld } from '../support/outboxWorld.ts';

let world: OutboxWorld;
const folder = temporaryFolder();

beforeAll(async () => {
  world = await OutboxWorld.open();
  await world.add(world.mine, { type: 'organization.update', patch: { region: 'eu-central-1' } });
  await world.sync();
  const settings = { ...presetOf('gdpr').suggested, mfa_required: false, data_residency: ['eu'], purpose: 'Proof.' };
  await world.add(world.mine, { type: 'compliance_mode.enable', id: 'gdpr', input: { settings, reason: '' } });
  await world.sync();
}, 60_000);
afterAll(async () => {
  await world?.close();
  folder.remove();
});

const bundle = (name: string) =>
  world.mine.raw('bundles.export', {
    ...{ orgId: ORG, from: 0, to: Date.now() + 60_000, sections: ['log', 'events', 'report'], withhold: [] },
    path: join(folder.path, name),
  });
const rows = (name: string, orgId: string | null) =>
  world.mine.raw('files.saveRows', { orgId, name: 'no', heads: ['a'], rows: [['b']], path: join(folder.path, name) });

it.each([
  ['', /was not told where it is/],
  ['us-east-1', /is in us-east-1/],
])('from "%s" is refused and writes nothing', async (workstationRegion, words) => {
  await world.mine.call('settings.set', { workstationRegion });
  for (const answer of [await bundle('no.mcbundle.zip'), await rows('no.csv', ORG), await rows('none.csv', null)]) {
    expect(answer).toMatchObject({ error: { code: 'RESIDENCY', message: expect.stringMatching(words) } });
  }
  expect(['no.mcbundle.zip', 'no.csv', 'none.csv'].filter((name) => existsSync(join(folder.path, name)))).toEqual([]);
});

it('from within is written', async () => {
  await world.mine.call('settings.set', { workstationRegion: 'eu-central-1' });
  await world.mine.run('files.saveRows', {
    ...{ orgId: ORG, name: 'yes', heads: ['a'], rows: [['b']], path: join(folder.path, 'yes.csv') },
  });
  expect(existsSync(join(folder.path, 'yes.csv'))).toBe(true);
});
