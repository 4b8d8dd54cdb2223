/** Against a fake `electron` module (test/support/fakeElectron.ts): shows what the host asks for, not that the runtime grants it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../../../shared/contract/channels.ts';
import * as fake from '../../../test/support/fakeElectron.ts';
import type { App } from '../../app.ts';

vi.mock('electron', () => import('../../../test/support/fakeElectron.ts'));
const { prepare, start } = await import('./host.ts');
const { isOwnFrame, mayOpenExternally } = await import('./locks.ts');
const { nativeClipboard, nativeDialogs, openInSystemBrowser } = await import('./ports.ts');

let dir = '';
const calls: unknown[][] = [];
const listeners = new Map<string, (payload: never) => void>();
let closes = 0;
const core: App = {
  dispatch: async (...args) => {
    calls.push(args);
    return { ok: true, value: 1 };
  },
  on: (name, listener) => {
    listeners.set(name, listener as (payload: never) => void);
    return () => listeners.delete(name);
  },
  close: async () => {
    closes += 1;
  },
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'mc-electron-'));
  writeFileSync(join(dir, 'index.html'), '<!doctype html><title>console</title>');
  expect(prepare()).toBe(true);
  await start({ rendererDir: dir, preload: join(dir, 'preload.cjs'), createCore: () => core });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ownFrame = { url: 'mc-console://app/index.html', parent: null };

describe('the Electron host', () => {
  it('opens a window with every lock of the checklist', () => {
    const [window] = fake.FakeBrowserWindow.all;
    expect(fake.app.sandboxEnabled).toBe(true);
    expect(window?.shown).toBe(true);
    expect(window?.url).toBe('mc-console://app/index.html');
    expect(window?.options.webPreferences).toEqual({
      preload: join(dir, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      disableBlinkFeatures: 'Auxclick',
    });
  });

  it('serves the private scheme only', async () => {
    expect(fake.schemes).toHaveLength(1);
    const answer = await fake.protocolHandlers.get('mc-console')!(new Request('mc-console://app/index.html'));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('refuses every permission', () => {
    const answers: unknown[] = [];
    fake.permission.request?.(null, 'media', (granted: unknown) => answers.push(granted));
    answers.push(fake.permission.check?.(null, 'clipboard-read'), fake.permission.device?.({}));
    expect(answers).toEqual([false, false, false]);
  });

  it('refuses navigation, redirects, webviews and new windows in any contents', () => {
    const contents = new fake.FakeWebContents();
    fake.app.emit('web-contents-created', {}, contents);
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
      const event = { preventDefault: vi.fn() };
      contents.emit(name, event);
      expect(event.preventDefault, name).toHaveBeenCalled();
    }
    expect(contents.windowOpen?.({ url: 'https://example.org' })).toEqual({ action: 'deny' });
  });

  it('passes calls with the verdict on their sender', async () => {
    const invoke = fake.handlers.get(CALL_CHANNEL)!;
    await invoke({ senderFrame: ownFrame }, 'vault.status', {});
    await invoke({ senderFrame: null }, 'vault.status', {});
    await invoke({ senderFrame: { url: 'https://evil.example/', parent: null } }, 'vault.status', {});
    await invoke({ senderFrame: { ...ownFrame, parent: {} } }, 'vault.status', {});
    await invoke({ senderFrame: ownFrame }, { toString: () => 'vault.status' }, {});
    expect(calls).toEqual([
      ['vault.status', {}, { trusted: true }],
      ['vault.status', {}, { trusted: false }],
      ['vault.status', {}, { trusted: false }],
      ['vault.status', {}, { trusted: false }],
      ['', {}, { trusted: true }],
    ]);
    expect([...fake.handlers.keys()]).toEqual([CALL_CHANNEL]);
  });

  it('pushes events to the window', () => {
    listeners.get('orgs.changed')?.({ orgIds: ['org-1'] } as never);
    expect(fake.FakeBrowserWindow.all[0]?.webContents.sent).toEqual([
      [EVENT_CHANNEL, 'orgs.changed', { orgIds: ['org-1'] }],
    ]);
  });

  it('closes the core before it ends', async () => {
    const event = { preventDefault: vi.fn() };
    fake.app.emit('before-quit', event);
    expect(event.preventDefault).toHaveBeenCalled();
    await vi.waitFor(() => expect(fake.app.exitCode).toBe(0));
    expect(closes).toBe(1);
    const second = { preventDefault: vi.fn() };
    fake.app.emit('before-quit', second);
    expect(second.preventDefault).not.toHaveBeenCalled();
  });

  it('tells its own frame from look-alikes', () => {
    for (const url of ['mc-console://evil/', 'mc-console:app/', 'https://app/', 'about:blank', '']) {
      expect(isOwnFrame({ url, parent: null }), url).toBe(false);
    }
  });

  it('opens outside links by an allow-list of https origins', () => {
    const allowed = ['https://platform.example'];
    expect(mayOpenExternally('https://platform.example/login', allowed)).toBe(true);
    for (const url of [
      'http://platform.example/',
      'https://user@platform.example/',
      'https://platform.example.evil/',
      'file:///etc/passwd',
      'nonsense',
    ]) {
      expect(mayOpenExternally(url, allowed), url).toBe(false);
    }
  });

  it('hands the system browser addresses of the web, and nothing that starts a program', async () => {
    await openInSystemBrowser('https://login.example/authorize?state=1');
    await openInSystemBrowser('http://127.0.0.1:4321/authorize');
    for (const url of ['file:///etc/passwd', 'http://login.example/', 'https://a:b@login.example/', 'calc:', '']) {
      await expect(openInSystemBrowser(url), url).rejects.toThrow('Only https');
    }
    expect(fake.opened).toEqual(['https://login.example/authorize?state=1', 'http://127.0.0.1:4321/authorize']);
  });

  it('writes, reads and empties the clipboard', async () => {
    await nativeClipboard.write('mc_secret');
    expect([fake.clipboard.text, await nativeClipboard.read()]).toEqual(['mc_secret', 'mc_secret']);
    await nativeClipboard.write('');
    expect(fake.clipboard.text).toBe('');
  });

  it('asks native dialogs and understands a dismissal', async () => {
    expect(await nativeDialogs.pickOpen('bundle')).toBe('chosen.mcbundle.zip');
    expect(await nativeDialogs.pickSave('rows', 'rows.csv')).toBeNull();
  });

  it('leaves a second instance to the first', () => {
    fake.app.secondInstance = true;
    expect(prepare()).toBe(false);
  });
});
