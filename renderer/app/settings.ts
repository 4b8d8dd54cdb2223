import { create } from 'zustand';
import type { AppInfo, Settings } from '../../shared/contract/app.ts';
import { call } from '../bridge.ts';
import { useZoneStore } from '../ui/zone.ts';

interface SettingsState {
  readonly info: AppInfo | null;
  readonly settings: Settings | null;
  readonly loadInfo: () => Promise<void>;
  readonly load: () => Promise<void>;
  readonly change: (changes: Partial<Settings>) => Promise<void>;
}

/** The theme of before unlocking, so that the unlock screen does not flash: a colour preference is no secret. */
const THEME_KEY = 'mc.theme';

/** Put a theme on the page. */
export function applyTheme(theme: Settings['theme']): void {
  localStorage.setItem(THEME_KEY, theme);
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

/** The theme last used on this machine. */
export function rememberedTheme(): Settings['theme'] {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export const useSettings = create<SettingsState>()((set) => ({
  info: null,
  settings: null,
  loadInfo: async () => set({ info: await call('app.info', {}) }),
  load: async () => {
    const settings = await call('settings.get', {});
    applyTheme(settings.theme);
    useZoneStore.setState({ choice: settings.timeZone });
    set({ settings });
  },
  change: async (changes) => {
    const settings = await call('settings.set', changes);
    applyTheme(settings.theme);
    if (changes.timeZone !== undefined) useZoneStore.setState({ choice: settings.timeZone });
    set({ settings });
  },
}));

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => applyTheme(rememberedTheme()));
