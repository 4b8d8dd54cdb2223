/** The dictionaries behind the coded columns. */
import type { Connection, Statement } from './connect.ts';

export const DICT_KIND = { actor: 0, action: 1, target: 2, workspace: 3 } as const;
export type DictField = keyof typeof DICT_KIND;

const CACHE_MAX = 200_000;

/** Writer side: codes for keys, new ones given in order of appearance. */
export class DictionaryWriter {
  private readonly kind: number;
  private readonly find: Statement;
  private readonly insert: Statement;
  private readonly rename: Statement;
  private readonly cache = new Map<string, { code: number; name: string | null }>();
  private next: number;

  constructor(db: Connection, field: DictField) {
    this.kind = DICT_KIND[field];
    this.find = db.prepare('SELECT code, name FROM dict WHERE kind = ? AND key = ?');
    this.insert = db.prepare('INSERT INTO dict (kind, code, key, name) VALUES (?, ?, ?, ?)');
    this.rename = db.prepare('UPDATE dict SET name = ? WHERE kind = ? AND code = ?');
    this.next = db
      .prepare('SELECT coalesce(max(code) + 1, 0) FROM dict WHERE kind = ?')
      .pluck()
      .get(this.kind) as number;
  }

  /** The code of each key; a name given replaces the one known. */
  codes(keys: readonly string[], names: readonly (string | null)[]): Uint32Array {
    if (this.cache.size > CACHE_MAX) this.cache.clear();
    return Uint32Array.from(keys, (key, i) => this.code(key, names[i] ?? null));
  }

  private code(key: string, name: string | null): number {
    const known =
      this.cache.get(key) ?? (this.find.get(this.kind, key) as { code: number; name: string | null } | undefined);
    if (known === undefined) {
      const code = this.next++;
      this.insert.run(this.kind, code, key, name);
      this.cache.set(key, { code, name });
      return code;
    }
    const current = name ?? known.name;
    if (current !== known.name) this.rename.run(current, this.kind, known.code);
    this.cache.set(key, { code: known.code, name: current });
    return known.code;
  }

  /** After a rolled-back transaction: what was cached may not exist. */
  reset(db: Connection): void {
    this.cache.clear();
    this.next = db
      .prepare('SELECT coalesce(max(code) + 1, 0) FROM dict WHERE kind = ?')
      .pluck()
      .get(this.kind) as number;
  }
}

export interface DictEntry {
  readonly code: number;
  readonly key: string;
  readonly name: string | null;
}

/** Reader side: from codes to what is shown, and from filter values to codes. */
export class DictionaryReader {
  private readonly kind: number;
  private readonly byCode: Statement;
  private readonly byKey: Statement;
  private readonly byPrefix: Statement;
  private readonly byText: Statement;
  private readonly sizeOf: Statement;

  constructor(db: Connection, field: DictField) {
    this.kind = DICT_KIND[field];
    this.byCode = db.prepare('SELECT code, key, name FROM dict WHERE kind = ? AND code = ?');
    this.byKey = db.prepare('SELECT code FROM dict WHERE kind = ? AND key = ?').pluck();
    this.byPrefix = db.prepare('SELECT code FROM dict WHERE kind = ? AND key >= ? AND key < ?').pluck();
    this.byText = db
      .prepare(
        "SELECT code FROM dict WHERE kind = ? AND (instr(lower(key), lower(?)) > 0 OR instr(lower(coalesce(name, '')), lower(?)) > 0)",
      )
      .pluck();
    this.sizeOf = db.prepare('SELECT coalesce(max(code) + 1, 0) FROM dict WHERE kind = ?').pluck();
  }

  size(): number {
    return this.sizeOf.get(this.kind) as number;
  }

  entry(code: number): DictEntry {
    return this.byCode.get(this.kind, code) as DictEntry;
  }

  /** 1 at the codes of the given keys; a key ending in `.*` stands for every key with that prefix. */
  allow(keys: readonly string[]): Uint8Array {
    const allowed = new Uint8Array(this.size());
    for (const key of keys) {
      const exact = this.byKey.get(this.kind, key) as number | undefined;
      if (exact !== undefined) allowed[exact] = 1;
      if (!key.endsWith('.*')) continue;
      const prefix = key.slice(0, -1);
      // '/' follows '.' in every collation by bytes, so the range is exactly the keys that begin with `prefix`.
      for (const code of this.byPrefix.all(this.kind, prefix, `${prefix.slice(0, -1)}/`) as number[]) allowed[code] = 1;
    }
    return allowed;
  }

  /** Codes whose key or name contains the text, without regard to case. */
  containing(text: string): Uint8Array {
    const allowed = new Uint8Array(this.size());
    for (const code of this.byText.all(this.kind, text, text) as number[]) allowed[code] = 1;
    return allowed;
  }
}
