import { useState } from 'react';
import type { PersonView } from '../../../shared/contract/privacy.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { useRevision } from '../../access/revision.ts';
import { refusalOf } from '../../access/rights.ts';
import { useAction, useQuery } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, TextInput } from '../../ui/Field.tsx';
import { LongId } from '../../ui/Id.tsx';
import { RelativeTime } from '../../ui/RelativeTime.tsx';
import { Section } from '../../ui/Section.tsx';
import { ErrorState, Skeleton } from '../../ui/States.tsx';
import { useDebounced } from '../../ui/useDebounced.ts';
import { change, type PartProps } from './RequestPanel.tsx';

const REST_MS = 200;

/** Who the request is about: one of the members, present or former. */
export function PersonPart(part: PartProps) {
  const { orgId, request } = part;
  const [searching, setSearching] = useState(false);
  const revision = useRevision(orgId);
  const known = useQuery('privacy.find', request.user_id === null ? null : { orgId, text: request.user_id }, revision);
  const person = known.data?.find(({ userId }) => userId === request.user_id) ?? null;
  if (request.user_id === null || searching) return <Search part={part} onDone={() => setSearching(false)} />;
  return (
    <Section
      title="2. Person"
      aside={
        request.erasure === null && (
          <Button small kind="quiet" onClick={() => setSearching(true)}>
            Somebody else
          </Button>
        )
      }
    >
      {person === null ? (
        <p className="flex flex-wrap items-center gap-2 text-dim">
          {request.erasure === null ? 'Not known in this mirror' : 'No name is known here any more'}
          <LongId value={request.user_id} what="User id" />
        </p>
      ) : (
        <Person person={person} />
      )}
    </Section>
  );
}

function Person({ person: { name, email, present, until } }: { readonly person: PersonView }) {
  return (
    <div className="min-w-0">
      <p className="truncate font-medium">{name || email}</p>
      <p className="text-12 break-words text-dim">
        {email}
        {present ? ', member' : ', membership ended'}
        {until !== null && (
          <>
            {' '}
            <RelativeTime at={until} />
          </>
        )}
      </p>
    </div>
  );
}

function Search({ part, onDone }: { readonly part: PartProps; readonly onDone: () => void }) {
  const { orgId, me } = part;
  const [text, setText] = useState('');
  const asked = useDebounced(text.trim(), REST_MS);
  const found = useQuery('privacy.find', asked.length < 2 ? null : { orgId, text: asked }, useRevision(orgId));
  const choose = useAction(async (userId: string) => {
    await change(part, { user_id: userId }, 'Person set');
    onDone();
  });
  return (
    <Section title="2. Person">
      <Field label="Find among members and former members" hint="Name, e-mail or id; read from this mirror.">
        {(ids) => <TextInput {...ids} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      {found.error && (
        <ErrorState compact error={found.error} kept="The mirror was not changed." onRetry={found.reload} />
      )}
      {found.slow && <Skeleton className="mt-3 w-3/5" />}
      {asked.length >= 2 && found.data?.length === 0 && !found.stale && (
        <p className="mt-2 text-dim">Nobody by that name, e-mail or id. What was erased cannot be found.</p>
      )}
      <ul className="mt-1">
        {asked.length >= 2 &&
          found.data?.map((person) => (
            <li key={person.userId} className="flex items-center gap-3 border-b border-line py-1.5 last:border-0">
              <div className="min-w-0 flex-1">
                <Person person={person} />
              </div>
              <GatedButton
                small
                refusal={refusalOf('data_request.update', me)}
                busy={choose.busy}
                onClick={() => void choose.run(person.userId)}
              >
                Choose
              </GatedButton>
            </li>
          ))}
      </ul>
      {choose.error && <ErrorState compact error={choose.error} kept="The request is as it was." />}
    </Section>
  );
}
