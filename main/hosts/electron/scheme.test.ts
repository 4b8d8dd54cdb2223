import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, ORIGIN, PRIVILEGES, serveFrom } from './scheme.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'mc-scheme-'));
  mkdirSync(join(dir, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(dir, 'renderer', 'index.html'), '<!doctype html>');
  writeFileSync(join(dir, 'renderer', 'assets', 'a.js'), 'export {};');
  writeFileSync(join(dir, 'secret.txt'), 'outside');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const folder = () => join(dir, 'renderer');

describe('the private scheme', () => {
  it('serves files of the renderer with the policy', async () => {
    const answer = await serveFrom(folder())(new Request(`${ORIGIN}/assets/a.js`));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each([
    `${ORIGIN}/../secret.txt`,
    `${ORIGIN}/%2e%2e/secret.txt`,
    `${ORIGIN}/..%2fsecret.txt`,
    `${ORIGIN}/assets/..%2f..%2fsecret.txt`,
    `${ORIGIN}/..%5csecret.txt`,
    `${ORIGIN}/%00`,
    `${ORIGIN}/%ff`,
    'mc-console://other/index.html',
    'file:///etc/passwd',
    'nonsense',
  ])('answers nothing from outside for %s', async (url) => {
    const file = fileOf(url, folder());
    expect(file === null || file.startsWith(`${folder()}/`)).toBe(true);
    if (URL.canParse(url)) expect(await (await serveFrom(folder())(new Request(url))).text()).not.toContain('outside');
  });

  it('never leaves the folder, whatever the path', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const file = fileOf(`${ORIGIN}/${path}`, folder());
        return file === null || file.startsWith(`${folder()}/`);
      }),
    );
  });

  it('refuses other methods', async () => {
    expect((await serveFrom(folder())(new Request(`${ORIGIN}/index.html`, { method: 'POST' }))).status).toBe(404);
  });

  it('is a secure standard scheme without CORS or CSP bypass', () => {
    expect(PRIVILEGES.privileges).toEqual({
      standard: true,
      secure: true,
      supportFetchAPI: true,
      codeCache: true,
      stream: false,
      corsEnabled: false,
    });
  });
});
