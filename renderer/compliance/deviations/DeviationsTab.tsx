import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { useRevision } from '../../access/revision.ts';
import { useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useBeside } from '../../app/useBeside.ts';
import { type KeyHint, useKeys } from '../../ui/keys.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { AsOf, PastBanner } from '../checklist/AsOf.tsx';
import { gate, type Scene, useScene } from '../checklist/scene.ts';
import {
  approvalRefusal,
  changeRefusal,
  closingRefusal,
  reopen,
  reopeningRefusal,
  revocationRefusal,
  unless,
} from './acts.ts';
import { Beside } from './Beside.tsx';
import { DeviationList } from './DeviationList.tsx';
import { EXCEPTION_FACETS, FILTER_FIELDS, FINDING_FACETS } from './facets.ts';
import { type ExceptionLine, exceptionLines, type FindingLine, findingLines } from './lines.ts';
import { EXCEPTIONS, FINDINGS } from './tables.tsx';

/** For the bar at the foot of the screen. */
export const DEVIATIONS_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['S'], label: 'findings, exceptions' },
  { keys: ['N'], label: 'new' },
  { keys: ['E'], label: 'change' },
  { keys: ['A'], label: 'approve' },
  { keys: ['R'], label: 'close, open again, revoke' },
  { keys: ['/'], label: 'find' },
];

type List = 'findings' | 'exceptions';

/** The other list begins without what narrowed this one; the day on show stays. */
function show(list: List): void {
  setParams({
    ...Object.fromEntries(FILTER_FIELDS.map((field) => [field, null])),
    ...{ list: list === 'findings' ? null : list, q: null, sort: null, open: null, act: null },
  });
}

/** Findings and exceptions across all controls: what deviates, who mends or accepts it, until when. */
export function DeviationsTab({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const revision = useRevision(orgId);
  const at = params.get('at');
  const scene = useScene(orgId, at);
  const list: List = params.get('list') === 'exceptions' ? 'exceptions' : 'findings';
  const { data, error, reload } = useQuery('compliance.deviations', { orgId, at }, revision);
  const overview = useQuery('compliance.overview', { orgId, at }, revision);
  const frameworks = overview.data?.frameworks ?? [];
  const findings = useMemo(() => (data === null ? null : findingLines(data, scene.nameOf)), [data, scene.nameOf]);
  const exceptions = useMemo(() => (data === null ? null : exceptionLines(data, scene.nameOf)), [data, scene.nameOf]);
  const creating = gate(scene, list === 'findings' ? 'finding.create' : 'control_exception.create');
  const act = params.get('act');
  useKeys({
    s: () => show(list === 'findings' ? 'exceptions' : 'findings'),
    n: () => unless(creating, 'Not begun', () => setParams({ act: 'new', open: null })),
    escape: () => setParams(act === null ? { open: null } : { act: null }),
  });
  if (error !== null && data === null) return <ErrorState error={error} kept="Nothing was changed." onRetry={reload} />;
  const shared = { scene, frameworks, error, onRetry: reload };
  return (
    <SplitPane
      id="deviations"
      detailSize={42}
      list={
        <div className="flex h-full min-h-0 flex-col">
          {at !== null && <PastBanner at={at} basis={data?.basis ?? null} />}
          <Bar
            {...{ scene, list, creating }}
            findings={findings?.filter(({ view }) => view.finding.status === 'open').length ?? null}
            exceptions={exceptions?.filter(({ state }) => state === 'asked').length ?? null}
          />
          <div className="min-h-0 flex-1">
            {list === 'findings' ? (
              <DeviationList
                {...{ ...shared, table: FINDINGS, label: 'Findings', lines: findings, facets: FINDING_FACETS }}
                commands={findingCommands(scene)}
                none="No finding was recorded. What an assessment or a check shows to be wrong is recorded here and followed until it is mended."
                creating={creating}
                create="Record finding"
              />
            ) : (
              <DeviationList
                {...{ ...shared, table: EXCEPTIONS, label: 'Exceptions', lines: exceptions, facets: EXCEPTION_FACETS }}
                commands={exceptionCommands(scene)}
                none="No exception was asked for. A control that cannot be met for a while gets one here, with an end, by a second person's approval."
                creating={creating}
                create="Ask for exception"
              />
            )}
          </div>
        </div>
      }
      detail={
        act === 'new' || params.get('open') !== null ? (
          <Beside {...{ scene, frameworks, list, findings, exceptions }} />
        ) : null
      }
    />
  );
}

const begin = (open: string, name: string) => () => setParams({ open, act: name });

const findingCommands = (scene: Scene) => ({
  e: ({ id, view }: FindingLine) => unless(changeRefusal(scene, view.finding), 'Not changed', begin(id, 'change')),
  r: ({ id, view: { finding } }: FindingLine) =>
    finding.status === 'open'
      ? unless(closingRefusal(scene, finding), 'Not closed', begin(id, 'close'))
      : unless(reopeningRefusal(scene, finding), 'Not opened', () => reopen(scene.orgId, finding)),
});

const exceptionCommands = (scene: Scene) => ({
  a: ({ id, view }: ExceptionLine) =>
    unless(approvalRefusal(scene, view.exception), 'Not approved', begin(id, 'approve')),
  r: ({ id, view }: ExceptionLine) =>
    unless(revocationRefusal(scene, view.exception), 'Not revoked', begin(id, 'revoke')),
});

interface BarProps {
  readonly scene: Scene;
  readonly list: List;
  /** Open findings; null while loading. */
  readonly findings: number | null;
  /** Exceptions that wait for approval. */
  readonly exceptions: number | null;
  readonly creating: string | null;
}

function Bar({ scene, list, findings, exceptions, creating }: BarProps) {
  const beside = useBeside();
  const choices = [
    ['findings', 'Findings', findings === null ? '' : `${findings} open`],
    ['exceptions', 'Exceptions', exceptions === null ? '' : `${exceptions} asked`],
  ] as const;
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-[18px] py-2">
      <fieldset className="flex items-center rounded border border-line" aria-label="Which list">
        {choices.map(([name, label, note]) => (
          <button
            key={name}
            type="button"
            aria-pressed={list === name}
            onClick={() => list !== name && show(name)}
            className="flex h-[26px] items-center gap-1.5 rounded px-2.5 font-medium text-dim hover:bg-hover aria-pressed:bg-accent-tint aria-pressed:text-accent"
          >
            {label}
            {note !== '' && <span className="tnum text-12 font-normal">{note}</span>}
          </button>
        ))}
      </fieldset>
      <AsOf at={scene.at} />
      <span className="flex-1" />
      <GatedButton
        icon={Plus}
        kind={beside ? 'plain' : 'primary'}
        refusal={creating}
        onClick={() => setParams({ act: 'new', open: null })}
      >
        {list === 'findings' ? 'Record finding' : 'Ask for exception'}
      </GatedButton>
    </div>
  );
}
