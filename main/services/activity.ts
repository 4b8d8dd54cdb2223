/** Which calls show that a person is there. Screens also ask by themselves: after an event, and for progress. */
import { contract, type ProcedureName } from '../../shared/contract/index.ts';
import type { Events } from './events.ts';

/** Screens read anew within this time of an event. */
const ECHO_MS = 5000;
const PASSIVE: ReadonlySet<ProcedureName> = new Set([
  ...(['app.info', 'vault.status', 'jobs.list', 'jobs.get', 'settings.get'] as const),
  ...(['orgs.list', 'connections.list', 'integrity.get', 'bundles.list', 'app.demoSignIn'] as const),
]);

/** Tells `touch` of calls that are a person's doing: without this a console that syncs by itself would never lock itself. */
export function createActivity(events: Events, now: () => number, touch: () => void) {
  let echoUntil = 0;
  const echo = (): void => {
    echoUntil = now() + ECHO_MS;
  };
  events.on('orgs.changed', echo);
  events.on('job', echo);
  return {
    called(procedure: ProcedureName): void {
      const asked = contract[procedure].kind === 'query' && now() < echoUntil;
      if (!PASSIVE.has(procedure) && !asked) touch();
    },
  };
}
