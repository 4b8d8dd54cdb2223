import { useEffect, useMemo, useState } from 'react';
import { create } from 'zustand';
import {
  formatClock,
  formatDate,
  formatExact,
  formatHourMinute,
  formatMinute,
  formatRelative,
  resolveZone,
  zoneLabel,
} from './time.ts';

/** `utc`, `org` (zone of the chosen organization), `local`, or an IANA name from the settings. */
export type ZoneChoice = string;

interface ZoneState {
  readonly choice: ZoneChoice;
  /** IANA zone of the organization on show; null where none is chosen. */
  readonly orgZone: string | null;
  /** UTC, then the organization's zone, then this machine's. */
  readonly cycle: () => void;
}

export const useZoneStore = create<ZoneState>()((set) => ({
  choice: 'utc',
  orgZone: null,
  cycle: () =>
    set(({ choice, orgZone }) => {
      if (choice === 'utc') return { choice: orgZone === null || orgZone === 'UTC' ? 'local' : 'org' };
      return { choice: choice === 'local' ? 'utc' : 'local' };
    }),
}));

function zoneOf(choice: ZoneChoice, orgZone: string | null): string {
  return choice === 'org' ? (orgZone ?? 'UTC') : resolveZone(choice);
}

/** Formatting in the zone on show. Re-renders when the zone changes. */
export function useTime() {
  const choice = useZoneStore((state) => state.choice);
  const orgZone = useZoneStore((state) => state.orgZone);
  return useMemo(() => {
    const zone = zoneOf(choice, orgZone);
    return {
      /** IANA name. */
      zone,
      label: zoneLabel(zone),
      choice,
      orgZone,
      /** `24 Nov 2026` */
      date: (at: number) => formatDate(at, zone),
      /** `14:07` */
      hourMinute: (at: number) => formatHourMinute(at, zone),
      /** `14:07:31.204` */
      clock: (at: number) => formatClock(at, zone),
      /** `24 Nov 2026, 14:07` */
      minute: (at: number) => formatMinute(at, zone),
      /** `24 Nov 2026, 14:07:31.204 UTC` */
      exact: (at: number) => formatExact(at, zone),
    };
  }, [choice, orgZone]);
}

/** The clock for relative times: ticks every 20 s for everyone who asks. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** `2 min ago`, kept fresh. What lies ahead by a clock that is behind is "just now", unless it is `ahead` by its nature: `in 5 d`. */
export function useRelative(at: number, ahead = false): string {
  const now = useNow();
  return formatRelative(at, ahead ? now : Math.max(now, at));
}
