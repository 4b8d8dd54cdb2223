import { setParams, useRoute } from '../../app/router.ts';
import type { Scene } from '../checklist/scene.ts';
import { ApprovalForm, ExceptionForm, RevocationForm } from './ExceptionForms.tsx';
import { ExceptionPanel } from './ExceptionPanel.tsx';
import { FindingForm, type FormProps, ResolveForm } from './FindingForms.tsx';
import { FindingPanel } from './FindingPanel.tsx';
import type { ExceptionLine, FindingLine } from './lines.ts';

interface BesideProps {
  readonly scene: Scene;
  readonly frameworks: FormProps['frameworks'];
  readonly list: 'findings' | 'exceptions';
  readonly findings: readonly FindingLine[] | null;
  readonly exceptions: readonly ExceptionLine[] | null;
}

const back = (): void => setParams({ act: null });
const close = (): void => setParams({ open: null, act: null });

/** What stands beside the list: everything on one record, or a form about it. */
export function Beside({ scene, frameworks, list, findings, exceptions }: BesideProps) {
  const act = useRoute((route) => route.params.get('act'));
  const open = useRoute((route) => route.params.get('open'));
  const form = { scene, frameworks, onClose: back };
  if (list === 'findings') {
    if (act === 'new') return <FindingForm key="new" {...form} finding={null} />;
    const line = findings?.find(({ id }) => id === open);
    if (line === undefined) return <Missing known={findings !== null} what="finding" />;
    const { finding } = line.view;
    const { controls, lost } = line;
    if (act === 'change') return <FindingForm key={`change ${open}`} {...{ ...form, controls, lost, finding }} />;
    if (act === 'close') return <ResolveForm key={`close ${open}`} scene={scene} finding={finding} onClose={back} />;
    return <FindingPanel key={open} scene={scene} line={line} onClose={close} />;
  }
  if (act === 'new') return <ExceptionForm key="new" {...form} />;
  const line = exceptions?.find(({ id }) => id === open);
  if (line === undefined) return <Missing known={exceptions !== null} what="exception" />;
  const decision = { scene, exception: line.view.exception, onClose: back };
  if (act === 'approve') return <ApprovalForm key={`approve ${open}`} {...decision} />;
  if (act === 'revoke') return <RevocationForm key={`revoke ${open}`} {...decision} />;
  return <ExceptionPanel key={open} scene={scene} line={line} onClose={close} />;
}

/** An address may name what is not there, or not there on the day on show. */
function Missing({ known, what }: { readonly known: boolean; readonly what: string }) {
  return known ? <p className="p-4 text-dim">There is no such {what}.</p> : <div />;
}
