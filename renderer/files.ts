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
export async function pickSave(purpose: 'bundle' | 'rows', suggestedName: string): Promise<string | null> {
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

/** Address under which the browser host serves an exported file for download. */
export function downloadAddress(path: string): string {
  return `download?path=${encodeURIComponent(path)}`;
}
