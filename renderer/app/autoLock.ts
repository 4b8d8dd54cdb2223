import { useEffect } from 'react';
import { useSettings } from './settings.ts';
import { useVault } from './vault.ts';

/** Lock after the set minutes without a key or pointer. */
export function useAutoLock(): void {
  const minutes = useSettings((state) => state.settings?.autoLockMinutes ?? 0);
  useEffect(() => {
    if (minutes === 0) return undefined;
    let last = Date.now();
    const touched = (): void => {
      last = Date.now();
    };
    const names = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
    for (const name of names) window.addEventListener(name, touched, { passive: true, capture: true });
    // Asked often rather than one long timer: a machine that slept locks at once when it wakes.
    const timer = setInterval(() => {
      if (Date.now() - last >= minutes * 60_000) void useVault.getState().lock();
    }, 5000);
    return () => {
      clearInterval(timer);
      for (const name of names) window.removeEventListener(name, touched, { capture: true });
    };
  }, [minutes]);
}
