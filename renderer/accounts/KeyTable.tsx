import type { ServiceAccount } from '../../shared/entities/index.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { LongId } from '../ui/Id.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import { useNow } from '../ui/zone.ts';
import { type KeyState, keyState } from './accounts.ts';

const TONE: Readonly<Record<KeyState, Tone>> = { 'in force': 'ok', expired: 'none', revoked: 'none' };

interface KeyTableProps {
  readonly account: ServiceAccount;
  /** Why no key can be revoked; null where one can. */
  readonly refusal: string | null;
  readonly onRevoke: (keyId: string) => void;
}

/** Keys of an account, newest first; those that work can be revoked. */
export function KeyTable({ account, refusal, onRevoke }: KeyTableProps) {
  const now = useNow();
  const keys = account.keys.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
  if (keys.length === 0) return <p className="text-dim">No key was issued yet.</p>;
  return (
    <table className="w-full border-collapse text-12 whitespace-nowrap">
      <thead>
        <tr className="h-6 text-left text-dim">
          <th className="pr-2 font-medium">Key</th>
          <th className="pr-2 font-medium">State</th>
          <th className="pr-2 font-medium">Created</th>
          <th className="pr-2 font-medium">Ends</th>
          <th className="pr-2 font-medium">Used</th>
          <th>
            <span className="sr-only">Revoke</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => {
          const state = account.revoked_at === null ? keyState(key, now) : 'revoked';
          return (
            <tr key={key.id} className="h-[31px] border-t border-line">
              <td className="pr-2">
                <LongId value={key.id} what="Key id" head={4} tail={4} />
              </td>
              <td className="pr-2">
                <Verdict tone={TONE[state]} icon={null}>
                  {state}
                </Verdict>
              </td>
              <td className="pr-2">
                <RelativeTime at={Date.parse(key.created_at)} />
              </td>
              <td className="pr-2">
                <Ago at={key.revoked_at ?? key.expires_at} none="no end" />
              </td>
              <td className="pr-2">
                <Ago at={key.last_used_at} none="never" />
              </td>
              <td className="text-right">
                {state === 'in force' && (
                  <GatedButton
                    small
                    kind="danger"
                    refusal={refusal}
                    aria-label={`Revoke key ${key.id}`}
                    onClick={() => onRevoke(key.id)}
                  >
                    Revoke
                  </GatedButton>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Ago({ at, none }: { readonly at: string | null; readonly none: string }) {
  if (at === null) return <span className="text-dim">{none}</span>;
  return <RelativeTime at={Date.parse(at)} ahead />;
}
