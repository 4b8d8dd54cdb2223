/** The tree over one full bundle, hashed in place: no array is made for a leaf or a node, only for the root. */
import { hash } from 'node:crypto';
import { HASH_BYTES, type Hash, TILE_WIDTH } from '../../shared/log/index.ts';

const NODE_PREFIX = 1;

function put(into: Uint8Array, at: number, latin1: string): void {
  for (let i = 0; i < HASH_BYTES; i++) into[at + i] = latin1.charCodeAt(i);
}

export class BundleTree {
  /** inputs[level][i] is 01 || left || right of node i of that level; level 0 is the one over the leaves. */
  private readonly inputs: readonly (readonly Uint8Array[])[];

  constructor() {
    const inputs: Uint8Array[][] = [];
    for (let nodes = TILE_WIDTH / 2; nodes >= 1; nodes /= 2) {
      inputs.push(
        Array.from({ length: nodes }, () => {
          const input = new Uint8Array(1 + 2 * HASH_BYTES);
          input[0] = NODE_PREFIX;
          return input;
        }),
      );
    }
    this.inputs = inputs;
  }

  /** Sets leaf `i` of the bundle: `input` is 00 || entry. */
  leaf(i: number, input: Uint8Array): void {
    put(this.inputs[0]![i >> 1]!, 1 + (i & 1) * HASH_BYTES, hash('sha256', input, 'binary'));
  }

  /** Root over the 256 leaves set before (RFC 6962). */
  root(): Hash {
    for (let level = 0; level + 1 < this.inputs.length; level++) {
      const below = this.inputs[level]!;
      const above = this.inputs[level + 1]!;
      for (let i = 0; i < below.length; i++)
        put(above[i >> 1]!, 1 + (i & 1) * HASH_BYTES, hash('sha256', below[i]!, 'binary'));
    }
    const root = new Uint8Array(HASH_BYTES);
    put(root, 0, hash('sha256', this.inputs.at(-1)![0]!, 'binary'));
    return root;
  }
}
