import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor, toastRefused } from '../../access/pending.ts';
import { navigate, setParams } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { count, plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { useTime } from '../../ui/zone.ts';
import type { KnownControl } from './ControlPanel.tsx';
import { dayText, Mark } from './marks.tsx';
import { gate, type Scene } from './scene.ts';
import { RELATION, STATUS } from './words.ts';

interface KnownProps {
  readonly known: KnownControl;
}
interface SceneProps extends KnownProps {
  readonly scene: Scene;
}

const EVIDENCE_TONE = { valid: 'ok', expired: 'warn', withdrawn: 'none' } as const;

/** Evidence that counts here, and by what way. */
export function EvidencePart({ known: { evidence, node } }: KnownProps) {
  return (
    <Section
      title={plural(evidence.length, 'piece of evidence', 'pieces of evidence')}
      aside={
        <Button
          small
          kind="quiet"
          onClick={() => setParams({ tab: 'evidence', act: 'new', for: node.id, control: null, on: null })}
        >
          Add
        </Button>
      }
    >
      {evidence.length === 0 && <p className="text-dim">Nothing shows yet that it is so.</p>}
      {evidence.map(({ evidence: one, via, state, pending }) => (
        <div key={one.id} className="flex items-baseline gap-2 py-1">
          <Verdict tone={EVIDENCE_TONE[state]}>{state}</Verdict>
          <span className="min-w-0 flex-1">
            <Button
              small
              kind="quiet"
              className="-ml-2"
              onClick={() => setParams({ tab: 'evidence', open: one.id, control: null, act: null })}
            >
              {one.title}
            </Button>
            <span className="block text-12 text-dim">
              {via.reason}
              {pending !== null && ' Waits to be sent.'}
            </span>
          </span>
          <span className="tnum text-12 text-dim">of {dayText(one.evidence_on)}</span>
        </div>
      ))}
    </Section>
  );
}

/** Requests for evidence that still wait for something. */
export function RequestsPart({ scene, known: { requests } }: SceneProps) {
  if (requests.length === 0) return null;
  return (
    <Section title={plural(requests.length, 'request for evidence', 'requests for evidence')}>
      {requests.map(({ request }) => {
        const late = request.due_on !== null && request.due_on < scene.day && request.state !== 'accepted';
        return (
          <div key={request.id} className="flex items-baseline gap-2 py-1">
            <Verdict tone={request.state === 'accepted' ? 'ok' : late ? 'bad' : 'none'}>{request.state}</Verdict>
            <span className="min-w-0 flex-1">{request.title}</span>
            <span className="text-12 text-dim">
              {request.assignee_id === null ? 'nobody' : scene.nameOf(request.assignee_id)}
              {request.due_on !== null && `, due ${dayText(request.due_on)}`}
            </span>
          </div>
        );
      })}
    </Section>
  );
}

export function Comments({ scene, known: { comments } }: SceneProps) {
  const time = useTime();
  return (
    <Section title={plural(comments.length, 'comment')}>
      {comments.length === 0 && <p className="text-dim">Nobody has said anything.</p>}
      {comments.map(({ comment, pending }) => {
        const own = pending === null && comment.created_by === scene.userId;
        const remove = (): void => {
          const command = { type: 'control_comment.delete' as const, id: comment.id };
          const ask = (anyway: boolean): void =>
            void askFor(scene.orgId, [{ command, before: comment }], 'Comment removed', anyway).catch(
              (thrown: unknown) => toastRefused('Not removed', thrown, () => ask(true)),
            );
          ask(false);
        };
        return (
          <div key={comment.id} className="border-t border-line py-1.5 first:border-t-0">
            <p className="flex items-center gap-2 text-12 text-dim">
              <span className="flex-1">
                {comment.created_by === '' ? 'waits to be sent' : scene.nameOf(comment.created_by)},{' '}
                {time.minute(Date.parse(comment.created_at))} {time.label}
              </span>
              {own && (
                <GatedButton small kind="quiet" refusal={gate(scene, 'control_comment.delete')} onClick={remove}>
                  Remove
                </GatedButton>
              )}
            </p>
            <p className="whitespace-pre-wrap">{comment.text}</p>
          </div>
        );
      })}
    </Section>
  );
}

/** Controls of other frameworks it has to do with, and why. */
export function RelatedPart({ known: { related } }: KnownProps) {
  if (related.length === 0) return null;
  return (
    <Section title={plural(related.length, 'related control')}>
      <ul className="flex flex-col">
        {related.map((one) => (
          <li key={one.controlId} className="flex items-baseline gap-2 py-1">
            <span className="w-24 shrink-0 text-12 text-dim">{RELATION[one.relation]}</span>
            <span className="min-w-0 flex-1">
              <Button
                small
                kind="quiet"
                className="-ml-2"
                onClick={() => setParams({ framework: one.framework, control: one.controlId, act: null, on: null })}
              >
                {one.frameworkTitle} {one.ref}
              </Button>
              <span className="block text-12 text-dim">
                {one.reason}
                {one.serves && ' Evidence of this control counts there.'}
                {one.servedBy && ' Evidence of that control counts here.'}
              </span>
            </span>
            {one.status !== null && <Mark look={STATUS[one.status]} />}
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Events of the log about it, the newest first. */
export function HistoryPart({ known: { history, historyTotal } }: KnownProps) {
  const time = useTime();
  return (
    <Section
      title="History"
      aside={<span className="tnum text-12 text-dim">{plural(historyTotal, 'event')} of the log</span>}
    >
      {history.length === 0 && <p className="text-dim">Nothing is in the log about it.</p>}
      <ul className="flex flex-col">
        {history.slice(0, 20).map((row) => (
          <li key={row.seq} className="flex items-baseline gap-2 py-0.5">
            <Button
              small
              kind="quiet"
              className="-ml-2 tnum font-mono"
              onClick={() => navigate({ screen: 'audit', params: { seq: String(row.seq) } })}
            >
              {count(row.seq)}
            </Button>
            <span className="min-w-0 flex-1 truncate">
              <span className="font-mono text-12">{row.action}</span>{' '}
              <span className="text-dim">by {row.actor.name ?? row.actor.id}</span>
            </span>
            <span className="tnum text-12 text-dim">
              {time.minute(row.recordedAt)} {time.label}
            </span>
          </li>
        ))}
      </ul>
      {historyTotal > 20 && <p className="text-12 text-dim">and {plural(historyTotal - 20, 'more', 'more')}</p>}
    </Section>
  );
}
