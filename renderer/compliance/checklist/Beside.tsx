import type { ChecklistRowView } from '../../../shared/contract/checklist.ts';
import { useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { ErrorState, Skeleton } from '../../ui/States.tsx';
import { ApprovalForm, ExceptionForm } from '../deviations/ExceptionForms.tsx';
import { FindingForm, ResolveForm } from '../deviations/FindingForms.tsx';
import { AssessmentExport } from './AssessmentExport.tsx';
import { CommentForm } from './CommentForm.tsx';
import { ControlPanel } from './ControlPanel.tsx';
import type { FrameworkShare } from './FrameworkPicker.tsx';
import { ApplyForm, AssessForm, AssignForm, DescribeForm } from './StateForms.tsx';
import type { Scene } from './scene.ts';

interface BesideProps {
  readonly scene: Scene;
  readonly rows: readonly ChecklistRowView[] | null;
  /** Controls that are selected in the list. */
  readonly selected: readonly ChecklistRowView[];
  readonly revision: unknown;
  /** The framework shown; null until known. */
  readonly framework: FrameworkShare | null;
  /** Changes that wait in the outbox. */
  readonly pending: number;
}

const back = (): void => setParams({ act: null, on: null });

/** What stands beside the list: everything on one control, or a form about it or about the selection. */
export function Beside({ scene, rows, selected, revision, framework, pending }: BesideProps) {
  const params = useRoute((route) => route.params);
  const id = params.get('control');
  const act = params.get('act');
  const on = params.get('on');
  const { orgId, at } = scene;
  const asked = id === null ? null : { orgId, at, control: id };
  const { data, error, slow, reload } = useQuery('compliance.control', asked, revision);
  const row = rows?.find(({ node }) => node.id === id) ?? null;
  const targets = id === null ? selected : row === null ? [] : [row];
  const shared = { scene, targets, onClose: back };
  if (act === 'export') return framework && <AssessmentExport key={framework.id} {...{ scene, framework, pending }} />;
  if (act === 'assess') return <AssessForm key={`assess ${id}`} {...shared} />;
  if (act === 'assign') return <AssignForm key={`assign ${id}`} {...shared} />;
  if (act === 'apply') return <ApplyForm key={`apply ${id}`} {...shared} />;
  if (id === null) return null;
  const known = data !== null && data.node.id === id ? data : null;
  if (error !== null && known === null) return <ErrorState compact error={error} onRetry={reload} />;
  if (known === null) return slow ? <PanelSkeleton /> : <div />;
  if (act === 'describe') return <DescribeForm key={id} {...shared} before={known.state?.description ?? ''} />;
  const finding = known.findings.find((one) => one.finding.id === on)?.finding ?? null;
  const exception = known.exceptions.find((one) => one.exception.id === on)?.exception ?? null;
  const { node } = known;
  const form = { scene, onClose: back };
  const record = {
    ...form,
    frameworks: null,
    controls: [{ id: node.id, ref: node.ref, title: node.title, framework: framework?.id ?? '' }],
  };
  if (act === 'finding') return <FindingForm key={`finding ${on}`} {...record} finding={finding} />;
  if (act === 'close' && finding !== null) return <ResolveForm key={`close ${on}`} {...form} finding={finding} />;
  if (act === 'exception')
    return <ExceptionForm key="exception" {...record} checks={known.checks.map((one) => one.id)} />;
  if (act === 'approve' && exception !== null)
    return <ApprovalForm key={`approve ${on}`} {...form} exception={exception} />;
  if (act === 'comment') return <CommentForm key={`comment ${id}`} {...form} control={node} />;
  return (
    <ControlPanel
      key={id}
      scene={scene}
      known={known}
      onClose={() => setParams({ control: null, act: null, on: null })}
    />
  );
}

function PanelSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3 p-4">
      <Skeleton className="h-4 w-64" />
      <Skeleton className="w-40" />
      <Skeleton className="mt-4 w-full" />
      <Skeleton className="w-full" />
      <Skeleton className="w-2/3" />
    </div>
  );
}
