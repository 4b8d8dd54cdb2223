import { Lock } from 'lucide-react';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import type { RetentionState } from '../../../shared/contract/retention.ts';
import { EVENT_CLASSES, type LegalHold, type RetentionPolicy } from '../../../shared/entities/privacy.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor } from '../../access/pending.ts';
import { useRevision } from '../../access/revision.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { useMe } from '../../access/useMe.ts';
import { useAction, useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useBeside } from '../../app/useBeside.ts';
import { Button } from '../../ui/Button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { count, DASH, plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { ErrorState, SkeletonRows } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { useTime } from '../../ui/zone.ts';
import { HoldForm, ReleaseForm } from './HoldForm.tsx';
import { PlanSection } from './PlanSection.tsx';
import { PolicyForm } from './PolicyForm.tsx';
import { CLASS_WORDS, periodText } from './words.ts';

type Open =
  | { readonly what: 'policy'; readonly policy: RetentionPolicy | null }
  | { readonly what: 'hold' }
  | { readonly what: 'release'; readonly hold: LegalHold };

const head = 'py-1 pr-4 text-left text-12 font-medium text-dim';
const cell = 'py-1 pr-4 align-baseline';

/** Retention policies, legal holds and pruning. */
export function RetentionTab({ org: { orgId } }: { readonly org: OrgSummary }) {
  const revision = useRevision(orgId);
  const me = useMe(orgId);
  const { data, error, reload } = useQuery('retention.state', { orgId }, revision);
  const params = useRoute((route) => route.params);
  const close = (): void => setParams({ act: null, open: null });
  useKeys({ Escape: close });
  if (error !== null && data === null) return <ErrorState error={error} onRetry={reload} />;
  if (data === null) return <SkeletonRows />;
  const workspaces = data.effective.flatMap(({ workspace }) => (workspace === null ? [] : [workspace]));
  const inForce = data.holds.filter(({ released_at }) => released_at === null);
  const open = openOf(params, data);
  const setOpen = (next: Open): void =>
    setParams({
      act: next.what,
      open: next.what === 'policy' ? (next.policy?.id ?? null) : next.what === 'release' ? next.hold.id : null,
    });
  const detail =
    open === null ? null : open.what === 'policy' ? (
      <PolicyForm
        key={open.policy?.id ?? 'new'}
        {...{ orgId, me, workspaces, floor: data.floor, policy: open.policy, onClose: close }}
      />
    ) : open.what === 'hold' ? (
      <HoldForm {...{ orgId, me, workspaces, onClose: close }} />
    ) : (
      <ReleaseForm key={open.hold.id} {...{ orgId, me, hold: open.hold, onClose: close }} />
    );
  const parts = { orgId, me, state: data, onOpen: setOpen };
  const list = (
    <div className="h-full overflow-y-auto px-[18px] pb-8">
      {inForce.length > 0 && (
        <p role="status" className="mt-3 flex items-center gap-2 border-l-2 border-warn py-1 pl-2.5">
          <Lock size={16} strokeWidth={1.75} className="shrink-0 text-warn" aria-hidden />
          {plural(inForce.length, 'legal hold')} in force: what {inForce.length === 1 ? 'it covers' : 'they cover'} is
          neither pruned nor erased.
        </p>
      )}
      <Policies {...parts} />
      <Matrix state={data} />
      <Holds {...parts} />
      <PlanSection {...{ orgId, me, state: data, revision }} />
      <Prunings state={data} />
    </div>
  );
  return <SplitPane id="retention" list={list} detail={detail} />;
}

/** What the address says stands beside the list; null where it names nothing there is. */
function openOf(params: URLSearchParams, { policies, holds }: RetentionState): Open | null {
  const id = params.get('open');
  switch (params.get('act')) {
    case 'policy': {
      const policy = policies.find((one) => one.id === id) ?? null;
      return id !== null && policy === null ? null : { what: 'policy', policy };
    }
    case 'hold':
      return { what: 'hold' };
    case 'release': {
      const hold = holds.find((one) => one.id === id);
      return hold === undefined ? null : { what: 'release', hold };
    }
    default:
      return null;
  }
}

interface PartProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly state: RetentionState;
  readonly onOpen: (open: Open) => void;
}

function Policies({ orgId, me, state, onOpen }: PartProps) {
  const remove = useAction(async (policy: RetentionPolicy) => {
    const command = { type: 'retention_policy.delete', id: policy.id } as const;
    await askFor(orgId, [{ command, before: { ...policy } }], `${policy.name} removed`);
  });
  const beside = useBeside();
  const names = new Map(state.effective.map(({ workspace }) => [workspace?.id, workspace?.name]));
  return (
    <Section
      title="Retention policies"
      aside={
        <GatedButton
          {...(beside ? {} : { kind: 'primary' as const })}
          refusal={refusalOf('retention_policy.create', me)}
          onClick={() => onOpen({ what: 'policy', policy: null })}
        >
          New policy
        </GatedButton>
      }
    >
      {state.policies.length === 0 && (
        <p className="text-dim">Without a policy the audit log is kept for ever: nothing is pruned.</p>
      )}
      {state.policies.length > 0 && (
        <table className="w-full">
          <thead>
            <tr>
              {['Policy', 'Events', 'Kept at least', 'No longer than', 'Basis', ''].map((title) => (
                <th key={title} className={head}>
                  {title === '' ? <span className="sr-only">Actions</span> : title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {state.policies.map((policy) => (
              <tr key={policy.id} className="border-t border-line">
                <th scope="row" className={`${cell} max-w-64 text-left font-medium break-words`}>
                  {policy.name}
                </th>
                <td className={cell}>
                  {policy.event_class === null ? 'all' : CLASS_WORDS[policy.event_class]}
                  {policy.workspace_id === null ? '' : ` in ${names.get(policy.workspace_id) ?? policy.workspace_id}`}
                </td>
                <td className={cell}>{periodText(policy.keep)}</td>
                <td className={cell}>{policy.max === null ? DASH : periodText(policy.max)}</td>
                <td className={cell} title={policy.purpose}>
                  {policy.basis} {policy.citation}
                </td>
                <td className="flex justify-end gap-1.5 py-0.5">
                  <Button onClick={() => onOpen({ what: 'policy', policy })} aria-label={`Change ${policy.name}`}>
                    Change
                  </Button>
                  <GatedButton
                    refusal={refusalOf('retention_policy.delete', me)}
                    onClick={() => void remove.run(policy)}
                    aria-label={`Remove ${policy.name}`}
                  >
                    Remove
                  </GatedButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {remove.error && <ErrorState compact error={remove.error} kept="The policy stands." />}
    </Section>
  );
}

/** Which policy holds for each class of events, workspace by workspace. */
function Matrix({ state }: { readonly state: RetentionState }) {
  const byId = new Map(state.policies.map((policy) => [policy.id, policy]));
  if (state.policies.length === 0) return null;
  return (
    <Section title="What holds where">
      <div className="overflow-x-auto">
        <table className="w-full">
          <thead>
            <tr>
              <th className={head}>Workspace</th>
              {EVENT_CLASSES.map((one) => (
                <th key={one} className={head}>
                  {CLASS_WORDS[one]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {state.effective.map(({ workspace, policies }) => (
              <tr key={workspace?.id ?? ''} className="border-t border-line">
                <th scope="row" className={`${cell} text-left font-medium`}>
                  {workspace?.name ?? 'Outside of any'}
                </th>
                {EVENT_CLASSES.map((one) => {
                  const policy = byId.get(policies[one] ?? '');
                  return (
                    <td key={one} className={cell} title={policy?.name}>
                      {policy === undefined ? (
                        <span className="text-dim">for ever</span>
                      ) : (
                        <span className="font-mono text-12">{policy.keep}</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function scopeOf({ workspaces, subjects, from, to }: LegalHold): string {
  const days = from === null && to === null ? 'any day' : `${from ?? 'the beginning'} to ${to ?? 'no end'}`;
  const where = workspaces === null ? 'every workspace' : plural(workspaces.length, 'workspace');
  return `${where}, ${subjects === null ? 'everybody' : plural(subjects.length, 'person', 'people')}, ${days}`;
}

function Holds({ me, state, onOpen }: PartProps) {
  return (
    <Section
      title="Legal holds"
      aside={
        <GatedButton refusal={refusalOf('legal_hold.create', me)} onClick={() => onOpen({ what: 'hold' })}>
          Place hold
        </GatedButton>
      }
    >
      {state.holds.length === 0 && <p className="text-dim">No hold was ever placed.</p>}
      <ul>
        {state.holds.map((hold) => (
          <li key={hold.id} className="flex flex-wrap items-center justify-between gap-2 border-t border-line py-1.5">
            <span className="min-w-0 break-words">
              <b className="font-medium">{hold.name}</b>{' '}
              <span className="text-dim">
                {hold.matter}: {scopeOf(hold)}
              </span>
            </span>
            {hold.released_at === null ? (
              <GatedButton
                refusal={refusalOf('legal_hold.release', me)}
                onClick={() => onOpen({ what: 'release', hold })}
                aria-label={`Release ${hold.name}`}
              >
                Release
              </GatedButton>
            ) : (
              <span className="text-dim">
                released {hold.released_at.slice(0, 10)}: {hold.release_reason}
              </span>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

const PROOF = {
  proven: ['ok', 'proven by this mirror’s own hashes'],
  waiting: ['warn', 'not followed yet: sync'],
  gone: ['none', 'its event was pruned later; that pruning stands for it'],
} as const;

function Prunings({ state }: { readonly state: RetentionState }) {
  const time = useTime();
  return (
    <Section title="Prunings">
      {state.prunings.length === 0 && <p className="text-dim">Nothing was ever pruned.</p>}
      {state.begin > 0 && (
        <p className="mb-1">
          {plural(state.begin, 'event')} at the beginning of the log are gone; their hashes are kept.
        </p>
      )}
      <ul>
        {state.prunings.map((pruning) => {
          const [tone, words] = PROOF[pruning.proof];
          return (
            <li key={pruning.id} className="flex flex-wrap items-baseline gap-x-4 border-t border-line py-1.5">
              <span>{time.minute(Date.parse(pruning.at))}</span>
              <span className="tabular-nums">
                {count(pruning.to - pruning.from)} whole, {count(pruning.shredded)} disclosures only
              </span>
              <span className="text-dim">event {count(pruning.event_seq)}</span>
              <Verdict tone={tone}>{words}</Verdict>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
