/** Security incidents: INC-01. */
import type { Incident } from '../../../entities/index.ts';
import type { CheckRule } from '../rule.ts';
import { type Answered, answer, byId, type Failing, HOUR, isoOf, MINUTE, many, msOf } from './common.ts';

/** GDPR Art. 33(1). */
const NOTICE_HOURS = 72;

interface Clock {
  readonly state: 'kept' | 'running' | 'missed';
  readonly why: string;
}

/** From a beginning to an act within a time; not done yet: missed once that time has run out. */
function clock(began: number, done: number | null, limit: number, asOf: number, words: string): Clock {
  if (done !== null) {
    const late = done - began > limit;
    return { state: late ? 'missed' : 'kept', why: late ? `${words} only on ${isoOf(done)}.` : '' };
  }
  const over = asOf - began > limit;
  return { state: over ? 'missed' : 'running', why: over ? `Not ${words.toLowerCase()} by ${isoOf(asOf)}.` : '' };
}

/** Its clocks. A breach of which nobody noted since when it was known counts from its detection, the earlier instant. */
function clocksOf(one: Incident, minutes: number, asOf: number): Clock[] {
  const detected = Date.parse(one.detected_at);
  const seen = (text: string | null): number | null => {
    const at = msOf(text);
    return at !== null && at <= asOf ? at : null;
  };
  const response = clock(detected, seen(one.responded_at), minutes * MINUTE, asOf, 'Answered');
  if (!one.personal_data || one.notice_reason.trim() !== '') return [response];
  const aware = msOf(one.aware_at) ?? detected;
  return [response, clock(aware, seen(one.authority_told_at), NOTICE_HOURS * HOUR, asOf, 'Told to the authority')];
}

/** SOC 2 CC7.4, PCI DSS 4.0.1 12.10.1, GDPR Art. 33(1): 72 hours from becoming aware, or the reasons for the delay. */
const INC_01: CheckRule = {
  id: 'INC-01',
  version: 1,
  populationOf: 'incidents detected in the period',
  explain: ({ incident_response_minutes }) =>
    `Passes when each incident detected in the period was answered within ${incident_response_minutes} minutes; where personal data was breached the authority was told within ${NOTICE_HOURS} hours, or the reason is given why not. Insufficient while a time has not run out, or without an incident.`,
  *run({ world, period, parameters }): Answered {
    const incidents = byId(world.records('incident')).filter(({ detected_at }) => {
      const at = Date.parse(detected_at);
      return at >= period.from && at < period.to;
    });
    let running = 0;
    const looked: string[][] = [];
    const failing = incidents.flatMap((one): Failing[] => {
      const clocks = clocksOf(one, parameters.incident_response_minutes, world.asOf);
      looked.push([one.id, ...clocks.map(({ state }) => state)]);
      const missed = clocks.filter(({ state }) => state === 'missed');
      if (missed.length === 0 && clocks.some(({ state }) => state === 'running')) running++;
      const why = missed.map((clocked) => clocked.why).join(' ');
      const at = Date.parse(one.detected_at);
      return missed.length === 0 ? [] : [{ id: `incident ${one.id}`, title: one.title, at, why }];
    });
    return answer({
      population: incidents.length,
      failing,
      missing: [running === 0 ? null : `The time of ${many(running, 'open incident')} has not run out yet.`],
      looked,
    });
  },
};

export const INCIDENT_RULES: readonly CheckRule[] = [INC_01];
