import { ArrowRight, History } from 'lucide-react';
import type { AccessChange, AccessQuestion } from '../../shared/contract/access.ts';
import type { Output } from '../../shared/contract/index.ts';
import { PathLine } from '../access/PathLine.tsx';
import { useRevision } from '../access/revision.ts';
import { useNamedWay } from '../access/roleNames.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useQuery } from '../app/query.ts';
import { navigate, setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { Button } from '../ui/Button.tsx';
import { count, plural } from '../ui/numbers.ts';
import { Progress } from '../ui/Progress.tsx';
import { Section } from '../ui/Section.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState, ErrorState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useSlow } from '../ui/useSlow.ts';
import { useTime } from '../ui/zone.ts';
import { AnswerFrame } from './AnswerFrame.tsx';
import { ChangeVerdict } from './cells.tsx';
import { Nothing, openRow } from './HeldAnswers.tsx';
import { holderKey } from './questions.ts';
import { CHANGES, REPLAYED, UNUSED, type UnusedRow } from './tables.tsx';
import { useNamed } from './useNamed.ts';
import { type ReplayWork, useReplay } from './useReplay.ts';

const MOST = 5_000;

type Question<Q extends AccessQuestion['question']> = Extract<AccessQuestion, { question: Q }>;

interface DiffProps {
  readonly orgId: string;
  readonly question: Question<'diff'>;
}

/** What was gained and lost between two days. */
export function DiffAnswer({ orgId, question }: DiffProps) {
  const { from, to } = question;
  const query = useNamed(
    useQuery('access.diff', { orgId, from, to, limit: MOST }, useRevision(orgId)),
    (data, ways) => ({
      ...data,
      rows: data.rows.map((row) => ({ ...row, before: ways(row.before), after: ways(row.after) })),
    }),
  );
  const [view, setView] = useTableView(CHANGES);
  const open = useRoute((route) => route.params.get('open'));
  return (
    <AnswerFrame
      orgId={orgId}
      question={question}
      query={query}
      summary={({ total, gained, lost }) =>
        total === 0
          ? 'Nobody’s access changed.'
          : `${plural(gained, 'permission')} gained, ${count(lost)} lost, ${count(total - gained - lost)} kept through another way${total > MOST ? `; the first ${count(MOST)} are shown, the export has all` : ''}.`
      }
    >
      {({ rows }) => {
        const change = rows.find((row) => CHANGES.rowKey(row) === open);
        return (
          <SplitPane
            id="access-diff"
            detailSize={38}
            list={
              <DataTable
                table={CHANGES}
                label="Changes of access"
                rows={rows}
                view={view}
                onView={setView}
                openKey={open}
                onOpen={(row) => openRow(CHANGES.rowKey(row))}
                empty={<Nothing>No access changed between these days.</Nothing>}
              />
            }
            detail={change === undefined ? null : <ChangePanel change={change} />}
          />
        );
      }}
    </AnswerFrame>
  );
}

function ChangePanel({ change }: { readonly change: AccessChange }) {
  const side = (title: string, paths: AccessChange['before']) => (
    <Section title={title}>
      {paths.length === 0 ? (
        <p className="text-dim">Not held.</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {paths.map((path) => (
            <li key={`${path.text} ${path.scope}`}>
              <PathLine path={path} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
  return (
    <SidePanel
      title={<span className="mono text-15">{change.permission}</span>}
      about={
        <>
          {change.holder.name} · {change.holder.detail} <ChangeVerdict change={change.change} />
        </>
      }
      onClose={() => openRow(null)}
    >
      {side('Before', change.before)}
      {side('After', change.after)}
    </SidePanel>
  );
}

interface ReplayProps {
  readonly orgId: string;
  readonly question: Question<'replay'>;
}

/** Real events against another role or other grants. */
export function ReplayAnswer({ orgId, question }: ReplayProps) {
  const { question: _kind, ...input } = question;
  const work = useReplay({ orgId, ...input, limit: MOST });
  const { query } = work;
  const [view, setView] = useTableView(REPLAYED);
  const unanswered = query.stale || query.data === null;
  if (unanswered && (work.job !== null || work.cancelled || work.error !== null)) return <ReplayUnderWay work={work} />;
  return (
    <AnswerFrame orgId={orgId} question={question} query={query} summary={(data) => <ReplayCounts counts={data} />}>
      {({ rows }) => (
        <DataTable
          table={REPLAYED}
          label="Events that would differ"
          rows={rows}
          view={view}
          onView={setView}
          onOpen={({ seq }) => navigate({ screen: 'audit', org: orgId, params: { seq: String(seq) } })}
          openOn="double press"
          empty={<Nothing>Every event of the period would have come out as it did.</Nothing>}
        />
      )}
    </AnswerFrame>
  );
}

/** A replay that is worked out, or was not. */
function ReplayUnderWay({ work: { job, cancelled, error, cancel, again } }: { readonly work: ReplayWork }) {
  const slow = useSlow(job !== null);
  if (error !== null) return <ErrorState error={error} kept="The mirror was not changed." onRetry={again} />;
  if (cancelled) {
    return (
      <EmptyState icon={History} action={<Button onClick={again}>Replay again</Button>}>
        The replay was cancelled. Nothing of it is kept.
      </EmptyState>
    );
  }
  if (job === null || !slow) return null;
  return (
    <div className="mx-auto max-w-md px-[18px] pt-10">
      <Progress label="Replay" progress={job.progress} onCancel={cancel} />
    </div>
  );
}

type Counts = Pick<Output<'access.replay'>, 'wouldRefuse' | 'wouldAllow' | 'undetermined' | 'same'>;

function ReplayCounts({ counts }: { readonly counts: Counts }) {
  const { wouldRefuse, wouldAllow, undetermined, same } = counts;
  return (
    <span className="tnum">
      <span className={wouldRefuse > 0 ? 'text-bad' : undefined}>{count(wouldRefuse)} would be refused</span>,{' '}
      <span className={wouldAllow > 0 ? 'text-ok' : undefined}>{count(wouldAllow)} would be allowed</span>,{' '}
      {count(undetermined)} undetermined, {count(same)} as they were.
    </span>
  );
}

interface UnusedProps {
  readonly orgId: string;
  readonly question: Question<'unused'>;
}

/** What nobody used, by holder. */
export function UnusedAnswer({ orgId, question }: UnusedProps) {
  const { from, to } = question;
  const query = useQuery('access.unused', { orgId, from, to, limit: MOST }, useRevision(orgId));
  const [view, setView] = useTableView(UNUSED);
  const open = useRoute((route) => route.params.get('open'));
  return (
    <AnswerFrame
      orgId={orgId}
      question={question}
      query={query}
      summary={({ rows, total }) => {
        const unused = rows.reduce((sum, { granted, used }) => sum + granted - used, 0);
        const smaller = rows.filter(({ smallerRole }) => smallerRole !== null).length;
        return `${plural(total, 'holder')} with ${plural(unused, 'permission')} not used in the period; for ${count(smaller)} a smaller role covers what was used.`;
      }}
    >
      {({ rows, basis }) => {
        const row = rows.find(({ holder }) => holderKey(holder) === open);
        return (
          <SplitPane
            id="access-unused"
            detailSize={40}
            list={
              <DataTable
                table={UNUSED}
                label="Unused permissions by holder"
                rows={rows}
                view={view}
                onView={setView}
                openKey={open}
                onOpen={({ holder }) => openRow(holderKey(holder))}
                empty={<Nothing>Every permission granted was used in the period.</Nothing>}
              />
            }
            detail={row === undefined ? null : <UnusedPanel row={row} logBegins={basis.logBegins} />}
          />
        );
      }}
    </AnswerFrame>
  );
}

const SHOWN = 200;

function UnusedPanel({ row, logBegins }: { readonly row: UnusedRow; readonly logBegins: number | null }) {
  const time = useTime();
  const named = useNamedWay();
  const { holder, unused, smallerRole, used, granted } = row;
  return (
    <SidePanel title={holder.name} about={holder.detail} onClose={() => openRow(null)}>
      <Section title="What was observed">
        <p>
          {used === 0
            ? `None of ${plural(granted, 'permission')} was used.`
            : `${count(used)} of ${plural(granted, 'permission')} were used.`}{' '}
          The rest was never observed in this period
          {logBegins === null ? '.' : `; the log begins on ${time.date(logBegins)}.`}
        </p>
        {smallerRole !== null && (
          <div className="mt-2 flex flex-wrap items-center gap-2">
            <span>
              Role <b className="font-medium">{smallerRole.name}</b> covers it with{' '}
              {plural(smallerRole.fewer, 'permission')} fewer.
            </span>
            {holder.type === 'member' && (
              <Button
                small
                icon={ArrowRight}
                onClick={() => navigate({ screen: 'access', params: { open: holder.id, act: 'role' } })}
              >
                Change role
              </Button>
            )}
            <Button
              small
              onClick={() =>
                setParams({
                  ...{ ask: 'replay', subject: 'holder', holder: holderKey(holder), role: smallerRole.id },
                  ...{ minus: null, plus: null, open: null, q: null, sort: null },
                })
              }
            >
              Replay with {smallerRole.name}
            </Button>
          </div>
        )}
      </Section>
      <Section title={`Not used · ${count(granted - used)}`}>
        <ul>
          {unused.slice(0, SHOWN).map(({ permission, paths }) => (
            <li key={permission} className="flex gap-3 border-b border-line py-1 last:border-0">
              <span className="mono shrink-0">{permission}</span>
              <span className="ml-auto truncate text-12 text-dim" title={paths.map(named).join('\n')}>
                {paths.map(named).join('; ')}
              </span>
            </li>
          ))}
          {granted - used > Math.min(SHOWN, unused.length) && (
            <li className="py-1 text-dim">
              and {count(granted - used - Math.min(SHOWN, unused.length))} more; the export has all
            </li>
          )}
        </ul>
      </Section>
    </SidePanel>
  );
}
