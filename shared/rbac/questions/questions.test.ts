import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitiesArb, grantsIn, may, PERMISSIONS, reaches, SMALL } from '../../../test/support/accessWorld.ts';
import {
  type AccessEntities,
  ALL,
  Compiler,
  chainOf,
  diffRows,
  diffStates,
  maskOf,
  OWN,
  PermissionNumbers,
  pathsTo,
  pathText,
  SHARED,
  type Side,
  stateOf,
} from './index.ts';

const BOTH = [false, true] as const;
const KEYS = ['member m0', 'member m1', 'member m2', 'service_account s0', 'service_account s1'];

function sides(...all: readonly AccessEntities[]): Side[] {
  const compiler = new Compiler(SMALL, new PermissionNumbers());
  return all.map((entities) => ({ state: stateOf(entities, 0, SMALL), compiler }));
}
const allowed = (mask: number, own: boolean, shared: boolean): boolean =>
  (mask & ALL) !== 0 || (own && (mask & OWN) !== 0) || (shared && (mask & SHARED) !== 0);
const pathsIn = (entities: AccessEntities, key: string, id: string): string[] =>
  [
    ...new Set(
      grantsIn(entities, key)
        .filter((one) => reaches(one, id))
        .map(({ path }) => path),
    ),
  ].sort();

describe('profiles, against brute force', () => {
  it('hold exactly what the rule gives, through exactly the paths there are', () => {
    fc.assert(
      fc.property(entitiesArb, (entities) => {
        const [{ state, compiler }] = sides(entities) as [Side];
        for (const holder of state.holders) {
          const profile = compiler.profile(holder, state.roles);
          const grants = grantsIn(entities, holder.key);
          for (const id of PERMISSIONS) {
            const number = compiler.numbers.find(id);
            for (const own of BOTH) {
              for (const shared of BOTH) {
                expect(allowed(maskOf(profile, number), own, shared)).toBe(may(grants, id, own, shared));
              }
            }
            const paths = pathsTo(profile, number, compiler.numbers, SMALL).map(pathText);
            expect([...new Set(paths)].sort()).toEqual(pathsIn(entities, holder.key, id));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are shared by those who hold the same, and made anew when a role of the chain changes', () => {
    fc.assert(
      fc.property(entitiesArb, entitiesArb, (first, second) => {
        const compiler = new Compiler(SMALL, new PermissionNumbers());
        for (const entities of [first, second, first]) {
          for (const id of entities.roles.keys()) {
            const fresh = new Compiler(SMALL, compiler.numbers).role(id, entities.roles);
            const again = compiler.role(id, entities.roles);
            expect([again.perms, again.masks]).toEqual([fresh.perms, fresh.masks]);
            expect(compiler.role(id, entities.roles)).toBe(again);
            expect(again.sources.length).toBe(chainOf(id, entities.roles).length);
          }
        }
      }),
    );
  });
});

describe('the difference of two states', () => {
  it('is what brute force finds, with the paths that changed', () => {
    fc.assert(
      fc.property(entitiesArb, entitiesArb, (before, after) => {
        const [from, to] = sides(before, after) as [Side, Side];
        const { numbers } = from.compiler;
        const expected: string[] = [];
        for (const key of KEYS) {
          for (const id of [...PERMISSIONS].sort()) {
            const was = grantsIn(before, key);
            const is = grantsIn(after, key);
            const kinds = BOTH.flatMap((own) => BOTH.map((shared) => [own, shared] as const));
            const gained = kinds.some(([o, s]) => may(is, id, o, s) && !may(was, id, o, s));
            const lost = kinds.some(([o, s]) => !may(is, id, o, s) && may(was, id, o, s));
            const path = pathsIn(before, key, id).join() !== pathsIn(after, key, id).join();
            if (gained) expected.push(`${key} ${id} gained`);
            if (lost) expected.push(`${key} ${id} lost`);
            if (!gained && !lost && path) expected.push(`${key} ${id} path`);
          }
        }
        const diff = diffStates(from, to);
        const texts = (offset: number, limit: number): string[] =>
          diffRows(diff, offset, limit).map(
            (row) => `${row.holder.holder.key} ${numbers.ids[row.permission]} ${row.change}`,
          );
        expect(texts(0, 10_000)).toEqual(expected);
        expect(diff.total).toBe(expected.length);
        expect(diff.gained).toBe(expected.filter((text) => text.endsWith(' gained')).length);
        expect(diff.lost).toBe(expected.filter((text) => text.endsWith(' lost')).length);
        for (let at = 0; at < expected.length; at += 3) expect(texts(at, 3)).toEqual(expected.slice(at, at + 3));
      }),
      { numRuns: 300 },
    );
  });
});
