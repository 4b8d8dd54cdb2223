/** Whether a monthly report follows from its own figures, in whole numbers, as far as the figures it shows decide. */
import type { CreditTerms, SlaMetric } from '../entities/sla.ts';
import { verdictOf } from '../sla/evaluate.ts';
import { isAbove, raised, toMillionths, truncated } from '../sla/fraction.ts';
import type { CreditLine, MonthReport, Verdict } from '../sla/model.ts';

/** Decimal text as millionths; more decimals are cut off. */
function millionths(text: string): bigint {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole!) * 1_000_000n + BigInt(part.slice(0, 6).padEnd(6, '0'));
}

/** Verdicts that the figures allow: both where what was cut off decides. */
function allowed(report: MonthReport, metric: SlaMetric, actual: string | null): readonly Verdict[] {
  const { terms } = report;
  if (actual === null) return ['no_data'];
  switch (metric) {
    case 'availability':
      // A target has at most six decimals, so that cutting off at six never brings a value to it or over it.
      return millionths(actual) < BigInt(toMillionths(terms.target_availability)) ? ['breached'] : ['compliant'];
    case 'response_time': {
      const limit = BigInt(terms.max_response_time_ms) * 1_000_000n;
      const shown = millionths(actual);
      if (shown === limit) return ['compliant', 'breached'];
      return shown > limit ? ['breached'] : ['compliant'];
    }
    case 'error_rate': {
      const failed = BigInt(report.failed_requests);
      if (!isAbove(failed, BigInt(report.total_requests), terms.max_error_rate)) return ['compliant'];
      return report.failed_requests < terms.min_bad_events ? ['compliant', 'breached'] : ['breached'];
    }
  }
}

function metricFaults(report: MonthReport): string[] {
  const shown: Readonly<Record<SlaMetric, string | null>> = {
    availability: report.availability,
    error_rate: report.error_rate,
    response_time: responseOf(report),
  };
  const names = report.metrics.map(({ metric }) => metric);
  if (names.length !== 3 || new Set(names).size !== 3) return ['The report does not judge each metric once.'];
  const faults = report.metrics.flatMap(({ metric, verdict, actual }) => {
    if (metric !== 'response_time' || shown[metric] !== null) {
      if (actual !== shown[metric])
        return [`${metric} is ${actual} where it is judged and ${shown[metric]} where it is shown.`];
    }
    return allowed(report, metric, actual).includes(verdict) ? [] : [`${metric} of ${actual} is judged ${verdict}.`];
  });
  if (verdictOf(report.metrics) !== report.verdict) faults.push(`The month is judged ${report.verdict}.`);
  return faults;
}

/** The shown response time that the terms measure by; null where the report shows another percentile. */
function responseOf({ terms: { response_measure: by }, ...report }: MonthReport): string | null {
  if (by.kind === 'mean') return report.avg_response_time;
  if (by.percentile === 0.5) return report.p50_response_time;
  if (by.percentile === 0.95) return report.p95_response_time;
  return by.percentile === 0.99 ? report.p99_response_time : null;
}

/** Least and greatest availability, in millionths, of minutes that were each cut off at three decimals. */
function shareOf(up: bigint, down: bigint): { readonly low: bigint; readonly high: bigint } {
  const cut = 1_000n;
  const low = (up * 1_000_000n) / (up + down + cut);
  return { low, high: ((up + cut) * 1_000_000n) / (up + cut + down) };
}

function shareFaults(report: MonthReport): string[] {
  const { total_requests: total, failed_requests: failed, availability, error_rate, terms } = report;
  const faults: string[] = [];
  if (failed > total) faults.push('More requests failed than there were.');
  const rate = raised(BigInt(failed), BigInt(total), 6);
  if (error_rate !== rate) faults.push(`The error rate of ${failed} in ${total} is ${rate}, not ${error_rate}.`);
  if (terms.availability_basis === 'requests') {
    const good = truncated(BigInt(total - failed), BigInt(total), 6);
    if (availability !== good)
      faults.push(`The availability of ${failed} failures in ${total} is ${good}, not ${availability}.`);
  } else if (availability !== null) {
    const share = shareOf(millionths(report.uptime_minutes), millionths(report.downtime_minutes));
    const shown = millionths(availability);
    if (shown < share.low || shown > share.high)
      faults.push(`The availability ${availability} is not that of the minutes.`);
  }
  return faults;
}

/** What the tiers give; null where none is met. The lowest tier that is met counts; rounded half up, once. */
function creditDue(
  terms: CreditTerms,
  availability: string,
): Pick<CreditLine, 'below' | 'percent' | 'creditMinor'> | null {
  const value = millionths(availability);
  const met = terms.tiers.filter(({ below }) => value < BigInt(toMillionths(below)));
  const tier = met.toSorted((a, b) => a.below - b.below || b.percent - a.percent)[0];
  if (tier === undefined) return null;
  const { below, percent } = tier;
  return { below, percent, creditMinor: String((BigInt(terms.monthly_fee_minor) * BigInt(percent) + 50n) / 100n) };
}

function creditFaults({ terms: { credits }, availability, credit }: MonthReport): string[] {
  const due = credits === null || availability === null ? null : creditDue(credits, availability);
  if (credits === null || due === null || credit === null) {
    return (due === null) === (credit === null) ? [] : [`The credit ${credit === null ? 'is missing' : 'is not due'}.`];
  }
  const faults: string[] = [];
  if (credit.availability !== availability) faults.push('The credit was computed from another availability.');
  if (credit.below !== due.below || credit.percent !== due.percent) {
    faults.push(`The credit is of ${credit.percent} percent; the terms give ${due.percent}.`);
  }
  if (credit.feeMinor !== credits.monthly_fee_minor || credit.currency !== credits.currency) {
    faults.push('The credit was computed from another fee.');
  }
  if (credit.creditMinor !== due.creditMinor)
    faults.push(`The credit is ${credit.creditMinor}; the fee gives ${due.creditMinor}.`);
  const small = BigInt(due.creditMinor) < BigInt(credits.minimum_minor);
  if (small !== (credit.waived !== null)) faults.push('Whether the credit is paid does not follow from the minimum.');
  return faults;
}

/** What in a report does not follow from its own figures; empty where all does. */
export function slaFaults(report: MonthReport): string[] {
  const { from, to, hours } = report.period;
  const length = Date.parse(to) - Date.parse(from);
  const period =
    length > 0 && Math.abs(length / 3_600_000 - hours) < 1e-6 ? [] : ['The period is not as long as it says.'];
  return [...period, ...metricFaults(report), ...shareFaults(report), ...creditFaults(report)];
}
