import { useState } from 'react';
import type { Output } from '../../shared/contract/index.ts';
import { useOrgs } from '../app/orgs.ts';
import { setParams, useRoute } from '../app/router.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { PinStep } from './PinStep.tsx';
import { SignInAgain } from './SignInAgain.tsx';
import { SignInStep } from './SignInStep.tsx';
import { SsoStep } from './SsoStep.tsx';

export type Draft = Output<'connections.begin'>;

/** Connect a platform in two steps: sign in, then pin log keys. With `?again=<connection>` it signs in again instead, with `?by=sso` by the organization's identity provider. */
export function ConnectScreen() {
  const again = useRoute((route) => route.params.get('again'));
  const connection = useOrgs((state) => state.connections.find((each) => each.id === again)) ?? null;
  const bySso = useRoute((route) => route.params.get('by') === 'sso');
  const [draft, setDraft] = useState<Draft | null>(null);
  const title = connection === null ? 'Connect a platform' : 'Sign in again';
  const scope =
    connection === null ? (draft === null ? 'Step 1 of 2 · sign in' : 'Step 2 of 2 · pin log keys') : connection.url;
  return (
    <PageFrame title={title} scope={scope}>
      <div className="h-full overflow-y-auto">
        <div className="max-w-3xl px-[18px] py-6">
          {connection !== null ? (
            <SignInAgain key={connection.id} connection={connection} />
          ) : draft !== null ? (
            <PinStep draft={draft} onBack={() => setDraft(null)} />
          ) : bySso ? (
            <SsoStep onDraft={setDraft} onPassword={() => setParams({ by: null })} />
          ) : (
            <SignInStep onDraft={setDraft} onSso={() => setParams({ by: 'sso' })} />
          )}
        </div>
      </div>
    </PageFrame>
  );
}
