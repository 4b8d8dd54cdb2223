/** The twelve organizations of the demo and the people in them. All names are invented. */

export interface DemoOrganization {
  readonly id: string;
  readonly name: string;
  readonly tier: 'free' | 'pro' | 'enterprise';
  readonly region: string;
  readonly timeZone: string;
  readonly workspaces: readonly string[];
  /** Part of all events that fall to this organization. */
  readonly share: number;
  readonly people: number;
}

const org = (
  id: string,
  name: string,
  tier: DemoOrganization['tier'],
  region: string,
  timeZone: string,
  workspaces: readonly string[],
  share: number,
  people: number,
): DemoOrganization => ({ id, name, tier, region, timeZone, workspaces, share, people });

export const DEMO_ORGANIZATIONS: readonly DemoOrganization[] = [
  org(
    'northwind-health',
    'Northwind Health',
    'enterprise',
    'eu-central',
    'Europe/Berlin',
    ['Clinical ops', 'Billing', 'Research', 'Platform'],
    0.42,
    34,
  ),
  org(
    'halden-logistics',
    'Halden Logistics',
    'enterprise',
    'eu-north',
    'Europe/Oslo',
    ['Dispatch', 'Customs', 'Fleet'],
    0.14,
    18,
  ),
  org(
    'meridian-bank',
    'Meridian Bank',
    'enterprise',
    'us-east',
    'America/New_York',
    ['Payments', 'Fraud', 'Treasury'],
    0.12,
    22,
  ),
  org(
    'kestrel-robotics',
    'Kestrel Robotics',
    'pro',
    'us-west',
    'America/Los_Angeles',
    ['Fleet control', 'Simulation'],
    0.07,
    11,
  ),
  org('oduya-energy', 'Oduya Energy', 'enterprise', 'af-south', 'Africa/Lagos', ['Grid', 'Metering'], 0.06, 12),
  org(
    'sakura-insurance',
    'Sakura Insurance',
    'enterprise',
    'ap-northeast',
    'Asia/Tokyo',
    ['Claims', 'Underwriting'],
    0.06,
    14,
  ),
  org('tidewater-retail', 'Tidewater Retail', 'pro', 'us-east', 'America/Chicago', ['Storefront', 'Pricing'], 0.04, 9),
  org('lumen-university', 'Lumen University', 'pro', 'eu-west', 'Europe/Dublin', ['Admissions', 'Library'], 0.03, 8),
  org('paloma-legal', 'Paloma Legal', 'pro', 'eu-west', 'Europe/Madrid', ['Discovery', 'Contracts'], 0.025, 7),
  org('aurora-labs', 'Aurora Labs', 'free', 'us-west', 'America/Denver', ['Main'], 0.015, 4),
  org('indus-foods', 'Indus Foods', 'pro', 'ap-south', 'Asia/Kolkata', ['Supply', 'Quality'], 0.012, 6),
  org('brightwater-council', 'Brightwater Council', 'free', 'ap-southeast', 'Australia/Sydney', ['Services'], 0.008, 4),
];

const FIRST = [
  'Maria',
  'Kofi',
  'Ingrid',
  'Tunde',
  'Samira',
  'Petr',
  'Jing',
  'Rafael',
  'Aoife',
  'Hiro',
  'Lena',
  'Omar',
  'Priya',
  'Jonas',
  'Elif',
  'Mateo',
  'Nadia',
  'Viktor',
  'Chiara',
  'Daniel',
];
const LAST = [
  'Lopez',
  'Adeyemi',
  'Haugen',
  'Okafor',
  'Haddad',
  'Novak',
  'Chen',
  'Silva',
  'Byrne',
  'Tanaka',
  'Fischer',
  'Rahman',
  'Iyer',
  'Lindqvist',
  'Demir',
  'Reyes',
  'Petrova',
  'Kovacs',
  'Ricci',
  'Mensah',
];

/** Role by place in an organization: few administrators, some managers, many developers and viewers. */
const ROLES = [
  'admin',
  'admin',
  'manager',
  'developer',
  'developer',
  'developer',
  'viewer',
  'manager',
  'developer',
  'viewer',
  'guest',
] as const;
export type DemoRole = (typeof ROLES)[number];

export interface DemoPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/** The person of that number; numbers are unique over all organizations. */
export function demoPerson(n: number): DemoPerson {
  const first = FIRST[n % FIRST.length]!;
  const last = LAST[(n * 7 + Math.floor(n / FIRST.length)) % LAST.length]!;
  const id = `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
  return { id, email: `${first}.${last}.${n}@demo.example`.toLowerCase(), name: `${first} ${last}` };
}

export function demoRole(place: number): DemoRole {
  return ROLES[place % ROLES.length]!;
}

/** Administrator of every organization, whose sign-in the demo prints. The password and the secret guard nothing but demo data. */
export const DEMO_ADMIN = {
  ...demoPerson(0),
  email: 'admin@demo.example',
  name: 'Alex Morgan',
  password: 'demo-only-password',
  totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
} as const;
