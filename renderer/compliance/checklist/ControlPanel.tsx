import { ClipboardCheck, MessageSquarePlus } from 'lucide-react';
import type { Output } from '../../../shared/contract/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { SidePanel } from '../../access/SidePanel.tsx';
import { setParams } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { DASH, plural } from '../../ui/numbers.ts';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { useTime } from '../../ui/zone.ts';
import { Deviations } from './Deviations.tsx';
import { CheckMark, DueDay, Mark, OperatingMark } from './marks.tsx';
import { Comments, EvidencePart, HistoryPart, RelatedPart, RequestsPart } from './PanelParts.tsx';
import { gate, type Scene } from './scene.ts';
import { EFFECT, STATUS } from './words.ts';

export type KnownControl = Output<'compliance.control'>;

interface PanelProps {
  readonly scene: Scene;
  readonly known: KnownControl;
  readonly onClose: () => void;
}

const act = (name: string) => () => setParams({ act: name, on: null });

/** Everything on one control. */
export function ControlPanel({ scene, known, onClose }: PanelProps) {
  const { node, framework, above, summary } = known;
  const change = gate(scene, 'control_state.update');
  return (
    <SidePanel
      title={
        <>
          <span className="font-mono text-dim">{node.ref}</span> {node.title}
        </>
      }
      about={[framework.title, ...above.map(({ ref, title }) => `${ref} ${title}`)].join(' › ')}
      onClose={onClose}
      footer={
        <>
          <GatedButton kind="primary" icon={ClipboardCheck} refusal={change} onClick={act('assess')}>
            Assess
          </GatedButton>
          <GatedButton refusal={change} onClick={act('assign')}>
            Owner, due
          </GatedButton>
          <GatedButton refusal={gate(scene, 'finding.create')} onClick={act('finding')}>
            Finding
          </GatedButton>
          <GatedButton refusal={gate(scene, 'control_exception.create')} onClick={act('exception')}>
            Exception
          </GatedButton>
          <GatedButton
            icon={MessageSquarePlus}
            refusal={gate(scene, 'control_comment.create')}
            onClick={act('comment')}
          >
            Comment
          </GatedButton>
        </>
      }
    >
      <Section
        title="State"
        aside={
          <GatedButton small kind="quiet" refusal={change} onClick={act('apply')}>
            {summary.status === 'not_applicable' ? 'It applies' : 'Does not apply'}
          </GatedButton>
        }
      >
        <p className="flex items-baseline gap-2">
          <Mark look={STATUS[summary.status]} />
          <span className="text-dim">{summary.why}</span>
        </p>
        {node.obligation === 'addressable' && (
          <p className="mt-1 text-12 text-dim">
            Addressable: it may be met in another way, with the reason written down (45 CFR 164.306(d)(3)).
          </p>
        )}
        <Assessments scene={scene} known={known} />
      </Section>
      <Section
        title="How it is carried out"
        aside={
          <GatedButton small kind="quiet" refusal={change} onClick={act('describe')}>
            {known.state?.description ? 'Change' : 'Describe'}
          </GatedButton>
        }
      >
        {known.state?.description ? (
          <p className="whitespace-pre-wrap">{known.state.description}</p>
        ) : (
          <p className="text-dim">Not described yet.</p>
        )}
      </Section>
      <Checks known={known} />
      <EvidencePart known={known} />
      <Deviations scene={scene} known={known} />
      <RequestsPart scene={scene} known={known} />
      <Comments scene={scene} known={known} />
      <RelatedPart known={known} />
      <HistoryPart known={known} />
    </SidePanel>
  );
}

function Assessments({ scene, known }: { readonly scene: Scene; readonly known: KnownControl }) {
  const time = useTime();
  const { state, summary } = known;
  const said = (which: 'design' | 'operating') => {
    const one = state?.[which] ?? null;
    if (one === null || one.state === 'not_assessed') return null;
    const period = one.period === null ? '' : ` for ${one.period.from} to ${one.period.to}`;
    return (
      <span className="block text-12 text-dim">
        {one.reason} ({one.by === '' ? 'waits to be sent' : scene.nameOf(one.by)}, {time.minute(Date.parse(one.at))}{' '}
        {time.label}
        {period})
      </span>
    );
  };
  return (
    <div className="mt-2">
      <KeyValues>
        <KeyValue name="Design">
          <Mark look={EFFECT[summary.design]} />
          {said('design')}
        </KeyValue>
        <KeyValue name="Operating">
          <OperatingMark operating={summary.operating} />
          {said('operating')}
        </KeyValue>
        <KeyValue name="Owner">{summary.ownerId === null ? DASH : scene.nameOf(summary.ownerId)}</KeyValue>
        <KeyValue name="Due">
          <DueDay day={summary.dueOn} overdue={summary.overdue} />
        </KeyValue>
      </KeyValues>
    </div>
  );
}

function Checks({ known: { checks, summary, basis } }: { readonly known: KnownControl }) {
  if (checks.length === 0) {
    return (
      <Section title="Automated checks">
        <p className="text-dim">No automated check supports this control; it rests on assessment and evidence.</p>
      </Section>
    );
  }
  const state = new Map(summary.checks.map((one) => [one.id, one.state]));
  return (
    <Section
      title={plural(checks.length, 'automated check')}
      aside={<span className="text-12 text-dim">support it, none satisfies it</span>}
    >
      <ul className="flex flex-col">
        {checks.map(({ id, title, result }) => (
          <li key={id} className="flex items-baseline gap-2.5 py-1">
            <Button
              small
              kind="quiet"
              className="-ml-2 font-mono"
              onClick={() => setParams({ tab: 'checks', check: id, control: null, act: null })}
            >
              {id}
            </Button>
            <span className="min-w-0 flex-1">
              {title}
              {result !== null && <span className="block text-12 text-dim">{result.summary}</span>}
            </span>
            <CheckMark state={state.get(id) ?? null} />
          </li>
        ))}
      </ul>
      {basis.checks === 'none' && <p className="text-12 text-dim">No result was kept of this day.</p>}
    </Section>
  );
}
