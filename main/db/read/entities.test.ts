/** Pages of entities with pending changes against an oracle that knows no SQL: everything in memory, commands applied one by one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Command } from '../../../shared/commands/index.ts';
import { openEncrypted } from '../connect.ts';
import { migrate } from '../migrate.ts';
import { mirrorMigrations } from '../migrations/index.ts';
import { createWriter } from '../write/writer.ts';
import { entityPage } from './entities.ts';
import { readOutbox } from './outbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'mc-entities-'));
const path = join(folder, 'mirror.db');
const db = openEncrypted({ path, key: new Uint8Array(32).fill(5), readonly: false });
migrate(db, path, mirrorMigrations, 0);
const writer = createWriter(db, path);
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly version: number;
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const fresh = ids.map((_, i) => `0192f3a4-0000-4000-8000-00000000000${i}`);
const roles = ['viewer', 'guest'] as const;
const names = ['Zoë', 'ada', 'Ada', 'bob', 'ÄNNE'];
const people = fc.array(
  fc.record({ id: fc.constantFrom(...ids), name: fc.constantFrom(...names), role: fc.constantFrom(...roles) }),
);
const act = fc.oneof(
  fc.record({ do: fc.constant('update' as const), at: fc.nat(11), role: fc.constantFrom(...roles) }),
  fc.record({ do: fc.constant('create' as const), at: fc.nat(5), role: fc.constantFrom(...roles) }),
  fc.record({ do: fc.constant('delete' as const), at: fc.nat(5), role: fc.constantFrom(...roles) }),
);
const query = fc.record({
  text: fc.constantFrom(null, '', 'ad', 'B', '@example', 'zzz'),
  where: fc.option(fc.record({ field: fc.constant('role' as const), value: fc.constantFrom<string>(...roles) })),
  sort: fc.constantFrom('name' as const, 'version' as const),
  direction: fc.constantFrom('asc' as const, 'desc' as const),
  offset: fc.nat(4),
  limit: fc.integer({ min: 1, max: 5 }),
});

/** Upper and lower case of ASCII alone are one, then bytes: SQLite's NOCASE. */
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function command(act: { do: 'update' | 'create' | 'delete'; at: number; role: string }): Command {
  const known = [...ids, ...fresh];
  if (act.do === 'update') return { type: 'member.update', id: known[act.at]!, patch: { role: act.role } };
  if (act.do === 'delete') return { type: 'member.delete', id: ids[act.at]! };
  const input = { email: `${act.at}@example.org`, role: act.role, permissions: [], workspaces: null };
  return { type: 'member.create', id: fresh[act.at]!, input };
}

it('equal the oracle, whatever waits', () => {
  fc.assert(
    fc.property(people, fc.array(act, { maxLength: 10 }), query, (list, acts, asked) => {
      db.exec("DELETE FROM entity; DELETE FROM outbox; DELETE FROM meta WHERE key = 'entityCursor'");
      const held = new Map<string, Person>();
      for (const [i, { id, name, role }] of list.entries()) {
        held.set(id, { id, name, role, email: `${id}@example.com`, version: i + 1 });
      }
      const changes = [...held.values()].map((data) => ({
        ...{ version: data.version, kind: 'member', id: data.id, op: 'put' as const },
        data: { ...data },
      }));
      writer.applyEntities(changes, list.length);
      const removed = new Set<string>();
      for (const one of acts) {
        const wanted = command(one);
        const id = (wanted as { id: string }).id;
        const exists = held.has(id);
        const refused = one.do === 'create' ? exists : !exists || removed.has(id);
        const add = () => writer.outboxAdd('acme', [{ id: crypto.randomUUID(), command: wanted }], 0);
        if (refused) {
          expect(add).toThrow();
          continue;
        }
        add();
        if (one.do === 'create') {
          const email = `${one.at}@example.org`;
          held.set(id, { id, name: email, email, role: one.role, version: 0 });
        } else if (one.do === 'update') held.set(id, { ...held.get(id)!, role: one.role });
        else removed.add(id);
      }
      const text = lower(asked.text ?? '');
      const found = [...held.values()]
        .filter(({ id, name, email }) => [id, name, email].some((field) => lower(field).includes(text)))
        .filter(({ role }) => asked.where === null || role === asked.where.value)
        .sort((a, b) => {
          const by = asked.sort === 'name' ? bytes(lower(a.name), lower(b.name)) : a.version - b.version;
          return (by || bytes(a.id, b.id)) * (asked.direction === 'asc' ? 1 : -1);
        });
      const page = entityPage(db, 'acme', 'member', asked);
      expect(page.total).toBe(found.length);
      expect(page.rows.map(({ id, data: { name, role }, version }) => ({ id, name, role, version }))).toEqual(
        found
          .slice(asked.offset, asked.offset + asked.limit)
          .map(({ id, name, role, version }) => ({ id, name, role, version })),
      );
      const waiting = new Set(readOutbox(db).map(({ target }) => target.id));
      for (const row of page.rows) {
        expect(row.pending !== null).toBe(waiting.has(row.id));
        if (removed.has(row.id)) expect(row.pending!.op).toBe('delete');
      }
    }),
    { numRuns: 150 },
  );
});
