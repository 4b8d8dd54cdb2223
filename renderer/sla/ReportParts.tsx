import type { CreditLine, MonthReport } from '../../shared/sla/model.ts';
import { count, DASH } from '../ui/numbers.ts';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { useTime } from '../ui/zone.ts';
import { moneyText } from './money.ts';
import { METRIC_NAMES, VERDICTS } from './slas.ts';

/** The figures of REQUIREMENTS, with target beside actual. */
export function Figures({ report }: { readonly report: MonthReport }) {
  const time = useTime();
  const ms = (text: string | null): string => (text === null ? DASH : `${text} ms`);
  return (
    <>
      <Section title="Measures" className="mt-2">
        <table className="tnum w-full">
          <thead className="text-11 text-dim">
            <tr>
              <th className="text-left font-normal">Measure</th>
              <th className="pl-2 text-right font-normal">actual</th>
              <th className="pl-2 text-right font-normal">target</th>
              <th className="pl-2 text-left font-normal">Standing</th>
            </tr>
          </thead>
          <tbody>
            {report.metrics.map(({ metric, verdict, actual, target }) => (
              <tr key={metric} className="border-t border-line">
                <th scope="row" className="py-1 text-left font-normal">
                  {METRIC_NAMES[metric]}
                </th>
                <td className="pl-2 text-right">{actual ?? 'no data'}</td>
                <td className="pl-2 text-right text-dim">{target}</td>
                <td className="pl-3">
                  <Verdict tone={VERDICTS[verdict].tone}>{VERDICTS[verdict].word}</Verdict>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section title="Figures">
        <KeyValues wide>
          <KeyValue name="Period">
            {time.minute(Date.parse(report.period.from))} to {time.minute(Date.parse(report.period.to))} {time.label},{' '}
            {count(report.period.hours)} hours
          </KeyValue>
          <KeyValue name="Availability">
            {report.availability ?? DASH}
            {report.availability_bounds !== null && (
              <span className="text-dim">
                {' '}
                (between {report.availability_bounds.low} and {report.availability_bounds.high} with what nobody
                observed)
              </span>
            )}
          </KeyValue>
          <KeyValue name="Up">{report.uptime_minutes} min</KeyValue>
          <KeyValue name="Down">{report.downtime_minutes} min</KeyValue>
          <KeyValue name="Not observed">{report.unobserved_minutes} min</KeyValue>
          <KeyValue name="Excluded">{report.excluded_minutes} min</KeyValue>
          <KeyValue name="Requests">
            {count(report.total_requests)}, {count(report.failed_requests)} failed
          </KeyValue>
          <KeyValue name="Error rate">{report.error_rate ?? DASH}</KeyValue>
          <KeyValue name="Response time, mean">{ms(report.avg_response_time)}</KeyValue>
          <KeyValue name="p50, p95, p99">
            {ms(report.p50_response_time)}, {ms(report.p95_response_time)}, {ms(report.p99_response_time)}
          </KeyValue>
        </KeyValues>
      </Section>
    </>
  );
}

/** The credit with its arithmetic, line by line. */
export function CreditStatement({ credit }: { readonly credit: CreditLine }) {
  return (
    <Section title="Credit">
      <table className="tnum w-full">
        <tbody>
          <Row name="Availability as compared, cut off">{credit.availability}</Row>
          <Row name={`Tier met: below ${credit.below}`}>{credit.percent} %</Row>
          <Row name="Fee of the month">{moneyText(credit.feeMinor, credit.currency)}</Row>
          <Row name={`${credit.percent} % of the fee, rounded half up once`} strong>
            {moneyText(credit.creditMinor, credit.currency)}
          </Row>
        </tbody>
      </table>
      {credit.waived !== null && <p className="mt-1 text-12 text-dim">Not paid: {credit.waived}</p>}
    </Section>
  );
}

function Row({
  name,
  children,
  strong = false,
}: {
  readonly name: string;
  readonly children: React.ReactNode;
  readonly strong?: boolean;
}) {
  return (
    <tr className="border-t border-line first:border-t-0">
      <th scope="row" className="py-0.5 text-left font-normal text-dim">
        {name}
      </th>
      <td className={strong ? 'pl-2 text-right font-bold' : 'pl-2 text-right'}>{children}</td>
    </tr>
  );
}

const SHOWN = 50;

/** Outages, maintenance and stretches without data; the file has what is beyond these. */
export function Stretches({ report }: { readonly report: MonthReport }) {
  return (
    <>
      <List title={`Outages · ${count(report.counts.outages)}`} rows={report.outages} none="It was never seen down." />
      {report.exclusions.length > 0 && (
        <List
          title={`Maintenance · ${count(report.exclusions.length)}`}
          rows={report.exclusions.map(({ from, to, reason, retroactive }) => ({
            ...{ from, to },
            minutes: null,
            note: retroactive ? `${reason} (announced afterwards)` : reason,
          }))}
          none=""
        />
      )}
      {report.counts.gaps > 0 && (
        <List title={`Without data · ${count(report.counts.gaps)}`} rows={report.gaps} none="" />
      )}
    </>
  );
}

interface Stretch {
  readonly from: string;
  readonly to: string;
  readonly minutes: string | null;
  readonly note?: string;
}

function List({
  title,
  rows,
  none,
}: {
  readonly title: string;
  readonly rows: readonly Stretch[];
  readonly none: string;
}) {
  const time = useTime();
  return (
    <Section title={title}>
      {rows.length === 0 && <p className="text-dim">{none}</p>}
      <ul className="tnum text-12">
        {rows.slice(0, SHOWN).map(({ from, to, minutes, note }) => (
          <li key={from} className="flex gap-3 border-t border-line py-0.5 first:border-t-0">
            <span>
              {time.minute(Date.parse(from))} to {time.minute(Date.parse(to))}
            </span>
            {note !== undefined && <span className="min-w-0 truncate text-dim">{note}</span>}
            {minutes !== null && <span className="ml-auto">{minutes} min</span>}
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && <p className="text-12 text-dim">{count(rows.length - SHOWN)} more stand in the file.</p>}
    </Section>
  );
}
