/** What the checks need of a bundle and of the machine; both are arguments, so that the checks stay pure. */
import type { EcdsaP256Verify, NotePorts } from '../crypto.ts';
import type { PinnedKey } from './keys.ts';

/** An opened bundle: names relative to the bag, e.g. `data/report.html`. */
export interface BundleFiles {
  readonly names: readonly string[];
  size(name: string): number;
  stream(name: string): AsyncIterable<Uint8Array>;
}

export interface StreamHash {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

export interface VerifyPorts extends NotePorts {
  readonly ecdsaP256Verify: EcdsaP256Verify;
  readonly sha256Stream: () => StreamHash;
  /** Milliseconds, for the elapsed time only. */
  readonly now: () => number;
}

export interface VerifyOptions {
  readonly pinned: readonly PinnedKey[];
  readonly ports: VerifyPorts;
  readonly onProgress?: (stage: 'files' | 'events', done: number, total: number) => void;
}
