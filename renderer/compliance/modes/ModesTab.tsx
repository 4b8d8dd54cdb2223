import { ArrowLeftRight, Scale, Upload } from 'lucide-react';
import { useMemo } from 'react';
import { effectiveModes } from '../../../shared/compliance/enforce.ts';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import type { Output } from '../../../shared/contract/index.ts';
import type { ComplianceMode, OwnFramework } from '../../../shared/entities/index.ts';
import { useEntities } from '../../access/entities.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { refusalOf } from '../../access/rights.ts';
import { useMe } from '../../access/useMe.ts';
import { useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import { Button } from '../../ui/Button.tsx';
import type { KeyHint } from '../../ui/keys.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { Crosswalk } from './Crosswalk.tsx';
import { FrameworkPanel } from './FrameworkPanel.tsx';
import { ImportForm } from './ImportForm.tsx';
import { ModeForm, OffForm } from './ModeForm.tsx';
import { keptText, regionsText } from './modeDraft.ts';
import { FRAMEWORKS, type FrameworkLine } from './modeTable.tsx';

/** For the bar at the foot of the screen. */
export const MODES_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['E'], label: 'set mode' },
  { keys: ['/'], label: 'find' },
];

function linesOf(
  builtIn: Output<'compliance.frameworks'>,
  own: readonly OwnFramework[],
  modes: readonly ComplianceMode[],
): readonly FrameworkLine[] {
  const mode = (id: string) => modes.find((one) => one.id === id) ?? null;
  return [
    ...builtIn.map((one): FrameworkLine => ({ ...one, own: null, mode: mode(one.id) })),
    ...own.map(
      (record): FrameworkLine => ({
        ...{ id: record.id, title: record.framework.title, edition: record.framework.edition },
        controls: record.framework.controls.filter(({ kind }) => kind === 'control').length,
        ...{ own: record, mode: mode(record.id) },
      }),
    ),
  ];
}

/** Compliance modes, frameworks and their crosswalk. */
export function ModesTab({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const me = useMe(orgId);
  const builtIn = useQuery('compliance.frameworks', {});
  const own = useEntities(orgId, 'framework');
  const modes = useEntities(orgId, 'compliance_mode');
  const [view, setView] = useTableView(FRAMEWORKS);
  const lines = useMemo(
    () =>
      builtIn.data === null || own.rows === null || modes.rows === null
        ? null
        : linesOf(builtIn.data, own.rows, modes.rows),
    [builtIn.data, own.rows, modes.rows],
  );
  const open = params.get('open');
  const act = params.get('act');
  const line = lines?.find(({ id }) => id === open) ?? null;
  const back = (): void => setParams({ act: null });
  const shared = { orgId, me, onClose: back };
  if (params.get('view') === 'crosswalk') return <Crosswalk lines={lines ?? []} />;
  const form =
    act === 'import' ? (
      <ImportForm {...shared} taken={new Set((lines ?? []).map(({ id }) => id))} />
    ) : line === null ? null : act === 'mode' ? (
      <ModeForm key={line.id} {...shared} line={line} />
    ) : act === 'off' && line.mode !== null ? (
      <OffForm key={line.id} {...shared} line={line} />
    ) : (
      <FrameworkPanel
        key={line.id}
        orgId={orgId}
        me={me}
        line={line}
        onClose={() => setParams({ open: null, act: null })}
      />
    );
  return (
    <SplitPane
      id="modes"
      detailSize={46}
      list={
        <div className="flex h-full min-h-0 flex-col">
          <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-[18px] py-2">
            <Strictest modes={modes.rows ?? []} />
            <span className="flex-1" />
            <Button icon={ArrowLeftRight} onClick={() => setParams({ view: 'crosswalk', open: null, act: null })}>
              Crosswalk
            </Button>
            <GatedButton
              icon={Upload}
              refusal={refusalOf('framework.create', me)}
              onClick={() => setParams({ act: 'import', open: null })}
            >
              Import framework
            </GatedButton>
          </div>
          <div className="min-h-0 flex-1">
            <DataTable
              table={FRAMEWORKS}
              label="Frameworks"
              rows={lines}
              view={view}
              onView={setView}
              openKey={open}
              onOpen={({ id }) => setParams({ open: id, act: null }, { replace: open !== null })}
              commands={{ e: ({ id }) => setParams({ open: id, act: 'mode' }) }}
              error={builtIn.error ?? own.error ?? modes.error}
              onRetry={() => {
                builtIn.reload();
                own.reload();
                modes.reload();
              }}
              empty={<EmptyState icon={Scale}>No framework of that name.</EmptyState>}
            />
          </div>
        </div>
      }
      detail={form}
    />
  );
}

/** What all modes that are on come to together. */
function Strictest({ modes }: { readonly modes: readonly ComplianceMode[] }) {
  const effective = effectiveModes(modes);
  const on = modes.filter(({ enabled }) => enabled).length;
  if (effective === null) {
    return <p className="text-dim">No mode is on: nothing is demanded of this organization by a framework.</p>;
  }
  const asked = [
    effective.mfa_required ? 'second factor of everybody' : null,
    `data ${regionsText(effective.data_residency)}`,
    `audit log kept ${keptText(effective.audit_log_retention)}`,
    effective.audit_log_retention_max === null ? null : `at most ${keptText(effective.audit_log_retention_max)}`,
    effective.encryption_at_rest || effective.encryption_in_transit ? 'encrypted' : null,
  ].filter((one) => one !== null);
  return (
    <div className="min-w-0">
      <p className="truncate" title={asked.join('; ')}>
        <b className="font-bold">{on === 1 ? 'One mode on' : `${on} modes on`}, the strictest of each holds:</b>{' '}
        {asked.join('; ')}
      </p>
      {effective.conflicts.map((words) => (
        <p key={words} className="text-12 text-warn">
          {words}
        </p>
      ))}
    </div>
  );
}
