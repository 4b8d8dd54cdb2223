/** Files of evidence in a mirror. */

export interface BlobRow {
  /** Hex. */
  readonly sha256: string;
  readonly size: number;
  /** Ms. */
  readonly addedAt: number;
  /** Added here, and not known to be on the platform. */
  readonly pending: boolean;
}

export interface BlobReader {
  /** The bytes; null where they are not here. */
  blob(sha256: string): Promise<Uint8Array | null>;
  /** What is here, without the bytes, in the order it came. */
  blobs(): Promise<readonly BlobRow[]>;
}

export interface BlobWriter {
  /** Keeps bytes under their digest; the buffer is handed over. One that is here stays as it is. Throws INPUT_INVALID for bytes that are not those of the digest. */
  putBlob(blob: {
    readonly sha256: string;
    readonly bytes: Uint8Array;
    readonly at: number;
    readonly pending: boolean;
  }): Promise<void>;
  /** The platform has it. */
  blobSent(sha256: string): Promise<void>;
  /** Drops it; false where it was not here, or a change in the outbox still needs it. */
  dropBlob(sha256: string): Promise<boolean>;
}
