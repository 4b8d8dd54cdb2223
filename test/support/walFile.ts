/** Taking apart and putting together a SQLite write-ahead log (https://www.sqlite.org/fileformat2.html#walformat). */

const HEADER = 32;
const FRAME_HEADER = 24;
const BIG_ENDIAN_SUMS = 0x377f0683;

export interface WalFrame {
  /** Number of the database page, from 1. */
  readonly page: number;
  /** Pages of the database after the commit; 0 where the frame ends no transaction. */
  readonly commit: number;
  readonly data: Buffer;
}

export interface Wal {
  readonly header: Buffer;
  readonly frames: readonly WalFrame[];
}

const pageSize = (header: Buffer): number => header.readUInt32BE(8);

/** Where frame `index` begins. */
export function frameOffset(wal: Wal, index: number): number {
  return HEADER + index * (FRAME_HEADER + pageSize(wal.header));
}

/** Frames of the log's current generation: those that carry the header's salt. */
export function readWal(bytes: Buffer): Wal {
  const header = bytes.subarray(0, HEADER);
  const size = pageSize(header);
  const frames: WalFrame[] = [];
  for (let at = HEADER; at + FRAME_HEADER + size <= bytes.length; at += FRAME_HEADER + size) {
    if (!bytes.subarray(at + 8, at + 16).equals(header.subarray(16, 24))) break;
    const data = bytes.subarray(at + FRAME_HEADER, at + FRAME_HEADER + size);
    frames.push({ page: bytes.readUInt32BE(at), commit: bytes.readUInt32BE(at + 4), data });
  }
  return { header, frames };
}

/** Bytes with every checksum right, as one who knows SQLite but not the key would write them. */
export function writeWal({ header, frames }: Wal): Buffer {
  const big = header.readUInt32BE(0) === BIG_ENDIAN_SUMS;
  let s0 = header.readUInt32BE(24);
  let s1 = header.readUInt32BE(28);
  const add = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at += 8) {
      s0 = (s0 + (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + s1) >>> 0;
      s1 = (s1 + (big ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + s0) >>> 0;
    }
  };
  const written = frames.map(({ page, commit, data }) => {
    const head = Buffer.alloc(FRAME_HEADER);
    head.writeUInt32BE(page, 0);
    head.writeUInt32BE(commit, 4);
    header.copy(head, 8, 16, 24);
    add(head.subarray(0, 8));
    add(data);
    head.writeUInt32BE(s0, 16);
    head.writeUInt32BE(s1, 20);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, ...written]);
}
