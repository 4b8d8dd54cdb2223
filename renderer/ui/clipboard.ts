import { toast } from './toasts.ts';

/** Copy text and say so; where the clipboard is refused, say that. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: `${what} copied` });
  } catch {
    toast({ text: `${what} was not copied: the clipboard refused`, tone: 'bad' });
  }
}
