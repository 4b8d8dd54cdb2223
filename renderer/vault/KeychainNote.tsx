import type { KeychainStatus } from '../../shared/contract/app.ts';
import { type Tone, Verdict } from '../ui/Verdict.tsx';

const VIEW: Readonly<Record<KeychainStatus['status'], { tone: Tone; word: string }>> = {
  available: { tone: 'ok', word: 'available' },
  locked: { tone: 'warn', word: 'locked' },
  absent: { tone: 'none', word: 'not present' },
  failed: { tone: 'bad', word: 'failed' },
};

/** State of the OS keychain with the reason in words. */
export function KeychainNote({ keychain }: { readonly keychain: KeychainStatus }) {
  const view = VIEW[keychain.status];
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <Verdict tone={view.tone}>keychain {view.word}</Verdict>
      <span className="text-12 text-dim">{keychain.detail}</span>
    </span>
  );
}
