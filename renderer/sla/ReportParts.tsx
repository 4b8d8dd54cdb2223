import type { SlaMetric } from '../../shared/entities/index.ts';
import type { CreditLine, MonthReport } from '../../shared/sla/model.ts';
import { count, DASH } from '../ui/numbers.ts';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { formatMinute, zoneLabel } from '../ui/time.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { useTime } from '../ui/zone.ts';
import { moneyText } from './money.ts';
import { asPercent } from './slaDraft.ts';
import { grouped, METRIC_NAMES, shareText, VERDICTS } from './slas.ts';

/** A figure of the report with its unit. */
const measured = (metric: SlaMetric, text: string): string =>
  metric === 'response_time' ? `${grouped(text)} ms` : `${shareText(text)} %`;

/** The figures of REQUIREMENTS, with target beside actual. */
export function Figures({ report }: { readonly report: MonthReport }) {
  const ms = (text: string | null): string => (text === null ? DASH : `${grouped(text)} ms`);
  const share = (text: string | null): string => (text === null ? DASH : `${shareText(text)} %`);
  const zone = report.time_zone;
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
                <td className="pl-2 text-right">{actual === null ? 'no data' : measured(metric, actual)}</td>
                <td className="pl-2 text-right text-dim">{measured(metric, target)}</td>
                <td className="pl-3">
                  <Verdict tone={VERDICTS[verdict].tone}>{VERDICTS[verdict].word}</Verdict>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {fewFailures(report) && (
          <p className="mt-1 text-12 text-dim">
            The error rate is above its limit with fewer than {report.terms.min_bad_events} failures, which by the terms
            is no breach.
          </p>
        )}
      </Section>
      <Section title="Figures">
        <KeyValues wide>
          <KeyValue name="Period">
            {formatMinute(Date.parse(report.period.from), zone)} to {formatMinute(Date.parse(report.period.to), zone)}{' '}
            {zoneLabel(zone)}, {count(report.period.hours)} hours
          </KeyValue>
          <KeyValue name="Availability">
            {share(report.availability)}
            {report.availability_bounds !== null && (
              <span className="text-dim">
                {' '}
                (between {share(report.availability_bounds.low)} and {share(report.availability_bounds.high)} with what
                nobody observed)
              </span>
            )}
          </KeyValue>
          <KeyValue name="Up">{grouped(report.uptime_minutes)} min</KeyValue>
          <KeyValue name="Down">{grouped(report.downtime_minutes)} min</KeyValue>
          <KeyValue name="Not observed">{grouped(report.unobserved_minutes)} min</KeyValue>
          <KeyValue name="Excluded">{grouped(report.excluded_minutes)} min</KeyValue>
          <KeyValue name="Requests">
            {count(report.total_requests)}, {count(report.failed_requests)} failed
          </KeyValue>
          <KeyValue name="Error rate">{share(report.error_rate)}</KeyValue>
          <KeyValue name="Response time, mean">{ms(report.avg_response_time)}</KeyValue>
          <KeyValue name="p50, p95, p99">
            {ms(report.p50_response_time)}, {ms(report.p95_response_time)}, {ms(report.p99_response_time)}
          </KeyValue>
        </KeyValues>
      </Section>
    </>
  );
}

/** Above the limit and kept all the same, because too few requests failed. */
function fewFailures({ metrics, failed_requests, terms, error_rate }: MonthReport): boolean {
  const kept = metrics.some(({ metric, verdict }) => metric === 'error_rate' && verdict === 'compliant');
  return (
    kept && failed_requests < terms.min_bad_events && error_rate !== null && Number(error_rate) > terms.max_error_rate
  );
}

/** The credit with its arithmetic, line by line. */
export function CreditStatement({ credit }: { readonly credit: CreditLine }) {
  return (
    <Section title="Credit">
      <table className="tnum w-full">
        <tbody>
          <Row name="Availability as compared, cut off">{shareText(credit.availability)} %</Row>
          <Row name={`Tier met: below ${asPercent(credit.below)} %`}>{credit.percent} %</Row>
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
            {minutes !== null && <span className="ml-auto">{grouped(minutes)} min</span>}
          </li>
        ))}
      </ul>
      {rows.length > SHOWN && <p className="text-12 text-dim">{count(rows.length - SHOWN)} more stand in the file.</p>}
    </Section>
  );
}
