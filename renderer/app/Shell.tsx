import { useEffect, useState } from 'react';
import { AccessScreen } from '../access/AccessScreen.tsx';
import { AccountsScreen } from '../accounts/AccountsScreen.tsx';
import { AuditScreen } from '../audit/AuditScreen.tsx';
import { BundlesScreen } from '../bundles/BundlesScreen.tsx';
import { ComplianceScreen } from '../compliance/ComplianceScreen.tsx';
import { ConnectScreen } from '../connect/ConnectScreen.tsx';
import { GovernanceScreen } from '../governance/GovernanceScreen.tsx';
import { IntegrityScreen } from '../integrity/IntegrityScreen.tsx';
import { ChangesScreen } from '../outbox/ChangesScreen.tsx';
import { OverviewScreen } from '../overview/OverviewScreen.tsx';
import { SettingsScreen } from '../settings/SettingsScreen.tsx';
import { SlaScreen } from '../sla/SlaScreen.tsx';
import { TenantsScreen } from '../tenants/TenantsScreen.tsx';
import { useKeys } from '../ui/keys.ts';
import { useZoneStore } from '../ui/zone.ts';
import { useAutoLock } from './autoLock.ts';
import { Boundary } from './Boundary.tsx';
import { goTo, jumpTo } from './goTo.ts';
import { KeysOverlay } from './KeysOverlay.tsx';
import { NeedsOrg } from './NeedsOrg.tsx';
import { ALL_NAV, JUMPS } from './nav.ts';
import { rememberOrg, useOrg } from './orgs.ts';
import { CommandPalette } from './Palette.tsx';
import { useRoute } from './router.ts';
import { SideBar } from './SideBar.tsx';
import { useVault } from './vault.ts';

/** Side bar, the screen of the address, and what lies over everything: palette and key list. */
export function Shell() {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const org = useOrg();
  const screen = useRoute((route) => route.screen);
  useEffect(() => rememberOrg(org), [org]);
  useAutoLock();
  useGlobalKeys(
    () => setPalette(true),
    () => setHelp(true),
  );
  return (
    <div className="flex h-full">
      <SideBar onSearch={() => setPalette(true)} />
      <div className="min-w-0 flex-1">
        <Boundary at={`${screen} ${org?.orgId}`}>
          <CurrentScreen />
        </Boundary>
      </div>
      <CommandPalette open={palette} onClose={() => setPalette(false)} onHelp={() => setHelp(true)} />
      <KeysOverlay open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function CurrentScreen() {
  const screen = useRoute((route) => route.screen);
  switch (screen) {
    case 'overview':
      return <OverviewScreen />;
    case 'tenants':
      return <NeedsOrg title="Tenants">{(org) => <TenantsScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'access':
      return <NeedsOrg title="Access">{(org) => <AccessScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'accounts':
      return <NeedsOrg title="Service accounts">{(org) => <AccountsScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'changes':
      return <NeedsOrg title="Changes">{(org) => <ChangesScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'audit':
      return <NeedsOrg title="Audit log">{(org) => <AuditScreen key={org.orgId} orgId={org.orgId} />}</NeedsOrg>;
    case 'integrity':
      return <NeedsOrg title="Integrity">{(org) => <IntegrityScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'compliance':
      return <NeedsOrg title="Compliance">{(org) => <ComplianceScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'governance':
      return <NeedsOrg title="Data governance">{(org) => <GovernanceScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'sla':
      return <NeedsOrg title="Service levels">{(org) => <SlaScreen key={org.orgId} org={org} />}</NeedsOrg>;
    case 'bundles':
      return <BundlesScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'connect':
      return <ConnectScreen />;
  }
}

/** Ctrl K, ?, T, and G followed within 1.5 s by a screen's letter. */
function useGlobalKeys(onPalette: () => void, onHelp: () => void): void {
  const [waiting, setWaiting] = useState(false);
  const cycle = useZoneStore((state) => state.cycle);
  useEffect(() => {
    if (!waiting) return undefined;
    const timer = setTimeout(() => setWaiting(false), 1500);
    return () => clearTimeout(timer);
  }, [waiting]);
  useKeys({
    'Ctrl+k': onPalette,
    '?': onHelp,
    'Ctrl+Shift+l': () => void useVault.getState().lock(),
    ...(waiting ? {} : { g: () => setWaiting(true), t: cycle }),
  });
  useEffect(() => {
    if (!waiting) return undefined;
    const press = (event: KeyboardEvent): void => {
      setWaiting(false);
      const key = event.key.toLowerCase();
      const item = ALL_NAV.find((candidate) => candidate.key === key);
      const jump = JUMPS.find((candidate) => candidate.key === key);
      if ((item === undefined && jump === undefined) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (item !== undefined) goTo(item.screen);
      else if (jump !== undefined) jumpTo(jump);
    };
    // Capturing, so that the second letter is not taken as a command of the screen.
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [waiting]);
}
