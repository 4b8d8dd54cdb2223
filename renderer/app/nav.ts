import {
  Archive,
  Building2,
  ClipboardCheck,
  Gauge,
  KeyRound,
  LayoutGrid,
  ListChecks,
  type LucideIcon,
  MessageCircleQuestionMark,
  PackageCheck,
  ScrollText,
  Send,
  Settings,
  ShieldCheck,
  Users,
} from 'lucide-react';
import type { Screen } from './router.ts';

export interface NavItem {
  readonly screen: Screen;
  readonly title: string;
  readonly icon: LucideIcon;
  /** Second key after G. */
  readonly key: string;
  /** Whether the screen is about one organization. */
  readonly perOrg: boolean;
}

/** The screens that exist, in the groups of the product; a group without a screen is not shown. */
export const NAV: readonly { readonly title: string; readonly items: readonly NavItem[] }[] = [
  {
    title: 'Govern',
    items: [
      { screen: 'overview', title: 'Overview', icon: LayoutGrid, key: 'o', perOrg: false },
      { screen: 'tenants', title: 'Tenants', icon: Building2, key: 't', perOrg: true },
      { screen: 'access', title: 'Access', icon: Users, key: 'e', perOrg: true },
      { screen: 'accounts', title: 'Service accounts', icon: KeyRound, key: 'k', perOrg: true },
    ],
  },
  {
    title: 'Assure',
    items: [
      { screen: 'compliance', title: 'Compliance', icon: ListChecks, key: 'p', perOrg: true },
      { screen: 'audit', title: 'Audit log', icon: ScrollText, key: 'a', perOrg: true },
      { screen: 'integrity', title: 'Integrity', icon: ShieldCheck, key: 'i', perOrg: true },
      { screen: 'governance', title: 'Data governance', icon: Archive, key: 'd', perOrg: true },
    ],
  },
  { title: 'Operate', items: [{ screen: 'sla', title: 'Service levels', icon: Gauge, key: 'l', perOrg: true }] },
  { title: 'Deliver', items: [{ screen: 'bundles', title: 'Bundles', icon: PackageCheck, key: 'b', perOrg: true }] },
];

export const FOOT_NAV: readonly NavItem[] = [
  { screen: 'changes', title: 'Changes', icon: Send, key: 'c', perOrg: true },
  { screen: 'settings', title: 'Settings', icon: Settings, key: 's', perOrg: false },
];

export const ALL_NAV: readonly NavItem[] = [...NAV.flatMap((group) => group.items), ...FOOT_NAV];

/** Parts of screens that have a key and a name of their own. */
export interface Jump extends Omit<NavItem, 'perOrg'> {
  readonly params: Readonly<Record<string, string>>;
}

export const JUMPS: readonly Jump[] = [
  {
    screen: 'access',
    title: 'Questions about access',
    icon: MessageCircleQuestionMark,
    key: 'q',
    params: { tab: 'questions' },
  },
  { screen: 'access', title: 'Access reviews', icon: ClipboardCheck, key: 'r', params: { tab: 'reviews' } },
];
