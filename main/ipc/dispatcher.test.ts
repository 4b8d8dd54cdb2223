import { describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { createDispatcher, type Handlers, INPUT_CHARS_MAX } from './dispatcher.ts';

const TRUSTED = { trusted: true };

/** Handlers that answer nothing valid, but for those of a case: whatever is not overridden must not be reached. */
function harness(own: Partial<Handlers>, unlocked = true) {
  const calls: { procedure: string; code: string | null }[] = [];
  const unexpected: { error: unknown; id: string }[] = [];
  const reached: string[] = [];
  const rest = Object.fromEntries(Object.keys(contract).map((name) => [name, () => reached.push(name)]));
  const dispatch = createDispatcher({
    handlers: { ...rest, ...own } as unknown as Handlers,
    isUnlocked: () => unlocked,
    timer: () => performance.now(),
    onCall: ({ procedure, code }) => calls.push({ procedure, code }),
    onUnexpected: (error, _procedure, id) => unexpected.push({ error, id }),
  });
  return { dispatch, calls, unexpected, reached };
}

describe('dispatcher', () => {
  it('refuses an untrusted sender before anything else', async () => {
    const { dispatch, reached } = harness({});
    expect(await dispatch('vault.lock', {}, { trusted: false })).toMatchObject({ error: { code: 'SENDER_REFUSED' } });
    expect(await dispatch('nonsense', {}, { trusted: false })).toMatchObject({ error: { code: 'SENDER_REFUSED' } });
    expect(reached).toEqual([]);
  });

  it.each(['nonsense', 'toString', '__proto__', 'constructor', ''])('knows no procedure %s', async (name) => {
    expect(await harness({}).dispatch(name, {}, TRUSTED)).toMatchObject({ error: { code: 'PROCEDURE_UNKNOWN' } });
  });

  it('names the faulty fields and never their values', async () => {
    const { dispatch, reached } = harness({});
    const input = {
      url: 'http://127.0.0.1',
      email: 'not-an-address',
      password: 'hunter2-secret',
      totp: 'abc',
      more: 1,
    };
    const result = await dispatch('connections.begin', input, TRUSTED);
    expect(result).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    const text = JSON.stringify(result);
    expect(text).toContain('email');
    expect(text).toContain('totp');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('not-an-address');
    expect(reached).toEqual([]);
  });

  it('refuses too large and cyclic inputs', async () => {
    const { dispatch } = harness({});
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const input of [{ a: 'x'.repeat(INPUT_CHARS_MAX) }, cyclic, { a: 1n }]) {
      expect(await dispatch('app.info', input, TRUSTED)).toMatchObject({ error: { code: 'INPUT_INVALID' } });
    }
  });

  it('lets only open procedures through while locked', async () => {
    const { dispatch, reached } = harness({ 'jobs.list': () => [] }, false);
    expect(await dispatch('orgs.list', {}, TRUSTED)).toMatchObject({ error: { code: 'VAULT_LOCKED' } });
    expect(reached).toEqual([]);
    expect(await dispatch('jobs.list', {}, TRUSTED)).toEqual({ ok: true, value: [] });
  });

  it('fills in defaults before the handler sees the input', async () => {
    let seen: unknown;
    const { dispatch } = harness({
      'audit.locate': (input) => {
        seen = input;
        return { index: 3 };
      },
    });
    expect(await dispatch('audit.locate', { orgId: 'acme', filter: {}, seq: 1 }, TRUSTED)).toEqual({
      ok: true,
      value: { index: 3 },
    });
    expect(seen).toMatchObject({
      sort: 'time',
      direction: 'desc',
      filter: { basis: 'occurred', actors: [], text: '' },
    });
  });

  it('withholds an answer that is not in the contract', async () => {
    const leaky = { ok: true, stolen: 'secret-value' } as unknown as { ok: true };
    const { dispatch, unexpected } = harness({ 'filters.delete': () => leaky });
    const result = await dispatch('filters.delete', { id: '00000000-0000-4000-8000-000000000000' }, TRUSTED);
    expect(result).toMatchObject({ ok: false, error: { code: 'OUTPUT_INVALID' } });
    expect(JSON.stringify(result)).not.toContain('secret-value');
    expect(unexpected).toHaveLength(1);
  });

  it('passes coded errors on with their details and without cause', async () => {
    const thrown = new AppError('LOG_FORK', 'Two roots.', { size: 7 }, new Error('inner /secret/path'));
    const { dispatch, calls } = harness({
      'orgs.list': () => {
        throw thrown;
      },
    });
    expect(await dispatch('orgs.list', {}, TRUSTED)).toEqual({
      ok: false,
      error: { code: 'LOG_FORK', message: 'Two roots.', details: { size: 7 } },
    });
    expect(calls).toEqual([{ procedure: 'orgs.list', code: 'LOG_FORK' }]);
  });

  it('turns any other fault into INTERNAL with the id of its log line', async () => {
    const fault = new TypeError('reads /secret/path of ada@example.com');
    const { dispatch, unexpected } = harness({ 'orgs.list': () => Promise.reject(fault) });
    const result = await dispatch('orgs.list', {}, TRUSTED);
    expect(result).toMatchObject({ ok: false, error: { code: 'INTERNAL', details: { id: unexpected[0]!.id } } });
    expect(unexpected[0]!.error).toBe(fault);
    expect(JSON.stringify(result)).not.toMatch(/secret|ada@|at /);
  });
});
