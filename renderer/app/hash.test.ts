import { expect, it } from 'vitest';
import { formatHash, parseHash } from './hash.ts';

it.each([
  ['', 'overview', null, ''],
  ['#/', 'overview', null, ''],
  ['#/nowhere', 'overview', null, ''],
  ['#/settings', 'settings', null, ''],
  ['#/o/northwind/audit?q=role&seq=12', 'audit', 'northwind', 'q=role&seq=12'],
  ['#/o/northwind', 'overview', 'northwind', ''],
  ['#/o/a%20b/integrity', 'integrity', 'a b', ''],
])('reads %s', (hash, screen, org, params) => {
  const route = parseHash(hash);
  expect([route.screen, route.org, route.params.toString()]).toEqual([screen, org, params]);
});

it('writes what it reads', () => {
  for (const hash of ['#/overview', '#/o/northwind/audit?q=role&actor=user%3Au_81', '#/bundles?tab=verify']) {
    expect(formatHash(parseHash(hash))).toBe(hash);
  }
});

it('does not break on an address that is no encoding', () => {
  expect(parseHash('#/o/%E0%A4%A/audit').screen).toBe('overview');
});
