/** What a notification says: the JSON of a webhook, subject and text of an e-mail. */
import type { Sla, SlaAlert, SlaBreach } from '../../shared/entities/index.ts';
import { canonicalize, type Json } from '../../shared/json/index.ts';
import { truncated } from '../../shared/sla/fraction.ts';

export type Notice = (
  | { readonly about: 'breach'; readonly breach: SlaBreach }
  | { readonly about: 'alert'; readonly alert: SlaAlert }
) & { readonly phase: 'opened' | 'closed'; readonly at: string };

export interface Named {
  readonly organization: { readonly id: string; readonly name: string };
  readonly sla: Pick<Sla, 'id' | 'name'>;
}

export interface Message {
  /** `sla.breach.opened` and the like. */
  readonly event: string;
  readonly subject: string;
  /** RFC 8785 JSON. */
  readonly json: string;
  readonly text: string;
}

const DIGITS = 9;
const METRICS = { availability: 'Availability', response_time: 'Response time', error_rate: 'Error rate' } as const;
const SCOPES = { day: 'the last 24 hours', window: 'the window of its terms' } as const;

/** A fraction of at most nine decimals as percent, digit by digit. */
function percent(fraction: number): string {
  const parts = BigInt(Math.round(fraction * 10 ** DIGITS));
  const text = truncated(parts * 100n, 10n ** BigInt(DIGITS), DIGITS - 2)!;
  return `${text.replace(/\.?0+$/, '')} %`;
}

const figure = (metric: SlaBreach['metric'], value: number): string =>
  metric === 'response_time' ? `${value.toFixed(1)} ms` : percent(value);

function breachLines(breach: SlaBreach): { head: string; lines: string[] } {
  const { metric, scope, target, actual } = breach;
  const side = metric === 'availability' ? 'below' : 'above';
  return {
    head: `${METRICS[metric]} ${figure(metric, actual)}, ${side} ${figure(metric, target)}`,
    lines: [
      `Metric: ${METRICS[metric]}, over ${SCOPES[scope]}`,
      `Promised: ${figure(metric, target)}`,
      `Worst seen: ${figure(metric, actual)}`,
      `Opened: ${breach.opened_at}`,
      ...(breach.closed_at === null ? [] : [`Closed: ${breach.closed_at}`]),
    ],
  };
}

function alertLines(alert: SlaAlert): { head: string; lines: string[] } {
  const { severity, long_minutes, short_minutes, threshold, burn_rate } = alert;
  return {
    head: `Error budget burns ${burn_rate.toFixed(1)} times too fast (${severity})`,
    lines: [
      `Severity: ${severity}`,
      `Windows: ${long_minutes} and ${short_minutes} minutes`,
      `Burn rate: ${burn_rate.toFixed(2)}, alert above ${threshold.toFixed(2)}`,
      `Opened: ${alert.opened_at}`,
      ...(alert.closed_at === null ? [] : [`Closed: ${alert.closed_at}`]),
    ],
  };
}

/** The message about a breach or alert that opened or closed. */
export function messageOf({ organization, sla }: Named, notice: Notice): Message {
  const { head, lines } = notice.about === 'breach' ? breachLines(notice.breach) : alertLines(notice.alert);
  const event = `sla.${notice.about}.${notice.phase}`;
  const entity = notice.about === 'breach' ? { breach: notice.breach } : { alert: notice.alert };
  const data = { organization, sla: { id: sla.id, name: sla.name }, ...entity } as unknown as Json;
  return {
    event,
    subject: `${notice.phase === 'opened' ? '' : 'Resolved: '}${sla.name}: ${head}`,
    json: canonicalize({ type: event, timestamp: notice.at, data }),
    text: [
      `${sla.name}, ${organization.name}`,
      '',
      notice.phase === 'opened' ? head : `Resolved: ${head}`,
      '',
      ...lines,
      '',
      `Service level agreement ${sla.id} of organization ${organization.id}.`,
      '',
    ].join('\n'),
  };
}

/** An automated check that passed and does not any more. */
export function driftMessage(
  organization: Named['organization'],
  check: {
    readonly check: string;
    readonly title: string;
    readonly from: string;
    readonly to: string;
    readonly summary: string;
  },
  at: string,
): Message {
  const words = check.to === 'fail' ? 'fails' : 'has not enough data';
  return {
    event: 'check.drift',
    subject: `${check.check} ${words}: ${check.title}`,
    json: canonicalize({ type: 'check.drift', timestamp: at, data: { organization, check: { ...check } } }),
    text: [
      `${check.check} ${words}, ${organization.name}`,
      '',
      check.title,
      '',
      check.summary,
      `It passed before; since ${at} it does not.`,
      '',
      `Automated check ${check.check} of organization ${organization.id}.`,
      '',
    ].join('\n'),
  };
}

/** A trial of a channel. */
export function testMessage(organization: Named['organization'], channel: string, at: string): Message {
  return {
    event: 'sla.test',
    subject: `Test of the channel ${channel}`,
    json: canonicalize({ type: 'sla.test', timestamp: at, data: { organization, channel } }),
    text: `This is a test of the channel ${channel} of ${organization.name}. Nothing is wrong.\n`,
  };
}
