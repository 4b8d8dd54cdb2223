/**
 * What the application needs from the machine it runs on. Each host brings its own: the core knows no window, no dialog and no operating system.
 */
import type { z } from 'zod';
import type { FilePurpose as FilePurposeSchema, KeychainStatus } from '../shared/contract/app.ts';

export type FilePurpose = z.infer<typeof FilePurposeSchema>;

/** The operating system's secret store, one service name for the whole console. Secrets are text. */
export interface Keychain {
  /** Null when there is no such entry. Throws KEYCHAIN_LOCKED | KEYCHAIN_ABSENT. */
  get(account: string): Promise<string | null>;
  set(account: string, secret: string): Promise<void>;
  /** False when there was nothing to delete. */
  delete(account: string): Promise<boolean>;
  /** Set, get and delete a throw-away entry, and tell available, locked, absent and failed apart. Never throws. */
  probe(): Promise<KeychainStatus>;
}

/** Native file dialogs. A host without them answers null, and the screens offer upload, download and a path field. */
export interface Dialogs {
  readonly native: boolean;
  pickOpen(purpose: FilePurpose): Promise<string | null>;
  pickSave(purpose: FilePurpose, suggestedName: string): Promise<string | null>;
  /** Show a file in the system's file manager. Does nothing where there is none. */
  reveal(path: string): Promise<void>;
}

/** Desktop notifications; a host without them does nothing. */
export interface Notifications {
  show(title: string, body: string): void;
}

/** The system clipboard, as text. */
export interface Clipboard {
  read(): Promise<string>;
  /** The empty text empties it. */
  write(text: string): Promise<void>;
}

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
}

export interface Paths {
  /** Absolute folder of vault, databases, log and lock; made with mode 0700. */
  readonly dataDir: string;
  /** Absolute folder into which exports go when the user names no other place. */
  readonly exportsDir: string;
}

/** Opens an address in the system browser: https, or http to this machine. */
export type OpenExternal = (url: string) => Promise<void>;

export interface Ports {
  readonly keychain: Keychain;
  readonly dialogs: Dialogs;
  readonly notifications: Notifications;
  /** Null where only the window has one: the renderer then copies and clears by itself. */
  readonly clipboard: Clipboard | null;
  readonly clock: Clock;
  readonly paths: Paths;
  readonly openExternal: OpenExternal;
}

export const systemClock: Clock = { now: () => Date.now() };
export const noNotifications: Notifications = { show: () => {} };
export const noDialogs: Dialogs = {
  native: false,
  pickOpen: async () => null,
  pickSave: async () => null,
  reveal: async () => {},
};
