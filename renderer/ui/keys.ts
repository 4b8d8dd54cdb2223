import { useEffect, useRef } from 'react';
import { create } from 'zustand';

/** A line of the key list: keys as printed, and what they do in one or two words. */
export interface KeyHint {
  readonly keys: readonly string[];
  readonly label: string;
}

/** The keys of the screen on show; the bottom bar and the key overlay read them. */
export const useScreenKeys = create<{ hints: readonly KeyHint[]; set: (hints: readonly KeyHint[]) => void }>()(
  (set) => ({
    hints: [],
    set: (hints) => set({ hints }),
  }),
);

/** Whether the user is typing into something, so that single letters are text and not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** A checkbox or radio takes Space and arrows but no letters. */
function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)) return false;
  return isTyping(target);
}

/** Keys that a focused control needs for itself: Enter and Space press it, arrows move within it. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element)) return false;
  if (event.key === 'Enter' || event.key === ' ')
    return event.target.closest('button, a[href], summary, label, input') !== null;
  if (/^(Arrow|Home|End)/.test(event.key))
    return event.target.closest('input, [role="tab"], [role="separator"]') !== null;
  return false;
}

/** Name of a pressed key as used in key maps: `j`, `Shift+j`, `Ctrl+k`, `ArrowDown` (or `arrowdown`), `/`, `?`. */
export function keyName(event: KeyboardEvent): string {
  const modifier = event.ctrlKey || event.metaKey ? 'Ctrl+' : event.altKey ? 'Alt+' : '';
  const letter = /^[a-z]$/i.test(event.key);
  if (letter) return `${modifier}${event.shiftKey ? 'Shift+' : ''}${event.key.toLowerCase()}`;
  const shifted = event.shiftKey && event.key.length > 1 ? 'Shift+' : '';
  return `${modifier}${shifted}${event.key}`;
}

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/**
 * Window-wide keys while the component is mounted. Single keys are ignored while typing and while a dialog or menu is open; with `Ctrl+` they
 * are not. A handler that ran has its event marked as handled.
 */
export function useKeys(map: KeyMap, enabled = true): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    if (!enabled) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || belongsToControl(event)) return;
      const name = keyName(event);
      const handler = latest.current[name] ?? latest.current[name.toLowerCase()];
      if (handler === undefined) return;
      const plain = !name.startsWith('Ctrl+');
      if (plain && name !== 'Escape' && takesText(event.target)) return;
      if (plain && document.querySelector('[role="dialog"],[role="menu"]') !== null) return;
      event.preventDefault();
      handler(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [enabled]);
}
