/**
 * Questions about access, as the access thread computes them: 1,000 holders of 50 permissions, 1,000,000 events, and the real role catalogues of
 * Google Cloud and Kubernetes where they are here. One interaction has 50 ms, which stands as baseline; a replay has one second.
 * Medians of 5, caches of earlier questions dropped before each; the first figure of a catalogue includes compiling all of it.
 */
import { fileURLToPath } from 'node:url';
import { Answers } from '../../main/access/answers.ts';
import { AccessModel } from '../../main/access/model.ts';
import type { AccessStore } from '../../main/access/store.ts';
import { WhatIf } from '../../main/access/whatIf.ts';
import { BUILT_IN, DEMANDS, type ImportedRoles } from '../../shared/rbac/index.ts';
import {
  BENCH_START,
  filledStore,
  gcpRoles,
  kubernetesRoles,
  manyEvents,
  memberOf,
  NO_EVENTS,
  rolesOf,
  setOf,
} from '../support/accessBench.ts';
import type { BenchRow } from './main.ts';

const LIMIT_MS = 50;
const DAY = 86_400_000;
const NOW = BENCH_START + 365 * DAY;
const PEOPLE = 1_000;
const EVENTS = Number(process.env.MC_BENCH_EVENTS ?? 1_000_000);

async function median(work: () => unknown, prepare: () => void = () => {}): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    prepare();
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[2]!;
}

const row = (figure: string, ours: number, limit = LIMIT_MS): BenchRow => ({
  ...{ figure, ours, baseline: limit, ratio: limit / ours, unit: 'ms (limit)' },
});

function open(store: AccessStore): { answers: Answers; whatIf: WhatIf; fresh: () => void } {
  const answers = new Answers(new AccessModel(store), store);
  return {
    answers,
    whatIf: new WhatIf(answers),
    // As after a sync that brought something: what was derived is void, what was compiled stays.
    fresh: () => {
      store.revision += 1;
    },
  };
}

/** 1,000 people, three roles of their own on the built-in catalog, every one changed once. */
async function synthetic(): Promise<BenchRow[]> {
  const permissions = Array.from({ length: 50 }, (_, i): [string, number] => [
    `app/thing${i % 10}:act${i}`,
    BUILT_IN.version + 1,
  ]);
  const set = { id: 'app', org_id: 'acme', title: 'app', permissions, version: 1 };
  const history = [
    { at: BENCH_START, entity: ['permission_set', 'app', set] as const },
    ...Array.from({ length: PEOPLE }, (_, n) => {
      const extra = permissions.filter((_p, i) => (i * 7 + n) % 3 !== 0).map(([id]) => id);
      return { at: BENCH_START, entity: ['member', `m${n}`, memberOf(n, 'viewer', extra)] as const };
    }),
    ...Array.from({ length: PEOPLE }, (_, n) => {
      const extra = permissions.filter((_p, i) => (i * 5 + n) % 4 !== 0).map(([id]) => id);
      return { at: BENCH_START + 30 * DAY, entity: ['member', `m${n}`, memberOf(n, 'viewer', extra)] as const };
    }),
  ];
  const actions = Object.keys(DEMANDS).filter((action) => DEMANDS[action]!.anyOf.length > 0);
  const actors = Array.from({ length: PEOPLE }, (_, n) => `user:u${n}`);
  const store = filledStore(history, manyEvents(EVENTS, PEOPLE, actions.length, 50_000), { actors, actions });
  const { answers, whatIf, fresh } = open(store);
  const page = { offset: 0, limit: 500, now: NOW };
  const period = { from: BENCH_START, to: NOW };
  const events = EVENTS.toLocaleString('en-US');
  const role = { id: 'viewer', inherits: null, permissions: ['threads:read:own', 'logs:read:own'] };
  const replay = () => whatIf.replay({ ...period, role, holder: null, permissions: null, ...page });
  const diff = (ms: number) => answers.diff({ from: BENCH_START + DAY + ms, to: BENCH_START + 60 * DAY + ms, ...page });
  let turn = 0;
  diff(turn++);
  return [
    row('access diff, 1,000 holders x 50 permissions, all differing', await median(() => diff(turn++))),
    row('the same, first after a sync', await median(() => diff(turn++), fresh)),
    row(
      `who can, with last use over ${events} events`,
      await median(() => answers.who({ permission: 'threads:read', at: null, ...page }), fresh),
    ),
    row(
      'the same, next page or permission',
      await median(() => answers.who({ permission: 'logs:read', at: null, ...page })),
    ),
    row(
      `unused grants of 1,000 holders over ${events} events`,
      await median(() => whatIf.unused({ ...period, ...page }), fresh),
      1000,
    ),
    row(`replay of a role over ${events} events`, await median(replay, fresh), 1000),
  ];
}

async function catalogue(name: string, prefix: string, read: ImportedRoles | null): Promise<BenchRow[]> {
  if (read === null) return [];
  const since = BUILT_IN.version + 1;
  const roles = rolesOf(prefix, read, since);
  const held = (n: number): string => roles[(n * 7) % roles.length]!.id;
  const history = [
    { at: BENCH_START, entity: ['permission_set', prefix, setOf(prefix, read, since)] as const },
    ...roles.map((one) => ({ at: BENCH_START, entity: ['role', one.id, one] as const })),
    ...Array.from({ length: PEOPLE }, (_, n) => ({
      at: BENCH_START,
      entity: ['member', `m${n}`, memberOf(n, held(n))] as const,
    })),
    ...Array.from({ length: PEOPLE / 2 }, (_, n) => ({
      at: BENCH_START + DAY,
      entity: ['member', `m${n}`, memberOf(n, held(n + 1))] as const,
    })),
  ];
  const store = filledStore(history, NO_EVENTS, { actors: [], actions: [] });
  const began = performance.now();
  const { answers, whatIf } = open(store);
  const { roles: shown, permissions } = answers.catalog(NOW);
  const first = performance.now() - began;
  const size = `${name}, ${shown.length} roles x ${permissions.length} permissions`;
  const page = { offset: 0, limit: 500, now: NOW };
  const largest = shown.reduce((a, b) => (a.reaches > b.reaches ? a : b));
  const permission = read.permissions[Math.floor(read.permissions.length / 2)]!;
  const command = { type: 'role.update' as const, id: largest.id, patch: { permissions: [...read.permissions] } };
  const diff = { from: BENCH_START, to: BENCH_START + 2 * DAY, ...page };
  const dropped = { ...diff, offset: 5 };
  let turn = 0;
  return [
    row(`${size}: first, all compiled`, first, 1000),
    row(`${name}: catalog and counts, again`, await median(() => answers.catalog(NOW))),
    row(`${name}: who can one permission`, await median(() => answers.who({ permission, at: null, ...page }))),
    row(
      `${name}: role of ${largest.reaches} permissions, all paths`,
      await median(() => answers.role(largest.id, NOW)),
    ),
    row(
      `${name}: preview of a change of that role`,
      await median(() => whatIf.preview({ command, email: null, workspaces: new Map(), now: NOW })),
    ),
    row(
      `${name}: diff, half of 1,000 people moved`,
      await median(() => answers.diff({ ...diff, to: diff.to + turn++ })),
    ),
    row(`${name}: its next page`, await median(() => answers.diff({ ...dropped, to: diff.to + turn - 1 }))),
    row(
      `${name}: unused grants, page of 500`,
      await median(() => whatIf.unused({ from: BENCH_START, to: NOW, ...page })),
      1000,
    ),
  ];
}

export async function run(): Promise<BenchRow[]> {
  const gcp = await catalogue('Google Cloud', 'gcp', gcpRoles());
  return [...(await synthetic()), ...gcp, ...(await catalogue('Kubernetes', 'k8s', kubernetesRoles()))];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await run());
