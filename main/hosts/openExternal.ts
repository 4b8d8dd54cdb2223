/** Opens an address in the system browser from a host without Electron. */
import { spawn } from 'node:child_process';
import { isWebAddress } from '../sync/http.ts';

/** Program and arguments; the address is one argument and passes no shell. */
function opener(platform: NodeJS.Platform, url: string): readonly [string, readonly string[]] {
  if (platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', url]];
  return [platform === 'darwin' ? 'open' : 'xdg-open', [url]];
}

/** Resolves whether or not there is a browser: the screen shows the address too. Throws for an address that is not of the web. */
export async function openInBrowser(url: string): Promise<void> {
  if (!isWebAddress(url)) throw new Error('Only https addresses, and http to this machine, are opened.');
  const [program, args] = opener(process.platform, url);
  await new Promise<void>((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve());
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
