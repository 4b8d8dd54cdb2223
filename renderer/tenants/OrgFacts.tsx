import { ArrowRightLeft, LogIn, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Member, Organization } from '../../shared/entities/index.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { memberName } from '../access/people.ts';
import { setParams } from '../app/router.ts';
import { LongId } from '../ui/Id.tsx';
import { count, DASH } from '../ui/numbers.ts';
import { Verdict } from '../ui/Verdict.tsx';
import type { OrgUse } from './use.ts';

interface OrgFactsProps {
  readonly organization: Organization;
  readonly members: readonly Member[] | null;
  readonly use: OrgUse | null;
  readonly editRefusal: string | null;
  readonly handOverRefusal: string | null;
  readonly ssoRefusal: string | null;
}

/** What the organization is, over its workspaces. */
export function OrgFacts(props: OrgFactsProps) {
  const { organization, members, use, editRefusal, handOverRefusal, ssoRefusal } = props;
  const owner = members?.find(({ user_id }) => user_id === organization.owner_id);
  return (
    <section aria-label="Organization" className="shrink-0 border-b border-line bg-panel px-[18px] pt-3 pb-3.5">
      <div className="mb-2.5 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="min-w-0 truncate text-15 font-bold" title={organization.name}>
          {organization.name}
        </h2>
        <LongId value={organization.id} what="Organization id" head={20} className="whitespace-nowrap text-dim" />
        <div className="ml-auto flex flex-wrap gap-2">
          <GatedButton
            small
            icon={LogIn}
            refusal={ssoRefusal}
            onClick={() => setParams({ ws: null, new: null, edit: 'sso' })}
          >
            Single sign-on
          </GatedButton>
          <GatedButton
            small
            icon={ArrowRightLeft}
            refusal={handOverRefusal}
            onClick={() => setParams({ ws: null, new: null, edit: 'owner' })}
          >
            Transfer ownership
          </GatedButton>
          <GatedButton
            small
            icon={Pencil}
            refusal={editRefusal}
            onClick={() => setParams({ ws: null, new: null, edit: 'organization' })}
          >
            Edit organization
          </GatedButton>
        </div>
      </div>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(148px,1fr))] gap-x-5 gap-y-2">
        <Fact name="Owner">{owner === undefined ? DASH : memberName(owner)}</Fact>
        <Fact name="Tier">{organization.subscription_tier}</Fact>
        <Fact name="Region">{organization.region}</Fact>
        <Fact name="Time zone">{organization.time_zone}</Fact>
        <Fact name="Second factor">
          {organization.mfa_required ? (
            <Verdict tone="ok">required</Verdict>
          ) : (
            <Verdict tone="none">not required</Verdict>
          )}
        </Fact>
        <Fact name="Threads, all workspaces">
          {use === null ? (
            DASH
          ) : (
            <>
              {count(use.threads.used)} <span className="text-dim">of {count(use.threads.max)}</span>
            </>
          )}
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-12 text-dim">{name}</dt>
      <dd className="tnum truncate font-medium">{children}</dd>
    </div>
  );
}
