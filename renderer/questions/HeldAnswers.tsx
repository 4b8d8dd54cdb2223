import type { AccessQuestion, EffectiveGrant } from '../../shared/contract/access.ts';
import { PathLine } from '../access/PathLine.tsx';
import { useRevision } from '../access/revision.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useQuery } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { Button } from '../ui/Button.tsx';
import { count, plural } from '../ui/numbers.ts';
import { Instant } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTime } from '../ui/zone.ts';
import { AnswerFrame } from './AnswerFrame.tsx';
import { holderKey } from './questions.ts';
import { HELD, WHO } from './tables.tsx';
import { useNamed } from './useNamed.ts';
import { scopeCell } from './words.ts';

/** Rows asked for at once; the contract's bound. The export has the rest. */
const MOST = 5_000;

type Question<Q extends AccessQuestion['question']> = Extract<AccessQuestion, { question: Q }>;

/** `now`, or the day. */
function useWhen(at: number | null): string {
  const time = useTime();
  return at === null ? 'now' : `at the end of ${time.date(at)} ${time.label}`;
}

/** Shows the detail of a row, or closes it. */
export const openRow = (key: string | null): void => setParams({ open: key }, { replace: true });

interface WhoProps {
  readonly orgId: string;
  readonly question: Question<'who'>;
}

/** Who holds a permission. */
export function WhoAnswer({ orgId, question }: WhoProps) {
  const { permission, at } = question;
  const query = useNamed(
    useQuery('access.who', { orgId, permission, at, limit: MOST }, useRevision(orgId)),
    (data, ways) => ({ ...data, rows: data.rows.map((row) => ({ ...row, paths: ways(row.paths) })) }),
  );
  const [view, setView] = useTableView(WHO);
  const open = useRoute((route) => route.params.get('open'));
  const when = useWhen(at);
  return (
    <AnswerFrame
      orgId={orgId}
      question={question}
      query={query}
      summary={({ total }) => (
        <>
          {total === 0 ? 'Nobody holds' : `${plural(total, 'holder has', 'holders have')}`}{' '}
          <span className="mono">{permission}</span> {when}
          {total > MOST && `; the first ${count(MOST)} are shown, the export has all`}.
        </>
      )}
    >
      {({ rows }) => {
        const row = rows.find(({ holder }) => holderKey(holder) === open);
        return (
          <SplitPane
            id="access-who"
            detailSize={38}
            list={
              <DataTable
                table={WHO}
                label="Holders"
                rows={rows}
                view={view}
                onView={setView}
                openKey={open}
                onOpen={({ holder }) => openRow(holderKey(holder))}
                empty={<Nothing>Nobody holds this permission {when}.</Nothing>}
              />
            }
            detail={
              row === undefined ? null : (
                <GrantPanel title={row.holder.name} about={row.holder.detail} grant={row}>
                  <Button
                    small
                    onClick={() =>
                      setParams({ ask: 'holder', holder: holderKey(row.holder), open: null, q: null, sort: null })
                    }
                  >
                    Everything {row.holder.name} can do
                  </Button>
                </GrantPanel>
              )
            }
          />
        );
      }}
    </AnswerFrame>
  );
}

interface HeldProps {
  readonly orgId: string;
  readonly question: Question<'effective'>;
}

/** What one holder holds. */
export function HeldAnswer({ orgId, question }: HeldProps) {
  const { holder, at } = question;
  const query = useNamed(useQuery('access.effective', { orgId, holder, at }, useRevision(orgId)), (data, ways) => ({
    ...data,
    grants: data.grants.map((grant) => ({ ...grant, paths: ways(grant.paths) })),
  }));
  const [view, setView] = useTableView(HELD);
  const open = useRoute((route) => route.params.get('open'));
  const when = useWhen(at);
  return (
    <AnswerFrame
      orgId={orgId}
      question={question}
      query={query}
      summary={({ holder: found, grants }) =>
        `${found.name} ${at === null ? 'holds' : 'held'} ${plural(grants.length, 'permission')} ${when} (${found.status}).`
      }
    >
      {({ grants }) => {
        const grant = grants.find(({ permission }) => permission === open);
        return (
          <SplitPane
            id="access-held"
            detailSize={38}
            list={
              <DataTable
                table={HELD}
                label="Permissions held"
                rows={grants}
                view={view}
                onView={setView}
                openKey={open}
                onOpen={({ permission }) => openRow(permission)}
                empty={<Nothing>No permission was held {when}.</Nothing>}
              />
            }
            detail={
              grant === undefined ? null : (
                <GrantPanel title={<span className="mono text-15">{grant.permission}</span>} grant={grant}>
                  <Button
                    small
                    onClick={() =>
                      setParams({ ask: 'who', permission: grant.permission, open: null, q: null, sort: null })
                    }
                  >
                    Who else can
                  </Button>
                </GrantPanel>
              )
            }
          />
        );
      }}
    </AnswerFrame>
  );
}

interface GrantPanelProps {
  readonly title: React.ReactNode;
  readonly about?: string;
  readonly grant: Pick<EffectiveGrant, 'scopes' | 'paths' | 'lastUsedAt' | 'uses'>;
  readonly children: React.ReactNode;
}

/** One permission of one holder: every way, and its use. */
function GrantPanel({ title, about, grant, children }: GrantPanelProps) {
  const { scopes, paths, lastUsedAt, uses } = grant;
  return (
    <SidePanel title={title} about={about} onClose={() => openRow(null)}>
      <Section title={plural(paths.length, 'way')}>
        <ul className="flex flex-col gap-1">
          {paths.map((path) => (
            <li key={`${path.text} ${path.scope}`}>
              <PathLine path={path} />
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Use">
        <KeyValues>
          <KeyValue name="Scope">{scopeCell(scopes)}</KeyValue>
          <KeyValue name="Last used">
            {lastUsedAt === null ? 'never, by the log' : <Instant at={lastUsedAt} />}
          </KeyValue>
          <KeyValue name="Uses">{count(uses)} in the log</KeyValue>
        </KeyValues>
      </Section>
      <div className="mt-3 flex gap-2">{children}</div>
    </SidePanel>
  );
}

/** In place of rows where the answer has none. */
export function Nothing({ children }: { readonly children: React.ReactNode }) {
  return <p className="p-8 text-center text-dim">{children}</p>;
}
