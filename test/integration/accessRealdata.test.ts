/** Real role catalogues (Google Cloud, Kubernetes) as custom roles: what the questions answer against the files themselves. */
import { describe, expect, it } from 'vitest';
import { Answers } from '../../main/access/answers.ts';
import { AccessModel } from '../../main/access/model.ts';
import { BUILT_IN } from '../../shared/rbac/index.ts';
import {
  BENCH_START,
  filledStore,
  gcpRoles,
  kubernetesRoles,
  memberOf,
  NO_EVENTS,
  rolesOf,
  setOf,
} from '../support/accessBench.ts';

const PEOPLE = 300;
const DAY = 86_400_000;
const NOW = BENCH_START + 10 * DAY;

for (const [name, prefix, read] of [
  ['Google Cloud', 'gcp', gcpRoles()],
  ['Kubernetes', 'k8s', kubernetesRoles()],
] as const) {
  describe.skipIf(read === null)(`${name} roles`, () => {
    const imported = read!;
    const since = BUILT_IN.version + 1;
    const roles = imported === null ? [] : rolesOf(prefix, imported, since);
    const held = (n: number, day: number): number => (n * 7 + (day > 0 && n % 2 === 0 ? 1 : 0)) % roles.length;
    const put = (at: number, kind: string, one: { readonly id: string }) => ({
      at,
      entity: [kind, one.id, one] as const,
    });
    const open = (): Answers => {
      const people = (day: number) =>
        Array.from({ length: PEOPLE }, (_, n) => memberOf(n, roles[held(n, day)]!.id)).filter(
          (_m, n) => day === 0 || n % 2 === 0,
        );
      const store = filledStore(
        [
          put(BENCH_START, 'permission_set', setOf(prefix, imported, since)),
          ...roles.map((one) => put(BENCH_START, 'role', one)),
          ...people(0).map((one) => put(BENCH_START, 'member', one)),
          ...people(1).map((one) => put(BENCH_START + DAY, 'member', one)),
        ],
        NO_EVENTS,
        { actors: [], actions: [] },
      );
      return new Answers(new AccessModel(store), store);
    };

    it('reach exactly the permissions their file names', () => {
      const shown = new Map(
        open()
          .catalog(NOW)
          .roles.map((role) => [role.id, role.reaches]),
      );
      expect(roles.map(({ id }) => shown.get(id))).toEqual(imported.roles.map(({ permissions }) => permissions.length));
    });

    it('answer who holds a permission as the file says', () => {
      const answers = open();
      const sets = imported.roles.map(({ permissions }) => new Set(permissions));
      const step = Math.max(1, Math.floor(imported.permissions.length / 60));
      for (let i = 0; i < imported.permissions.length; i += step) {
        const permission = imported.permissions[i]!;
        const expected = Array.from({ length: PEOPLE }, (_, n) => n).filter((n) => sets[held(n, 1)]!.has(permission));
        const { rows } = answers.who({ permission, at: null, offset: 0, limit: 5000, now: NOW });
        expect(new Set(rows.map(({ holder }) => holder.id))).toEqual(new Set(expected.map((n) => `m${n}`)));
      }
    });

    it('differ between two days by exactly the roles that changed hands', () => {
      const sets = imported.roles.map(({ permissions }) => new Set(permissions));
      let gained = 0;
      let lost = 0;
      let path = 0;
      for (let n = 0; n < PEOPLE; n += 2) {
        const [before, after] = [sets[held(n, 0)]!, sets[held(n, 1)]!];
        gained += [...after].filter((id) => !before.has(id)).length;
        lost += [...before].filter((id) => !after.has(id)).length;
        path += [...after].filter((id) => before.has(id)).length;
      }
      const diff = open().diff({ from: BENCH_START, to: NOW, offset: 0, limit: 10, now: NOW });
      expect(diff).toMatchObject({ gained, lost, total: gained + lost + path });
      expect(diff.basis).toMatchObject({ unknownChanges: 0, disagreements: { count: 0 } });
    });
  });
}
