/**
 * Files between the user and the machine. With native dialogs a path is picked; without (browser host) a chosen file is sent to the host,
 * which answers the path it keeps it under, and an exported one is fetched back by its path.
 */
import { z } from 'zod';
import { CallError, call } from './bridge.ts';

const Uploaded = z.object({ path: z.string() });

/** Ask the system for a file to open; null when dismissed. */
export async function pickOpen(purpose: 'bundle' | 'any'): Promise<string | null> {
  return (await call('files.pickOpen', { purpose })).path;
}

/** Ask the system where to save; null when dismissed. */
export async function pickSave(purpose: 'bundle' | 'rows' | 'any', suggestedName: string): Promise<string | null> {
  return (await call('files.pickSave', { purpose, suggestedName })).path;
}

/** Hand a file chosen in the page to the host of this machine; answers its path there. Throws FILE_UNREADABLE. */
export async function uploadFile(file: File): Promise<string> {
  const response = await fetch(`upload?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  }).catch(() => null);
  const answer = Uploaded.safeParse(response?.ok ? await response.json().catch(() => null) : null);
  if (!answer.success) {
    throw new CallError({ code: 'FILE_UNREADABLE', message: `“${file.name}” could not be handed to the console.` });
  }
  return answer.data.path;
}

/**
 * Save an exported file through the browser. Throws FILE_UNREADABLE where the host does not serve it (it serves what was exported since it
 * started); asked first, because a refused download would leave the user with a broken file.
 */
export async function downloadFile(path: string): Promise<void> {
  const address = `download?path=${encodeURIComponent(path)}`;
  const probe = new AbortController();
  const served = await fetch(address, { signal: probe.signal }).then(
    (response) => response.ok,
    () => false,
  );
  probe.abort();
  if (!served) {
    throw new CallError({
      code: 'FILE_UNREADABLE',
      message:
        'This window may download only what was exported since the console started. Copy the path to find the file.',
    });
  }
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
