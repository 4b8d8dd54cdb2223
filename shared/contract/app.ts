import { z } from 'zod';
import { Region } from '../compliance/regions.ts';
import { Empty, LocalPath, Ok, OrgId, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { command, job, query } from './procedure.ts';

export const KeychainStatus = z.strictObject({
  status: z.enum(['available', 'locked', 'absent', 'failed']),
  /** Why, in words for the user. */
  detail: z.string(),
});
export type KeychainStatus = z.infer<typeof KeychainStatus>;

export const SlotKind = z.enum(['keychain', 'passphrase', 'recovery']);
export type SlotKind = z.infer<typeof SlotKind>;

export const VaultStatus = z.strictObject({
  /** `new`: nothing exists yet. `orphaned`: databases exist but no key slots (VAULT_MISSING_KEYS). */
  state: z.enum(['new', 'locked', 'open', 'orphaned']),
  slots: z.array(z.strictObject({ id: z.string(), kind: SlotKind, createdAt: UtcMs })),
  keychain: KeychainStatus,
  /** A recovery code was made that must be typed back (`confirm`) and was not: it is lost with its window, and a new one is due. */
  recoveryUnconfirmed: z.boolean(),
});
export type VaultStatus = z.infer<typeof VaultStatus>;

export const Settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  /** Which zone times are shown in. `utc`, `local`, or an IANA zone. */
  timeZone: z.string().max(64),
  /** Minutes without input until the vault locks; 0 never. */
  autoLockMinutes: z.int().min(0).max(1440),
  /** Minutes between automatic syncs while online; 0 never. */
  syncEveryMinutes: z.int().min(0).max(1440),
  /** Whether a breach or a page alert that a sync brings is told on the desktop, once each. */
  notifyServiceLevels: z.boolean(),
  /** Whether an automated check that a sync shows to pass no longer is told on the desktop, once each. */
  notifyChecks: z.boolean(),
  /** Files of evidence that a sync fetches by itself, MiB in each mirror; 0: each when it is first opened. */
  evidenceMebibytes: z.int().min(0).max(10_240),
  /** Region this machine is in, as its user says it; empty: not said. Exports of organizations with a residency rule are refused elsewhere. */
  workstationRegion: Region.or(z.literal('')),
});
export type Settings = z.infer<typeof Settings>;

export const AppInfo = z.strictObject({
  version: z.string(),
  host: z.enum(['electron', 'browser', 'cli']),
  platform: z.string(),
  dataDir: z.string(),
  exportsDir: z.string(),
  /** Whether the host shows native open and save dialogs; if not the screen offers upload, download and a path field. */
  nativeDialogs: z.boolean(),
  now: UtcMs,
  demo: z.boolean(),
});
export type AppInfo = z.infer<typeof AppInfo>;

export const DoctorCheck = z.strictObject({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(['ok', 'warn', 'fail']),
  detail: z.string(),
});

export const FilePurpose = z.enum(['bundle', 'rows', 'any']);

/** A table as shown on a screen. Bounds: 100 columns, 100,000 rows, 4,000 characters a cell. */
export const ShownRows = z
  .strictObject({
    /** Whose rows these are; null: of several or all organizations. */
    orgId: OrgId.nullable(),
    /** What the rows are, in the file's name: "overview". */
    name: z.string().regex(/^[a-z0-9-]{1,64}$/),
    heads: z.array(z.string().max(200)).min(1).max(100),
    rows: z.array(z.array(z.union([z.string().max(4000), z.number(), z.boolean(), z.null()])).max(100)).max(100_000),
    /** Null: the exports folder. */
    path: LocalPath.nullable(),
  })
  .refine(({ heads, rows }) => rows.every((row) => row.length === heads.length), 'Every row has a cell for each head.');

export const appProcedures = {
  'app.info': query('open', 'Version, host and folders of this console.', Empty, AppInfo),
  'app.doctor': query(
    'open',
    'Check runtime, keychain, disk, databases and platform reachability.',
    Empty,
    z.array(DoctorCheck),
  ),
  'app.demoSignIn': query(
    'open',
    'Address and current sign-in of the demo platform that `npm start` runs beside the console; null outside the demo. Comes from createApp option `demo` ({url, email, password, totpSecret}).',
    Empty,
    z
      .strictObject({ url: z.string(), email: z.string(), password: z.string(), totp: z.string().regex(/^\d{6}$/) })
      .nullable(),
  ),
  'settings.get': query('unlocked', 'Settings of this console.', Empty, Settings),
  'settings.set': command('unlocked', 'Change settings; fields left out stay.', Settings.partial().strict(), Settings),
  'vault.status': query(
    'open',
    'Whether the console is new, locked or open, and which slots open it.',
    Empty,
    VaultStatus,
  ),
  'vault.create': command(
    'open',
    'Create the vault on first use. Answers the recovery code, which is shown once and never stored. With `confirm` it counts as lost until vault.confirmRecovery.',
    z.strictObject({
      useKeychain: z.boolean(),
      passphrase: z.string().min(10).max(1024).nullable(),
      confirm: z.boolean().default(false),
    }),
    z.strictObject({ recoveryCode: z.string() }),
  ),
  'vault.unlock': command(
    'open',
    'Open the vault with one slot. `secret` is the passphrase or recovery code; null for the keychain.',
    z.strictObject({ slot: SlotKind, secret: z.string().max(1024).nullable() }),
    VaultStatus,
  ),
  'vault.lock': command('open', 'Close every database and forget every key in memory.', Empty, VaultStatus),
  'vault.addSlot': command(
    'unlocked',
    'Add or renew a slot: the keychain, a passphrase, or a new recovery code (answered once; `confirm` as in vault.create).',
    z.strictObject({
      slot: SlotKind,
      secret: z.string().min(10).max(1024).nullable(),
      confirm: z.boolean().default(false),
    }),
    z.strictObject({ recoveryCode: z.string().nullable() }),
  ),
  'vault.confirmRecovery': command(
    'unlocked',
    'The recovery code last made was written down and typed back.',
    Empty,
    VaultStatus,
  ),
  'vault.removeSlot': command(
    'unlocked',
    'Remove a slot; the last one cannot go.',
    z.strictObject({ id: z.string() }),
    VaultStatus,
  ),
  'files.pickOpen': command(
    'unlocked',
    'Native open dialog; null when dismissed.',
    z.strictObject({ purpose: FilePurpose }),
    z.strictObject({ path: z.string().nullable() }),
  ),
  'files.pickSave': command(
    'unlocked',
    'Native save dialog; null when dismissed.',
    z.strictObject({ purpose: FilePurpose, suggestedName: z.string().max(255) }),
    z.strictObject({ path: z.string().nullable() }),
  ),
  'files.saveRows': job(
    'unlocked',
    'Write the rows of a table on screen as CSV. Result: RowsResult. A null path means the exports folder.',
    ShownRows,
    JobStarted,
  ),
  'files.reveal': command(
    'unlocked',
    'Show a file that the console wrote in the file manager.',
    z.strictObject({ path: z.string().max(4096) }),
    Ok,
  ),
} as const;
