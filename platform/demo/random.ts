/** Randomness that comes out the same for the same seed: the key stream of AES-256-CTR under a hash of the seed. For demo data only. */
import { createCipheriv, createHash } from 'node:crypto';

const BLOCK_BYTES = 65_536;

export class SeededRandom {
  private readonly cipher;
  private block: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  private at = 0;

  constructor(seed: string) {
    const key = createHash('sha256').update(`mission control demo ${seed}`).digest();
    this.cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  }

  bytes = (count: number): Uint8Array => {
    const out = new Uint8Array(count);
    for (let done = 0; done < count; ) {
      if (this.at === this.block.length) {
        this.block = this.cipher.update(Buffer.alloc(BLOCK_BYTES));
        this.at = 0;
      }
      const take = Math.min(count - done, this.block.length - this.at);
      out.set(this.block.subarray(this.at, this.at + take), done);
      this.at += take;
      done += take;
    }
    return out;
  };

  /** In [0, 1). */
  fraction(): number {
    const b = this.bytes(4);
    return (((b[0]! << 24) | (b[1]! << 16) | (b[2]! << 8) | b[3]!) >>> 0) / 2 ** 32;
  }

  /** Whole number in [0, below). */
  below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of the values, each as likely as its weight. */
  weighted<T>(values: readonly (readonly [value: T, weight: number])[]): T {
    let left = this.fraction() * values.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of values) {
      left -= weight;
      if (left < 0) return value;
    }
    return values.at(-1)![0];
  }
}
