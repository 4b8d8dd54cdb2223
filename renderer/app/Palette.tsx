import { Command } from 'cmdk';
import {
  Boxes,
  Building2,
  ClipboardCheck,
  Hash,
  Keyboard,
  KeyRound,
  Lock,
  type LucideIcon,
  Plug,
  RefreshCw,
  Shapes,
  ShieldCheck,
  SunMoon,
  UserPlus,
  Users,
} from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import { call } from '../bridge.ts';
import { Kbd } from '../ui/Kbd.tsx';
import { count } from '../ui/numbers.ts';
import { toast } from '../ui/toasts.ts';
import { byWords } from './byWords.ts';
import { goTo, goToOrg, jumpTo } from './goTo.ts';
import { ALL_NAV, JUMPS } from './nav.ts';
import { useOrg, useOrgs } from './orgs.ts';
import { navigate, type Screen } from './router.ts';
import { rememberedTheme, useSettings } from './settings.ts';
import { useVault } from './vault.ts';

interface PaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

/** Everything by name: screens, organizations, actions, and an event by its sequence number. */
export function CommandPalette({ open, onClose, onHelp }: PaletteProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="appear fixed inset-0 z-40 bg-[rgb(10_12_18/35%)]" aria-hidden />
        <Radix.Content
          aria-describedby={undefined}
          className="appear fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 rounded-lg border border-line bg-panel shadow-pop focus:outline-none"
        >
          <Radix.Title className="sr-only">Search or jump</Radix.Title>
          <PaletteBody onClose={onClose} onHelp={onHelp} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function PaletteBody({ onClose, onHelp }: Omit<PaletteProps, 'open'>) {
  const [text, setText] = useState('');
  const org = useOrg();
  const seq = /^#?[\d,]+$/.test(text.trim()) ? Number(text.replace(/[#,\s]/g, '')) : null;
  const run = (work: () => void) => () => {
    onClose();
    work();
  };
  return (
    <Command label="Search or jump" filter={byWords} loop>
      <Command.Input
        value={text}
        onValueChange={setText}
        autoFocus
        placeholder="Screen, organization, action, or event number"
        className="h-11 w-full bg-transparent px-4 text-15 outline-none"
      />
      {/* Beside the list: a listbox holds options and nothing else. */}
      <Command.Empty className="border-t border-line px-4 py-4 text-dim">
        Nothing of that name. A number opens that event.
      </Command.Empty>
      <Command.List className="max-h-[50vh] overflow-y-auto border-t border-line p-1.5">
        {seq !== null && org !== null && Number.isSafeInteger(seq) && (
          <Group title="Event">
            <Item
              icon={Hash}
              value={`event ${text}`}
              onSelect={run(() => navigate({ screen: 'audit', org: org.orgId, params: { seq: String(seq) } }))}
            >
              Open event {seq.toLocaleString('en-US')} of {org.name}
            </Item>
          </Group>
        )}
        <Group title="Screens">
          {ALL_NAV.map((item) => (
            <Item
              key={item.screen}
              icon={item.icon}
              value={item.title}
              keys={['G', item.key.toUpperCase()]}
              onSelect={run(() => goTo(item.screen))}
            >
              {item.title}
            </Item>
          ))}
          {JUMPS.map((jump) => (
            <Item
              key={jump.title}
              icon={jump.icon}
              value={jump.title}
              keys={['G', jump.key.toUpperCase()]}
              onSelect={run(() => jumpTo(jump))}
            >
              {jump.title}
            </Item>
          ))}
        </Group>
        <Governance run={run} />
        <Actions run={run} onHelp={onHelp} />
        <Organizations text={text} run={run} />
      </Command.List>
    </Command>
  );
}

/** Organizations listed at once: hundreds would make every key slow, and nobody reads them all. */
const ORGS_SHOWN = 30;

function Organizations({ text, run }: { readonly text: string; readonly run: (work: () => void) => () => void }) {
  const orgs = useOrgs((state) => state.orgs) ?? [];
  const fits = orgs.filter((org) => byWords(`${org.name} ${org.orgId}`, text) > 0);
  const rest = fits.length - ORGS_SHOWN;
  return (
    <Group
      title={rest > 0 ? `Organizations: ${ORGS_SHOWN} of ${count(fits.length)}, type on to narrow` : 'Organizations'}
    >
      {fits.slice(0, ORGS_SHOWN).map((each) => (
        <Item
          key={each.orgId}
          icon={Building2}
          value={`${each.name} ${each.orgId}`}
          onSelect={run(() => goToOrg(each.orgId))}
        >
          {each.name}
        </Item>
      ))}
    </Group>
  );
}

/** Deep links into the screens of access. */
const GOVERNANCE: readonly {
  readonly title: string;
  readonly screen: Screen;
  readonly params: Readonly<Record<string, string>>;
  readonly icon: LucideIcon;
}[] = [
  { title: 'Who can do something', screen: 'access', params: { tab: 'questions', ask: 'who' }, icon: Users },
  {
    title: 'What one holder could do on a past day',
    screen: 'access',
    params: { tab: 'questions', ask: 'holder' },
    icon: Users,
  },
  {
    title: 'What changed in access between two days',
    screen: 'access',
    params: { tab: 'questions', ask: 'diff' },
    icon: Users,
  },
  {
    title: 'Replay events against other grants',
    screen: 'access',
    params: { tab: 'questions', ask: 'replay' },
    icon: Users,
  },
  { title: 'Unused permissions', screen: 'access', params: { tab: 'questions', ask: 'unused' }, icon: Users },
  { title: 'New access review', screen: 'access', params: { tab: 'reviews', act: 'new' }, icon: ClipboardCheck },
  { title: 'New service account', screen: 'accounts', params: { act: 'new' }, icon: KeyRound },
  {
    title: 'Service accounts that need attention',
    screen: 'accounts',
    params: { concern: 'expiring,unused,wildcard,old key,ownerless' },
    icon: KeyRound,
  },
];

function Governance({ run }: { readonly run: (work: () => void) => () => void }) {
  return (
    <Group title="Govern">
      {GOVERNANCE.map((entry) => (
        <Item key={entry.title} icon={entry.icon} value={entry.title} onSelect={run(() => jumpTo(entry))}>
          {entry.title}
        </Item>
      ))}
    </Group>
  );
}

const NEXT_THEME = { system: 'light', light: 'dark', dark: 'system' } as const;

function Actions({ run, onHelp }: { readonly run: (work: () => void) => () => void; readonly onHelp: () => void }) {
  const org = useOrg();
  const change = useSettings((state) => state.change);
  const theme = useSettings((state) => state.settings?.theme) ?? rememberedTheme();
  const start = (what: string, work: () => Promise<unknown>) =>
    run(() => {
      work().catch((thrown: Error) => toast({ text: `${what}: ${thrown.message}`, tone: 'bad' }));
    });
  const to = (screen: Screen, params: Readonly<Record<string, string>>) =>
    run(() => navigate({ screen, org: org?.orgId ?? null, params }));
  return (
    <Group title="Actions">
      {org !== null && (
        <>
          <Item icon={UserPlus} value={`Invite a member ${org.name}`} onSelect={to('access', { invite: '1' })}>
            Invite a member to {org.name}
          </Item>
          <Item icon={Shapes} value={`New role ${org.name}`} onSelect={to('access', { tab: 'roles', edit: 'new' })}>
            New role in {org.name}
          </Item>
          <Item icon={Boxes} value={`New workspace ${org.name}`} onSelect={to('tenants', { new: '1' })}>
            New workspace in {org.name}
          </Item>
          <Item
            icon={RefreshCw}
            value={`Sync ${org.name}`}
            onSelect={start('Sync', () => useOrgs.getState().sync(org.orgId))}
          >
            Sync {org.name}
          </Item>
          <Item
            icon={ShieldCheck}
            value={`Verify every event ${org.name}`}
            onSelect={start('Verification', () => call('integrity.verify', { orgId: org.orgId }))}
          >
            Verify every event of {org.name}
          </Item>
        </>
      )}
      <Item icon={Plug} value="Connect a platform" onSelect={run(() => navigate({ screen: 'connect', org: null }))}>
        Connect a platform
      </Item>
      <Item icon={SunMoon} value="Theme" onSelect={start('Theme', () => change({ theme: NEXT_THEME[theme] }))}>
        Theme: change to {NEXT_THEME[theme]}
      </Item>
      <Item icon={Keyboard} value="Keys" keys={['?']} onSelect={run(onHelp)}>
        Show keys
      </Item>
      <Item
        icon={Lock}
        value="Lock console"
        keys={['Ctrl Shift L']}
        onSelect={start('Lock', () => useVault.getState().lock())}
      >
        Lock console
      </Item>
    </Group>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Command.Group
      heading={title}
      className="mb-1 **:[[cmdk-group-heading]]:px-2.5 **:[[cmdk-group-heading]]:py-1 **:[[cmdk-group-heading]]:text-11 **:[[cmdk-group-heading]]:font-medium **:[[cmdk-group-heading]]:text-dim"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  readonly icon: LucideIcon;
  readonly value: string;
  readonly keys?: readonly string[];
  readonly onSelect: () => void;
  readonly children: React.ReactNode;
}

function Item({ icon: Icon, value, keys, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex h-[31px] items-center gap-2.5 rounded px-2.5 data-[selected=true]:bg-accent-tint"
    >
      <Icon size={16} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {keys?.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </Command.Item>
  );
}
