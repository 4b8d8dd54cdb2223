import { clsx } from 'clsx';
import { Lock, Search } from 'lucide-react';
import { ChangesCount } from '../outbox/ChangesCount.tsx';
import { IconButton } from '../ui/Button.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { Tooltip } from '../ui/Tooltip.tsx';
import { currentOrgId } from './goTo.ts';
import { JobTray } from './JobTray.tsx';
import { AccountsCount, ReviewsCount } from './NavCounts.tsx';
import { FOOT_NAV, NAV, type NavItem } from './nav.ts';
import { OrgSwitcher } from './OrgSwitcher.tsx';
import { useOrgs } from './orgs.ts';
import { formatHash, useRoute } from './router.ts';
import { StandingVerdict } from './StandingVerdict.tsx';
import { useVault } from './vault.ts';

/** Organization switcher, search, navigation, running work, and the standing verdict. Narrow windows get icons only. */
export function SideBar({ onSearch }: { readonly onSearch: () => void }) {
  const lock = useVault((state) => state.lock);
  return (
    <aside className="group/side flex w-[216px] shrink-0 flex-col border-r border-line bg-side px-2 pt-2.5 pb-2 max-[880px]:w-[52px]">
      <OrgSwitcher />
      <button
        type="button"
        onClick={onSearch}
        className="mt-2 flex h-[30px] shrink-0 items-center gap-2 rounded border border-line bg-panel px-2 text-dim hover:border-line-strong"
      >
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <span className="flex-1 text-left max-[880px]:sr-only">Search or jump</span>
        <span className="max-[880px]:hidden">
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      <nav aria-label="Screens" className="mt-2 min-h-0 flex-1 overflow-y-auto">
        {NAV.map((group) => (
          <div key={group.title} className="mt-3">
            <h2 className="mb-1 px-2 text-11 font-medium text-dim max-[880px]:sr-only">{group.title}</h2>
            {group.items.map((item) => (
              <NavLink key={item.screen} item={item} />
            ))}
          </div>
        ))}
      </nav>
      <JobTray />
      <div>
        {FOOT_NAV.slice(0, -1).map((item) => (
          <NavLink key={item.screen} item={item} />
        ))}
      </div>
      <div className="mb-2 flex items-center gap-1 max-[880px]:flex-col">
        {FOOT_NAV.slice(-1).map((item) => (
          <NavLink key={item.screen} item={item} />
        ))}
        <IconButton icon={Lock} label="Lock console (Ctrl Shift L)" onClick={() => void lock()} />
      </div>
      <StandingVerdict />
    </aside>
  );
}

function NavLink({ item }: { readonly item: NavItem }) {
  const active = useRoute((route) => route.screen === item.screen);
  // Re-render on a change of either source of the chosen organization.
  const named = useRoute((route) => route.org);
  const chosen = useOrgs((state) => state.chosen);
  const orgId = named ?? chosen;
  const Icon = item.icon;
  return (
    <Tooltip
      side="right"
      text={
        <span className="flex items-center gap-1.5">
          {item.title} <Kbd>G</Kbd>
          <Kbd>{item.key.toUpperCase()}</Kbd>
        </span>
      }
    >
      <a
        href={formatHash({ screen: item.screen, org: item.perOrg ? currentOrgId() : null })}
        aria-current={active ? 'page' : undefined}
        className={clsx(
          'flex h-[31px] grow items-center gap-2.5 rounded px-2 font-medium',
          active ? 'bg-accent-tint text-accent' : 'text-dim hover:bg-hover hover:text-text',
        )}
      >
        <Icon size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
        <span className="flex-1 truncate max-[880px]:sr-only">{item.title}</span>
        {item.screen === 'integrity' && <AlarmCount />}
        {item.screen === 'access' && orgId !== null && <ReviewsCount orgId={orgId} />}
        {item.screen === 'accounts' && orgId !== null && <AccountsCount orgId={orgId} />}
        {item.screen === 'changes' && orgId !== null && <ChangesCount orgId={orgId} />}
      </a>
    </Tooltip>
  );
}

/** Open alarms over all organizations: they need attention wherever one is. */
function AlarmCount() {
  const open = useOrgs((state) => (state.orgs ?? []).reduce((sum, org) => sum + org.integrity.openAlarms, 0));
  if (open === 0) return null;
  return (
    <span className="tnum rounded-[4px] bg-bad-tint px-1 text-11 font-bold text-bad">
      {open}
      <span className="sr-only"> open alarms</span>
    </span>
  );
}
