import { useState } from 'react';
import type { Settings } from '../../shared/contract/app.ts';
import { useOrg } from '../app/orgs.ts';
import { useAction } from '../app/query.ts';
import { useSettings } from '../app/settings.ts';
import { Select } from '../ui/Field.tsx';
import { PageFrame } from '../ui/PageFrame.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { resolveZone } from '../ui/time.ts';
import { About } from './About.tsx';
import { Doctor } from './Doctor.tsx';
import { Mirrors } from './Mirrors.tsx';
import { Row } from './Row.tsx';
import { Slots } from './Slots.tsx';
import { WorkstationRegion } from './WorkstationRegion.tsx';

/** Appearance, time, locking, syncing, the vault's slots, mirrors, and the state of this installation. */
export function SettingsScreen() {
  const settings = useSettings((state) => state.settings);
  return (
    <PageFrame title="Settings" scope="This console" provenance="Kept encrypted on this machine">
      <div className="h-full overflow-y-auto">
        <div className="grid max-w-3xl gap-x-12 px-[18px] pt-1 pb-10 min-[1560px]:max-w-[1500px] min-[1560px]:grid-cols-2">
          <div className="min-w-0 [&>section:first-child]:pt-3">
            {settings && <Preferences settings={settings} />}
            <Slots />
            <About />
          </div>
          <div className="min-w-0 min-[1560px]:[&>section:first-child]:pt-3">
            <Mirrors />
            <Doctor />
          </div>
        </div>
      </div>
    </PageFrame>
  );
}

const MINUTES: readonly number[] = [0, 5, 10, 15, 30, 60, 240];

function minuteOptions(current: number): { value: string; label: string }[] {
  return [...new Set([...MINUTES, current])]
    .sort((a, b) => a - b)
    .map((value) => ({ value: String(value), label: value === 0 ? 'never' : `${value} minutes` }));
}

function zoneOptions(current: string, orgZone: string | null): { value: string; label: string }[] {
  const named = [...new Set([orgZone, current === 'utc' || current === 'local' ? null : current])].filter(
    (zone) => zone !== null,
  );
  return [
    { value: 'utc', label: 'UTC' },
    { value: 'local', label: `This machine (${resolveZone('local')})` },
    ...named.map((zone) => ({ value: zone, label: zone === orgZone ? `${zone} (organization)` : zone })),
    ...Intl.supportedValuesOf('timeZone')
      .filter((zone) => !named.includes(zone))
      .map((zone) => ({ value: zone, label: zone })),
  ];
}

function Preferences({ settings }: { readonly settings: Settings }) {
  const org = useOrg();
  const change = useSettings((state) => state.change);
  const [pending, setPending] = useState<Partial<Settings>>({});
  const save = useAction(async (changes: Partial<Settings>) => {
    setPending(changes);
    try {
      await change(changes);
    } finally {
      setPending({});
    }
  });
  const shown = { ...settings, ...pending };
  return (
    <Section title="Preferences">
      <Row label="Theme">
        {(id) => (
          <Select
            id={id}
            value={shown.theme}
            onChange={(event) => void save.run({ theme: event.target.value as Settings['theme'] })}
            options={[
              { value: 'system', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
          />
        )}
      </Row>
      <Row label="Times shown in" hint="T changes it for the moment; this is where it starts">
        {(id) => (
          <Select
            id={id}
            value={shown.timeZone}
            onChange={(event) => void save.run({ timeZone: event.target.value })}
            options={zoneOptions(shown.timeZone, org?.timeZone ?? null)}
          />
        )}
      </Row>
      <Row label="Lock after" hint="Minutes without key or pointer">
        {(id) => (
          <Select
            id={id}
            value={String(shown.autoLockMinutes)}
            onChange={(event) => void save.run({ autoLockMinutes: Number(event.target.value) })}
            options={minuteOptions(shown.autoLockMinutes)}
          />
        )}
      </Row>
      <Row label="Sync every" hint="While online and unlocked">
        {(id) => (
          <Select
            id={id}
            value={String(shown.syncEveryMinutes)}
            onChange={(event) => void save.run({ syncEveryMinutes: Number(event.target.value) })}
            options={minuteOptions(shown.syncEveryMinutes)}
          />
        )}
      </Row>
      <Row label="Breaches and page alerts" hint="Told on the desktop once, after the sync that brings them">
        {(id) => (
          <Select
            id={id}
            value={shown.notifyServiceLevels ? 'on' : 'off'}
            onChange={(event) => void save.run({ notifyServiceLevels: event.target.value === 'on' })}
            options={[
              { value: 'on', label: 'notify' },
              { value: 'off', label: 'stay silent' },
            ]}
          />
        )}
      </Row>
      <Row label="Checks that pass no longer" hint="Told on the desktop once, after the sync that shows it">
        {(id) => (
          <Select
            id={id}
            value={shown.notifyChecks ? 'on' : 'off'}
            onChange={(event) => void save.run({ notifyChecks: event.target.value === 'on' })}
            options={[
              { value: 'on', label: 'notify' },
              { value: 'off', label: 'stay silent' },
            ]}
          />
        )}
      </Row>
      <Row
        label="Files of evidence"
        hint="Fetched after a sync, newest first, and kept encrypted for work without a network"
      >
        {(id) => (
          <Select
            id={id}
            value={String(shown.evidenceMebibytes)}
            onChange={(event) => void save.run({ evidenceMebibytes: Number(event.target.value) })}
            options={[...new Set([0, 200, 1_024, 5_120, shown.evidenceMebibytes])].map((value) => ({
              value: String(value),
              label: value === 0 ? 'when first opened' : `up to ${value.toLocaleString('en')} MiB each`,
            }))}
          />
        )}
      </Row>
      <WorkstationRegion key={settings.workstationRegion} region={settings.workstationRegion} save={save.run} />
      {save.error && <ErrorState compact error={save.error} kept="The setting stays as it was." />}
    </Section>
  );
}
