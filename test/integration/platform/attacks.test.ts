/** Every attempt of test/support/attacks is refused, tells nothing, changes nothing, and is told to the log where it is known who asked. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepare } from '../../support/attacks/index.ts';
import { backends, eventsOf, openWorld, type World } from '../../support/platform.ts';

/** What may not change by an attempt: all that the feed says of both tenants, but for when a key was last used. */
async function standing(world: World): Promise<string> {
  const parts: string[] = [];
  for (const org of ['acme', 'globex']) {
    const rows = await world.platform.core.tenant(org, (tx) =>
      tx.query<{ kind: string; data: object | null }>('SELECT kind, data FROM changes ORDER BY kind, id'),
    );
    for (const { kind, data } of rows) {
      const used = kind === 'service_account' ? { version: 0 } : {};
      parts.push(
        JSON.stringify({ ...data, ...used }, (key, value: unknown) => (key === 'last_used_at' ? null : value)),
      );
    }
  }
  return parts.join('\n');
}

describe.each(backends())('attacks on $name', ({ options }) => {
  let world: World;
  let field: Awaited<ReturnType<typeof prepare>>;
  beforeAll(async () => {
    world = await openWorld(await options());
    field = await prepare(world);
  });
  afterAll(() => world?.platform.close());

  it('are refused, tell nothing, change nothing, and stand in the log', async () => {
    const failures: string[] = [];
    for (const { name, run, refusedBy, event } of field.attempts) {
      // A window of its own for each: how many refusals stand one by one is the concern of refusals.test.ts.
      await world.platform.core.tenant('acme', (tx) => tx.query('DELETE FROM refusals'));
      const before = await standing(world);
      const logged = (await eventsOf(world.platform, 'acme')).length;
      const answer = await run();
      const events = (await eventsOf(world.platform, 'acme', logged)).filter(
        ({ event: one }) => one.action !== 'auth.login',
      );
      const denied = events.filter(({ event: one }) => one.outcome === 'denied').length;
      if (!refusedBy.includes(answer.status)) failures.push(`${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
      if (/secret|The acme company/.test(answer.text)) failures.push(`${name}: tells ${answer.text.slice(0, 200)}`);
      if ((await standing(world)) !== before) failures.push(`${name}: changed something`);
      if (event && (denied !== 1 || events.length !== 1))
        failures.push(`${name}: ${events.length} events, ${denied} denied`);
      if (events.some(({ event: one }) => one.outcome === 'success')) failures.push(`${name}: logged as done`);
    }
    console.info(`attacks: ${field.attempts.length} attempts, ${failures.length} not refused as they must be`);
    expect(failures).toEqual([]);
    expect(field.attempts.length).toBeGreaterThanOrEqual(60);
    expect(new Set(field.attempts.map(({ name }) => name)).size).toBe(field.attempts.length);
  });
});
