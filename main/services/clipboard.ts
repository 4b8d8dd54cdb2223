/** A secret in the clipboard for a while: taken out again by time, when the console locks and when it ends, if it is still there. */
import { createHash } from 'node:crypto';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { Clipboard } from '../ports.ts';

export interface SecretClipboard {
  copySecret(input: HandlerInput<'clipboard.copySecret'>): Promise<Output<'clipboard.copySecret'>>;
  /** Takes the secret out now, unless something else was copied since. */
  clear(): Promise<void>;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export function createSecretClipboard(clipboard: Clipboard | null): SecretClipboard {
  /** Of what was copied: the secret itself is not kept. */
  let held: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  const clear = async (): Promise<void> => {
    clearTimeout(timer);
    const mine = held;
    held = null;
    if (clipboard !== null && mine !== null && digest(await clipboard.read()) === mine) await clipboard.write('');
  };
  return {
    async copySecret({ text, clearAfterSeconds }) {
      if (clipboard === null) return { copied: false };
      clearTimeout(timer);
      await clipboard.write(text);
      held = digest(text);
      // A clipboard that refuses now is empty or somebody else's by the next copy; there is nobody to tell.
      timer = setTimeout(() => void clear().catch(() => {}), clearAfterSeconds * 1000);
      timer.unref();
      return { copied: true };
    },
    clear,
  };
}
