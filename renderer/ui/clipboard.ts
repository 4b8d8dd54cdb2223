import { call } from '../bridge.ts';
import { toast } from './toasts.ts';

/** Copy text and say so; where the clipboard is refused, say that. Answers whether it was copied. */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: `${what} copied` });
    return true;
  } catch {
    toast({ text: `${what} was not copied: the clipboard refused`, tone: 'bad' });
    return false;
  }
}

const SECRET_SECONDS = 45;

/**
 * Copy a secret that the clipboard keeps for a while only. Where the host has no clipboard the window does it: it can then tell neither
 * what the clipboard holds nor clear it from the background, so it clears when it is looked at again, and says so. Answers when it is taken
 * out (ms of this machine's clock); null where it was not copied.
 */
export async function copySecret(text: string, what: string): Promise<number | null> {
  const { copied } = await call('clipboard.copySecret', { text, clearAfterSeconds: SECRET_SECONDS });
  if (copied) {
    toast({ text: `${what} copied; taken out of the clipboard in ${SECRET_SECONDS} seconds` });
  } else {
    if (!(await copyText(text, what))) return null;
    setTimeout(clearWhenFocused, SECRET_SECONDS * 1000);
  }
  return Date.now() + SECRET_SECONDS * 1000;
}

/** A page may write to the clipboard only while it has the focus. */
function clearWhenFocused(): void {
  if (!document.hasFocus()) {
    window.addEventListener('focus', clearWhenFocused, { once: true });
    return;
  }
  navigator.clipboard.writeText('').then(
    () => toast({ text: 'The clipboard was cleared' }),
    () => toast({ text: 'The clipboard was not cleared: it refused', tone: 'bad' }),
  );
}
