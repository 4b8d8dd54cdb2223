import type { Output } from '../../../shared/contract/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useMe } from '../../access/useMe.ts';
import { useQuery } from '../../app/query.ts';
import { navigate, setParams, useRoute } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { LongId } from '../../ui/Id.tsx';
import { count, plural } from '../../ui/numbers.ts';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { ErrorState, Skeleton } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { useTime } from '../../ui/zone.ts';
import { PARAMETERS, STATES } from './checkWords.ts';
import { ItemException } from './ItemException.tsx';
import { ParameterForm } from './ParameterForm.tsx';

export type CheckKnown = Output<'checks.detail'>;

interface PanelProps {
  readonly orgId: string;
  readonly check: string;
  readonly bounds: { readonly from: number; readonly to: number };
  readonly revision: unknown;
}

const PAGE = 100;

/** One check of a period: what it says, what fails in it, what that rests on. */
export function CheckPanel({ orgId, check, bounds, revision }: PanelProps) {
  const act = useRoute((route) => route.params.get('act'));
  const on = useRoute((route) => route.params.get('on'));
  const me = useMe(orgId);
  const asked = { orgId, check, ...bounds, offset: 0, limit: PAGE };
  const { data, error, slow, reload } = useQuery('checks.detail', asked, revision);
  if (error !== null && data === null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <Skeleton className="m-4 h-4 w-64" /> : <div />;
  const back = (): void => setParams({ act: null, on: null });
  if (act === 'parameters') return <ParameterForm orgId={orgId} me={me} known={data} onClose={back} />;
  if (act === 'exception') return <ItemException orgId={orgId} me={me} known={data} subject={on} onClose={back} />;
  const { summary, explanation, items, total } = data;
  return (
    <SidePanel
      title={
        <>
          <span className="font-mono text-dim">{summary.check}</span> {summary.title}
        </>
      }
      about={explanation}
      onClose={() => setParams({ check: null, act: null, on: null })}
      footer={
        <GatedButton
          refusal={total === 0 ? 'Nothing fails in it.' : refusalOf('control_exception.create', me)}
          onClick={() => setParams({ act: 'exception', on: null })}
        >
          Ask for an exception
        </GatedButton>
      }
    >
      <Section title="Result">
        <p className="flex items-baseline gap-2">
          <Verdict tone={STATES[summary.state].tone}>{STATES[summary.state].word}</Verdict>
          <span>{summary.summary}</span>
        </p>
        <div className="mt-2">
          <KeyValues wide>
            <KeyValue name="Looked at">
              <span className="tnum">{count(summary.population)}</span> {summary.populationOf}
            </KeyValue>
            <KeyValue name="Failing, excepted">
              <span className="tnum">
                {count(summary.failing)}, {count(summary.excepted)}
              </span>
            </KeyValue>
            <KeyValue name="Rule">version {summary.rule}</KeyValue>
            <KeyValue name="Digest of its inputs">
              <LongId value={summary.digest} what="Digest" head={10} tail={6} />
            </KeyValue>
          </KeyValues>
        </div>
      </Section>
      <Items known={data} items={items} total={total} mayExcept={refusalOf('control_exception.create', me)} />
      <Parameters known={data} refusal={refusalOf('check_settings.update', me)} />
      <Compared known={data} />
      <Supported known={data} />
    </SidePanel>
  );
}

const SCREENS = {
  member: 'access',
  service_account: 'accounts',
  workspace: 'tenants',
  event: 'audit',
  sla: 'sla',
} as const;

function goTo(link: NonNullable<CheckKnown['items'][number]['link']>): void {
  const { kind, id } = link;
  if (kind === 'event') navigate({ screen: 'audit', params: { seq: id } });
  else if (kind === 'workspace') navigate({ screen: 'tenants', params: { ws: id } });
  else navigate({ screen: SCREENS[kind], params: { open: id } });
}

interface ItemsProps {
  readonly known: CheckKnown;
  readonly items: CheckKnown['items'];
  readonly total: number;
  readonly mayExcept: string | null;
}

function Items({ known, items, total, mayExcept }: ItemsProps) {
  const time = useTime();
  return (
    <Section title={total === 0 ? 'Failing items' : plural(total, 'failing item')}>
      {total === 0 && <p className="text-dim">None.</p>}
      <ul className="flex flex-col">
        {items.map(({ id, title, at, why, exception, link }) => (
          <li key={id} className="flex items-baseline gap-2 border-t border-line py-1.5 first:border-t-0">
            <span className="min-w-0 flex-1">
              {link === null ? (
                <span className="font-medium">{title}</span>
              ) : (
                <Button small kind="quiet" className="-ml-2 font-medium" onClick={() => goTo(link)}>
                  {title}
                </Button>
              )}
              <span className="block text-12 text-dim">
                {why}
                {at !== null && ` (${time.minute(at)} ${time.label})`}
              </span>
            </span>
            {exception === null ? (
              <GatedButton
                small
                kind="quiet"
                refusal={mayExcept}
                onClick={() => setParams({ act: 'exception', on: id })}
              >
                Except
              </GatedButton>
            ) : (
              <Verdict tone="accent">excepted</Verdict>
            )}
          </li>
        ))}
      </ul>
      {total > items.length && (
        <p className="text-12 text-dim">
          The first {count(items.length)} of {count(total)}; all that are named are in the CSV of {known.summary.check}.
        </p>
      )}
    </Section>
  );
}

function Parameters({
  known: { parameters, reads },
  refusal,
}: {
  readonly known: CheckKnown;
  readonly refusal: string | null;
}) {
  if (reads.length === 0) return null;
  return (
    <Section
      title="Parameters it reads"
      aside={
        <GatedButton small kind="quiet" refusal={refusal} onClick={() => setParams({ act: 'parameters', on: null })}>
          Change
        </GatedButton>
      }
    >
      <KeyValues wide>
        {reads.map((name) => {
          const key = name as keyof typeof parameters;
          const value = parameters[key];
          return (
            <KeyValue key={name} name={PARAMETERS[key].label}>
              {Array.isArray(value) ? value.join(', ') || 'none said' : `${value} ${PARAMETERS[key].unit}`}
            </KeyValue>
          );
        })}
      </KeyValues>
    </Section>
  );
}

const VERDICTS = {
  equal: ['ok', 'the platform found the same'],
  differs: ['bad', 'the platform found another'],
  not_evaluated: ['none', 'not evaluated there for this period'],
} as const;

function Compared({ known: { comparison } }: { readonly known: CheckKnown }) {
  const time = useTime();
  const [tone, words] = VERDICTS[comparison.verdict];
  const { platform, differs } = comparison;
  return (
    <Section title="Beside the platform">
      <p className="flex items-baseline gap-2">
        <Verdict tone={tone}>{comparison.verdict === 'not_evaluated' ? 'not compared' : comparison.verdict}</Verdict>
        <span className="text-dim">
          {words}
          {differs.length > 0 && `: ${differs.join(', ')}`}
          {platform !== null && `, ${time.minute(Date.parse(platform.computed_at))} ${time.label}`}
        </span>
      </p>
    </Section>
  );
}

/** Controls it supports; none of them it satisfies. */
function Supported({ known: { controls } }: { readonly known: CheckKnown }) {
  return (
    <Section title="Controls it supports">
      {controls.map(({ framework, title, controls: list }) => (
        <p key={framework} className="flex flex-wrap items-baseline gap-x-2 gap-y-1 py-0.5">
          <span className="w-28 shrink-0 text-dim">{title}</span>
          {list.map(({ id, ref, title: words }) => (
            <Button
              key={id}
              small
              kind="quiet"
              className="-mx-1 font-mono"
              title={words}
              onClick={() => navigate({ params: { tab: 'controls', framework, control: id } })}
            >
              {ref}
            </Button>
          ))}
        </p>
      ))}
    </Section>
  );
}
