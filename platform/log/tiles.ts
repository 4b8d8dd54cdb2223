/** Tiles, entry bundles and disclosures, read from rows whose hashes never change. */
import { encodeEntries, TILE_WIDTH, type TilePath } from '../../shared/log/index.ts';
import type { Tx } from '../db/database.ts';

/** True when every hash or entry of the tile lies within a tree of the size. */
export function tileExists(tile: TilePath, treeSize: number): boolean {
  const perHash = tile.kind === 'hashes' ? TILE_WIDTH ** tile.level : 1;
  return (tile.index * TILE_WIDTH + tile.width) * perHash <= treeSize;
}

/** The tile's bytes; the caller has checked `tileExists`. The transaction must be under the tenant's role. */
export async function readTile(tx: Tx, tile: TilePath): Promise<Uint8Array> {
  const from = tile.index * TILE_WIDTH;
  const to = from + tile.width - 1;
  if (tile.kind === 'hashes') {
    const rows =
      tile.level === 0
        ? await tx.query<{ hash: Uint8Array }>(
            'SELECT leaf_hash AS hash FROM audit_events WHERE seq BETWEEN $1 AND $2 ORDER BY seq',
            [from, to],
          )
        : await tx.query<{ hash: Uint8Array }>(
            'SELECT hash FROM log_nodes WHERE level = $1 AND idx BETWEEN $2 AND $3 ORDER BY idx',
            [tile.level, from, to],
          );
    return complete(tile, rows.length, Buffer.concat(rows.map((row) => row.hash)));
  }
  const column = tile.kind === 'entries' ? 'entry' : 'disclosures';
  const rows = await tx.query<{ text: string }>(
    `SELECT ${column} AS text FROM audit_events WHERE seq BETWEEN $1 AND $2 ORDER BY seq`,
    [from, to],
  );
  const bytes =
    tile.kind === 'entries'
      ? encodeEntries(rows.map((row) => Buffer.from(row.text)))
      : Buffer.from(rows.map((row) => `${row.text}\n`).join(''));
  return complete(tile, rows.length, bytes);
}

function complete(tile: TilePath, rows: number, bytes: Uint8Array): Uint8Array {
  if (rows !== tile.width) throw new Error(`the store holds ${rows} of ${tile.width} rows of a published tile`);
  return bytes;
}
