import { clsx } from 'clsx';
import { CHECK_GROUPS } from '../../../shared/compliance/checks/catalog.ts';
import { count, DASH } from '../../ui/numbers.ts';
import { SkeletonRows } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { useTime } from '../../ui/zone.ts';
import { type CheckRow, frameworkWords, GROUPS, STATES } from './checkWords.ts';

interface ListProps {
  /** Null while loading. */
  readonly rows: readonly CheckRow[] | null;
  readonly slow: boolean;
  /** Check whose detail is on show. */
  readonly open: string | null;
  readonly onOpen: (check: string) => void;
}

const COLUMNS =
  'grid grid-cols-[62px_minmax(180px,1fr)_136px_92px_72px_72px] @5xl:grid-cols-[62px_minmax(180px,1fr)_136px_84px_64px_68px_96px_190px] items-center gap-x-3';
const WIDE = 'hidden @5xl:block';

/** The forty checks by group: what each found, of how many, and since when. */
export function CheckList({ rows, slow, open, onOpen }: ListProps) {
  if (rows === null) return slow ? <SkeletonRows rows={12} /> : null;
  return (
    <div className="@container h-full overflow-y-auto" data-scrolls>
      <table className="block w-full text-13" aria-label="Automated checks">
        <thead className="sticky top-0 z-10 block border-b border-line bg-bg text-12 text-dim">
          <tr className={clsx(COLUMNS, 'h-8 px-[18px]')}>
            <Head>Check</Head>
            <Head>Passes when</Head>
            <Head>State</Head>
            <Head right>Looked at</Head>
            <Head right>Failing</Head>
            <Head right>Excepted</Head>
            <Head className={WIDE}>Since</Head>
            <Head className={WIDE}>Supports controls of</Head>
          </tr>
        </thead>
        {CHECK_GROUPS.map((group) => {
          const own = rows.filter((row) => row.group === group);
          if (own.length === 0) return null;
          return (
            <tbody key={group} className="block">
              <tr className="flex h-8 items-center border-b border-line bg-side px-[18px]">
                <th scope="rowgroup" className="text-left text-12 font-bold text-dim">
                  {GROUPS[group]}
                </th>
              </tr>
              {own.map((row) => (
                <Line key={row.check} row={row} isOpen={row.check === open} onOpen={onOpen} />
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

interface HeadProps {
  readonly children: string;
  readonly right?: boolean;
  readonly className?: string;
}

function Head({ children, right, className }: HeadProps) {
  return (
    <th scope="col" className={clsx('truncate font-medium', right ? 'text-right' : 'text-left', className)}>
      {children}
    </th>
  );
}

interface LineProps {
  readonly row: CheckRow;
  readonly isOpen: boolean;
  readonly onOpen: (check: string) => void;
}

function Line({ row, isOpen, onOpen }: LineProps) {
  const time = useTime();
  const { check, title, state, population, failing, excepted, since, supports } = row;
  return (
    // The button within carries keyboard and name; the row only widens what can be pressed.
    <tr
      data-check={check}
      onClick={() => onOpen(check)}
      className={clsx(
        COLUMNS,
        'min-h-[30px] cursor-pointer border-b border-line px-[18px] py-1',
        isOpen ? 'bg-accent-tint' : 'hover:bg-hover',
      )}
    >
      <td>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={`${check}: ${title}`}
          className="rounded font-mono text-12 font-medium"
          onClick={(event) => {
            event.stopPropagation();
            onOpen(check);
          }}
        >
          {check}
        </button>
      </td>
      <td className="min-w-0 leading-snug">{title}</td>
      <td>
        {state === null ? (
          <span className="text-dim">not evaluated</span>
        ) : (
          <Verdict tone={STATES[state].tone}>{STATES[state].word}</Verdict>
        )}
      </td>
      <td className="tnum text-right">{count(population)}</td>
      <td className={clsx('tnum text-right', failing !== null && failing > 0 && 'font-bold text-bad')}>
        {count(failing)}
      </td>
      <td className="tnum text-right">{count(excepted)}</td>
      <td className={clsx(WIDE, 'tnum text-12 text-dim')}>{since === null ? DASH : time.date(since)}</td>
      <td className={clsx(WIDE, 'truncate text-12 text-dim')} title={frameworkWords(supports)}>
        {frameworkWords(supports)}
      </td>
    </tr>
  );
}
