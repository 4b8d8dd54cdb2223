import type { ExceptionView, FindingView } from '../../../shared/contract/checklist.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor, toastRefused } from '../../access/pending.ts';
import { setParams } from '../../app/router.ts';
import { plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import type { KnownControl } from './ControlPanel.tsx';
import { dayText } from './marks.tsx';
import { gate, type Scene } from './scene.ts';
import { EXCEPTION, exceptionState, SEVERITY } from './words.ts';

interface PartProps {
  readonly scene: Scene;
  readonly known: KnownControl;
}

/** Findings and exceptions on one control. */
export function Deviations({ scene, known }: PartProps) {
  const { findings, exceptions } = known;
  return (
    <>
      <Section title={plural(findings.length, 'finding')}>
        {findings.length === 0 && <p className="text-dim">Nothing was found.</p>}
        {findings.map((one) => (
          <FindingLine key={one.finding.id} scene={scene} view={one} />
        ))}
      </Section>
      <Section title={plural(exceptions.length, 'exception')}>
        {exceptions.length === 0 && <p className="text-dim">None was asked for.</p>}
        {exceptions.map((one) => (
          <ExceptionLine key={one.exception.id} scene={scene} view={one} />
        ))}
      </Section>
    </>
  );
}

const PARTS = [
  ['criteria', 'Criteria'],
  ['cause', 'Cause'],
  ['effect', 'Effect'],
  ['recommendation', 'Recommendation'],
  ['management_response', 'Management response'],
] as const;

function FindingLine({ scene, view: { finding, pending } }: { readonly scene: Scene; readonly view: FindingView }) {
  const open = finding.status === 'open';
  const overdue = open && finding.due_on !== null && finding.due_on < scene.day;
  const reopen = (): void => {
    const command = { type: 'finding.reopen' as const, id: finding.id };
    const ask = (anyway: boolean): void =>
      void askFor(scene.orgId, [{ command, before: finding }], 'Finding opened again', anyway).catch(
        (thrown: unknown) => toastRefused('Not opened', thrown, () => ask(true)),
      );
    ask(false);
  };
  return (
    <details className="border-t border-line py-1.5 first:border-t-0">
      <summary className="flex cursor-pointer items-baseline gap-2">
        <Verdict tone={open ? SEVERITY[finding.severity] : 'none'}>{open ? finding.severity : 'closed'}</Verdict>
        <span className="min-w-0 flex-1 font-medium">
          {finding.title}
          {pending !== null && <span className="text-12 text-warn"> waits to be sent</span>}
        </span>
        {finding.due_on !== null && open && (
          <span className={overdue ? 'text-12 font-medium text-bad' : 'text-12 text-dim'}>
            due {dayText(finding.due_on)}
            {overdue && ', overdue'}
          </span>
        )}
      </summary>
      <div className="mt-1.5 ml-1 flex flex-col gap-1.5">
        <p className="whitespace-pre-wrap">{finding.condition}</p>
        {PARTS.map(([name, label]) =>
          finding[name] === '' ? null : (
            <p key={name} className="whitespace-pre-wrap">
              <b className="text-12 text-dim">{label}.</b> {finding[name]}
            </p>
          ),
        )}
        {!open && <p className="text-dim">Closed: {finding.closed_reason}</p>}
        <div className="flex gap-2">
          {open ? (
            <>
              <GatedButton
                small
                refusal={gate(scene, 'finding.update')}
                onClick={() => setParams({ act: 'finding', on: finding.id })}
              >
                Change
              </GatedButton>
              <GatedButton
                small
                refusal={gate(scene, 'finding.close')}
                onClick={() => setParams({ act: 'close', on: finding.id })}
              >
                Close
              </GatedButton>
            </>
          ) : (
            <GatedButton small refusal={gate(scene, 'finding.reopen')} onClick={reopen}>
              Open again
            </GatedButton>
          )}
        </div>
      </div>
    </details>
  );
}

function ExceptionLine({
  scene,
  view: { exception, pending },
}: {
  readonly scene: Scene;
  readonly view: ExceptionView;
}) {
  const state = exceptionState(exception, scene.day);
  const own = scene.userId !== null && exception.created_by === scene.userId;
  const revoke = (): void => {
    const command = { type: 'control_exception.revoke' as const, id: exception.id };
    const ask = (anyway: boolean): void =>
      void askFor(scene.orgId, [{ command, before: exception }], 'Exception revoked', anyway).catch((thrown: unknown) =>
        toastRefused('Not revoked', thrown, () => ask(true)),
      );
    ask(false);
  };
  return (
    <details className="border-t border-line py-1.5 first:border-t-0">
      <summary className="flex cursor-pointer items-baseline gap-2">
        <Verdict tone={EXCEPTION[state]}>{state}</Verdict>
        <span className="min-w-0 flex-1 font-medium">
          {exception.title}
          {pending !== null && <span className="text-12 text-warn"> waits to be sent</span>}
        </span>
        <span className="text-12 text-dim">until {dayText(exception.expires_on)}</span>
      </summary>
      <div className="mt-1.5 ml-1 flex flex-col gap-1.5">
        <p className="whitespace-pre-wrap">{exception.reason}</p>
        {exception.compensating !== '' && <p>Instead: {exception.compensating}</p>}
        {exception.checks.length > 0 && (
          <p className="text-dim">
            Covers {exception.checks.join(', ')}
            {exception.subjects.length === 0 ? ', every failing item' : `: ${exception.subjects.join(', ')}`}
          </p>
        )}
        {exception.management_response !== '' && (
          <p>
            <b className="text-12 text-dim">Management response.</b> {exception.management_response}
          </p>
        )}
        <p className="text-12 text-dim">
          Asked for by {scene.nameOf(exception.created_by)}
          {exception.approved_by !== null && `, approved by ${scene.nameOf(exception.approved_by)}`}
        </p>
        <div className="flex gap-2">
          {state === 'asked' && (
            <GatedButton
              small
              refusal={
                own
                  ? 'Somebody else than who asked for it approves an exception.'
                  : gate(scene, 'control_exception.approve')
              }
              onClick={() => setParams({ act: 'approve', on: exception.id })}
            >
              Approve
            </GatedButton>
          )}
          {(state === 'asked' || state === 'in force') && (
            <GatedButton small refusal={gate(scene, 'control_exception.revoke')} onClick={revoke}>
              Revoke
            </GatedButton>
          )}
        </div>
      </div>
    </details>
  );
}
