/** What a page may never do, whoever made it: each lock is one point of Electron's security checklist. */
import type { App, Session, WebContents } from 'electron';
import { ORIGIN } from './scheme.ts';

/** Every permission is refused: the console needs none. Clipboard writes go through a user gesture, which needs no grant. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** No navigation away from the private scheme, no new window, no webview, in any web contents that ever comes to be. */
export function lockNavigation(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Is the frame that sent a message the console's own top frame? `senderFrame` is null once the frame is gone: refused. */
export function isOwnFrame(frame: { readonly url: string; readonly parent: unknown } | null | undefined): boolean {
  if (!frame || frame.parent !== null) return false;
  const parsed = URL.parse(frame.url);
  return parsed !== null && `${parsed.protocol}//${parsed.host}` === ORIGIN;
}

/** Outside links open in the system browser only over https and only on the given origins. */
export function mayOpenExternally(url: string, allowedOrigins: readonly string[]): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'https:' && parsed.username === '' && allowedOrigins.includes(parsed.origin);
}
