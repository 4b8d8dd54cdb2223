import { clsx } from 'clsx';
import type { Output } from '../../../shared/contract/index.ts';
import { setParams } from '../../app/router.ts';
import { count } from '../../ui/numbers.ts';
import { percentWords } from './FrameworkPicker.tsx';
import { shareWords } from './words.ts';

type Checklist = Output<'compliance.checklist'>;

interface FigureProps {
  readonly value: string;
  readonly words: string;
  readonly tone?: string;
  /** Narrows the list to what was counted. */
  readonly onPress?: () => void;
}

function Figure({ value, words, tone, onPress }: FigureProps) {
  const look = 'flex min-w-0 flex-1 flex-col items-start border-r border-line px-[18px] py-2 text-left last:border-r-0';
  const body = (
    <>
      <span className={clsx('tnum text-20 font-bold', tone)}>{value}</span>
      <span className="max-w-full truncate text-12 text-dim" title={words}>
        {words}
      </span>
    </>
  );
  if (onPress === undefined) return <div className={look}>{body}</div>;
  return (
    <button type="button" onClick={onPress} className={clsx(look, 'hover:bg-hover')}>
      {body}
    </button>
  );
}

/** What the framework comes to, in four figures; each leads to its controls. */
export function Figures({ list }: { readonly list: Checklist }) {
  const { counts, percentage, openFindings, overdue } = list;
  const only = (changes: Readonly<Record<string, string>>) => () =>
    setParams({ status: null, owner: null, due: null, checks: null, evidence: null, has: null, ...changes });
  const waiting = counts.insufficient + counts.not_assessed;
  return (
    <section aria-label="Figures of the framework" className="flex shrink-0 border-b border-line bg-panel">
      <Figure value={percentWords(percentage.percent)} words={shareWords(percentage)} />
      <Figure
        value={`${count(counts.not_met)} not met`}
        words={counts.exception === 0 ? 'no exception' : `${count(counts.exception)} besides by exception`}
        {...(counts.not_met > 0 ? { tone: 'text-bad' } : {})}
        onPress={only({ status: 'not_met,exception' })}
      />
      <Figure
        value={`${count(waiting)} undecided`}
        words={`${count(counts.not_assessed)} not assessed, ${count(counts.insufficient)} with too little data`}
        onPress={only({ status: 'not_assessed,insufficient' })}
      />
      <Figure
        value={`${count(openFindings)} open ${openFindings === 1 ? 'finding' : 'findings'}`}
        words={
          overdue === 0 ? 'no control overdue' : `${count(overdue)} ${overdue === 1 ? 'control' : 'controls'} overdue`
        }
        {...(overdue > 0 ? { tone: 'text-warn' } : {})}
        onPress={only(openFindings > 0 ? { has: 'finding' } : { due: 'overdue' })}
      />
    </section>
  );
}
