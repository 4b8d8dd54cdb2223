/** What a bundle is written from. The mirror implements it; tests implement it over a synthetic log. */

import type { DisclosureName } from '../../shared/audit/index.ts';
import type { AccessTable } from '../../shared/bundle/access.ts';
import type { Assessment } from '../../shared/compliance/exports/assessment.ts';

export interface SourceEvent {
  readonly seq: number;
  /** The leaf's bytes exactly as logged. */
  readonly leaf: Uint8Array;
  /** All disclosures held, whatever is to be withheld. */
  readonly disclosures: readonly string[];
}

/** A monthly service level report to be bundled. */
export interface SourceReport {
  /** RFC 8785 text of the report. */
  readonly text: string;
  /** Issue and digest of what the platform issued; null where it did not. */
  readonly issued: { readonly issue: number; readonly digest: string } | null;
}

/** A file of evidence, by its digest; the bytes are read when it is written. */
export interface SourceEvidence {
  /** SHA-256, hex. */
  readonly sha256: string;
  content(): AsyncIterable<Uint8Array>;
}

/** Assessments of a period with the evidence they hold. */
export interface SourceCompliance {
  readonly assessments: readonly Assessment[];
  /** Exactly the files that no assessment lists as omitted. */
  readonly evidence: readonly SourceEvidence[];
}

export interface BundleSource {
  /** `audit` where none is given. `sla-report`: reports under a checkpoint; the range is empty. */
  readonly kind?: 'audit' | 'sla-report';
  /** Reports of the sla section; there is none where this is absent. */
  readonly levels?: readonly SourceReport[];
  /** The compliance section; there is none where this is absent. */
  readonly compliance?: SourceCompliance;
  readonly organization: {
    readonly id: string;
    readonly name: string;
    /** IANA time zone in which the report prints its period. */
    readonly timeZone: string;
  };
  /** [from, to) by recorded time, milliseconds since 1970. */
  readonly period: { readonly from: number; readonly to: number };
  readonly log: {
    /** The signed checkpoint, verbatim. */
    readonly checkpoint: string;
    /** The pinned key it was verified with. */
    readonly vkey: string;
  };
  /** Leaves [begin, end) whose recorded time lies in the period. */
  readonly range: { readonly begin: number; readonly end: number };
  /** Hashes of `coverNodes(0, begin)` and `coverNodes(end, size of the checkpoint)`. */
  readonly cover: { readonly left: readonly Uint8Array[]; readonly right: readonly Uint8Array[] };
  /** Disclosures left out on purpose. */
  readonly withhold: readonly DisclosureName[];
  /** Empty when the access section is not wanted. */
  readonly access: readonly AccessTable[];
  /**
   * The events of the range in order. Called once for each derived file, so that nothing is spooled to disk: every call must
   * give the same events.
   */
  events(): AsyncIterable<SourceEvent>;
}

/** The bundle key: ECDSA P-256 with SHA-256 over the message, ASN.1 DER. */
export interface BundleSigner {
  readonly publicKeyPem: string;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

export type BundleStage = 'access' | 'events' | 'report' | 'sign' | 'write';

export interface WriteOptions {
  /** Where the ZIP goes; never overwritten. */
  readonly path: string;
  /** Under which name it is written until it is whole; one beside the path where none is given. */
  readonly draft?: string;
  readonly source: BundleSource;
  readonly signer: BundleSigner;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly uuid: () => string;
  readonly generator: { readonly name: string; readonly version: string };
  readonly onProgress?: (stage: BundleStage, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Matches `BundleResult` of the contract. */
export interface WrittenBundle {
  readonly path: string;
  readonly bytes: number;
  readonly bundleId: string;
  readonly events: number;
  readonly disclosed: number;
  readonly withheld: number;
  /** SHA-256 of the signed tagmanifest, hex. */
  readonly digest: string;
  readonly keyFingerprint: string;
  readonly elapsedMs: number;
}
