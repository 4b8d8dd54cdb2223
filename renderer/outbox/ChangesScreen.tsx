import { CheckCheck, Send } from 'lucide-react';
import { useMemo } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { usePending, usePendingOf } from '../access/pending.ts';
import { useMe } from '../access/useMe.ts';
import { useRunning } from '../app/jobs.ts';
import { useAction } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { call } from '../bridge.ts';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { ChangePanel } from './ChangePanel.tsx';
import { ConflictPanel } from './ConflictPanel.tsx';
import { CHANGES } from './changeTable.tsx';
import { needsPerson } from './entries.ts';
import { useNames } from './useNames.ts';

const KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['S'], label: 'send now' },
  { keys: ['/'], label: 'filter' },
];

/** Changes asked for here that the platform has not carried out: to be sent, in conflict, refused. */
export function ChangesScreen({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const byTarget = usePendingOf(orgId);
  const loaded = usePending((state) => state.byOrg[orgId] !== undefined);
  const entries = useMemo(() => (loaded ? [...byTarget.values()].flat() : null), [byTarget, loaded]);
  const open = useRoute((route) => route.params.get('open'));
  const [view, setView] = useTableView(CHANGES);
  const me = useMe(orgId);
  const nameOf = useNames(orgId);
  const running = useRunning('send-outbox', orgId);
  const send = useAction(async () => {
    await call('outbox.send', { orgId });
    await usePending.getState().load(orgId);
  });
  const waiting = entries?.filter(({ state }) => state === 'waiting').length ?? 0;
  const people = entries?.filter(needsPerson).length ?? 0;
  const refusal =
    waiting === 0
      ? 'Nothing waits to be sent.'
      : me !== null && !me.online
        ? 'The platform cannot be reached now.'
        : null;
  useKeys({ s: () => refusal === null && void send.run(), escape: () => setParams({ open: null }) });
  const entry = entries?.find(({ id }) => id === open);
  return (
    <PageFrame
      title="Changes"
      scope={people === 0 ? org.name : `${org.name} · ${people} for you to decide`}
      keys={KEYS}
      provenance={me !== null && !me.online ? 'Offline: changes wait' : 'Sent in the order they were asked for'}
      actions={
        <GatedButton icon={Send} refusal={refusal} busy={send.busy || running !== null} onClick={() => void send.run()}>
          Send now
        </GatedButton>
      }
    >
      <SplitPane
        id="changes"
        detailSize={46}
        list={
          <DataTable
            table={CHANGES}
            label="Changes"
            rows={entries}
            view={view}
            onView={setView}
            openKey={open}
            onOpen={({ id }) => setParams({ open: id }, { replace: open !== null })}
            isPending={({ state }) => state === 'waiting' || state === 'sending'}
            error={send.error}
            empty={
              <EmptyState icon={CheckCheck}>
                Changes that wait for the platform, met another or were refused appear here. Every change asked for was
                carried out.
              </EmptyState>
            }
          />
        }
        detail={
          entry === undefined ? null : entry.state === 'conflict' ? (
            <ConflictPanel key={entry.id} orgId={orgId} entry={entry} nameOf={nameOf} />
          ) : (
            <ChangePanel key={entry.id} orgId={orgId} entry={entry} nameOf={nameOf} />
          )
        }
      />
    </PageFrame>
  );
}
