import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSecretClipboard } from './clipboard.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fake() {
  const state = { text: '' };
  const clipboard = {
    read: async () => state.text,
    write: async (text: string) => {
      state.text = text;
    },
  };
  return { state, ...createSecretClipboard(clipboard) };
}

it('takes a secret out after its time, not before', async () => {
  const { state, copySecret } = fake();
  expect(await copySecret({ text: 'mc_secret', clearAfterSeconds: 45 })).toEqual({ copied: true });
  await vi.advanceTimersByTimeAsync(44_999);
  expect(state.text).toBe('mc_secret');
  await vi.advanceTimersByTimeAsync(1);
  expect(state.text).toBe('');
});

it('leaves alone what was copied since', async () => {
  const { state, copySecret } = fake();
  await copySecret({ text: 'mc_secret', clearAfterSeconds: 5 });
  state.text = 'something else';
  await vi.advanceTimersByTimeAsync(5_000);
  expect(state.text).toBe('something else');
});

it('counts from the last secret, and clears at once when asked to', async () => {
  const { state, copySecret, clear } = fake();
  await copySecret({ text: 'first', clearAfterSeconds: 5 });
  await vi.advanceTimersByTimeAsync(4_000);
  await copySecret({ text: 'second', clearAfterSeconds: 5 });
  await vi.advanceTimersByTimeAsync(4_000);
  expect(state.text).toBe('second');
  await clear();
  expect(state.text).toBe('');
});

it('says that a host without a clipboard did nothing', async () => {
  const none = createSecretClipboard(null);
  expect(await none.copySecret({ text: 'mc_secret', clearAfterSeconds: 5 })).toEqual({ copied: false });
  await none.clear();
});
