import { FileCheck2, Inbox, Plus } from 'lucide-react';
import { type DragEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import type { Output } from '../../../shared/contract/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { useRevision } from '../../access/revision.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { useMe } from '../../access/useMe.ts';
import { type QueryState, useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import { useBeside } from '../../app/useBeside.ts';
import { Chip } from '../../ui/Chip.tsx';
import { useKeys } from '../../ui/keys.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { AddForm } from './AddForm.tsx';
import { EvidencePanel } from './EvidencePanel.tsx';
import { type Chosen, ofPage } from './FileDrop.tsx';
import { RequestForm } from './RequestForm.tsx';
import { RequestPanel } from './RequestPanel.tsx';
import { EVIDENCE, type NamedRequest, REQUESTS } from './tables.tsx';

const CLOSED = { open: null, act: null };
const LOADING: Output<'evidence.list'> = { day: '', evidence: [], requests: [], controls: [], people: [] };

interface ViewProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly list: QueryState<Output<'evidence.list'>>;
  readonly chips: ReactNode;
}

/** Evidence, and the requests for it. A file dropped or an image pasted on the list begins a new piece. */
export function EvidenceTab({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const me = useMe(orgId);
  const params = useRoute((route) => route.params);
  const list = useQuery('evidence.list', { orgId }, useRevision(orgId));
  const requests = params.get('view') === 'requests';
  const overdue = list.data?.requests.filter((row) => row.overdue).length ?? 0;
  const action = requests ? 'evidence_request.create' : 'evidence.create';
  const refusal = refusalOf(action, me);
  const beside = useBeside();
  const onNew = (): void => setParams({ open: null, act: 'new' });
  useKeys({
    n: () => refusal === null && onNew(),
    v: () => setParams({ ...CLOSED, q: null, sort: null, view: requests ? null : 'requests' }),
    escape: () => setParams(CLOSED),
  });
  const show = (view: string | null) => () => setParams({ ...CLOSED, q: null, sort: null, view });
  const chips = (
    <>
      <Chip label="Evidence" active={!requests} aria-pressed={!requests} onClick={show(null)} />
      <Chip
        label="Requests"
        {...(overdue > 0 ? { value: `${overdue} overdue` } : {})}
        active={requests}
        aria-pressed={requests}
        onClick={show('requests')}
      />
      <GatedButton small icon={Plus} kind={beside ? 'plain' : 'primary'} refusal={refusal} onClick={onNew}>
        {requests ? 'Request evidence' : 'Add evidence'}
      </GatedButton>
    </>
  );
  const View = requests ? RequestsView : EvidenceView;
  return <View orgId={orgId} me={me} list={list} chips={chips} />;
}

function EvidenceView({ orgId, me, list, chips }: ViewProps) {
  const params = useRoute((route) => route.params);
  const [view, setView] = useTableView(EVIDENCE);
  const [dropped, setDropped] = useState<Chosen | null>(null);
  const data = list.data ?? LOADING;
  const open = params.get('open');
  const act = params.get('act');
  const row = data.evidence.find(({ evidence }) => evidence.id === open);
  const begin = (file: File | undefined): void => {
    if (file === undefined) return;
    setDropped(ofPage(file));
    setParams({ open: null, act: 'new' });
  };
  usePastedImage(act === 'new' ? null : begin);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    begin(event.dataTransfer.files[0]);
  };
  const detail =
    act === 'new' && list.data !== null ? (
      <AddForm
        key={dropped?.name ?? ''}
        {...{ orgId, me, dropped }}
        day={data.day}
        controls={data.controls}
        onClose={(id) => {
          setDropped(null);
          setParams({ act: null, open: id });
        }}
      />
    ) : row === undefined ? null : (
      <EvidencePanel key={row.evidence.id} {...{ orgId, me, row }} onClose={() => setParams(CLOSED)} />
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the pointer; the form does the same by keyboard
    <div className="h-full min-h-0" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <SplitPane
        id="evidence"
        detailSize={40}
        list={
          <DataTable
            table={EVIDENCE}
            label="Evidence"
            rows={list.data === null ? null : data.evidence}
            view={view}
            onView={setView}
            openKey={open}
            onOpen={({ evidence }) => setParams({ act: null, open: evidence.id }, { replace: open !== null })}
            isPending={({ pending }) => pending !== null}
            chips={chips}
            error={list.error}
            onRetry={list.reload}
            empty={
              <EmptyState icon={FileCheck2}>
                Evidence appears here once it is added: drop a file, paste an image, or keep an answer of this mirror.
              </EmptyState>
            }
          />
        }
        detail={detail}
      />
    </div>
  );
}

function RequestsView({ orgId, me, list, chips }: ViewProps) {
  const params = useRoute((route) => route.params);
  const [view, setView] = useTableView(REQUESTS);
  const data = list.data ?? LOADING;
  const rows = useMemo(() => (list.data === null ? null : named(list.data)), [list.data]);
  const open = params.get('open');
  const act = params.get('act');
  const row = data.requests.find(({ request }) => request.id === open);
  const close = (id: string | null): void => setParams({ act: null, open: id });
  const form = (act === 'new' || (act === 'edit' && row !== undefined)) && list.data !== null;
  const detail = form ? (
    <RequestForm key={act} {...{ orgId, me, data }} request={act === 'edit' ? row!.request : null} onClose={close} />
  ) : row === undefined ? null : (
    <RequestPanel
      key={`${row.request.id} ${row.request.version} ${row.request.state}`}
      {...{ orgId, me, data, row }}
      onEdit={() => setParams({ act: 'edit' })}
      onClose={() => setParams(CLOSED)}
    />
  );
  return (
    <SplitPane
      id="evidence-requests"
      detailSize={40}
      list={
        <DataTable
          table={REQUESTS}
          label="Requests for evidence"
          rows={rows}
          view={view}
          onView={setView}
          openKey={open}
          onOpen={({ request }) => setParams({ act: null, open: request.id }, { replace: open !== null })}
          isPending={({ pending }) => pending !== null}
          chips={chips}
          error={list.error}
          onRetry={list.reload}
          empty={
            <EmptyState icon={Inbox}>What somebody is asked to provide stands here, with the day it is due.</EmptyState>
          }
        />
      }
      detail={detail}
    />
  );
}

const named = ({ requests, people }: Output<'evidence.list'>): NamedRequest[] =>
  requests.map((row) => ({
    ...row,
    assignee: people.find(({ userId }) => userId === row.request.assignee_id)?.name ?? row.request.assignee_id,
  }));

/** Calls with an image that is pasted while nothing that takes text has the focus. Null: not now. */
function usePastedImage(take: ((file: File) => void) | null): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const image = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
      if (image !== undefined) latest.current?.(image);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, []);
}
