import type { OrgSummary } from '../../shared/contract/connections.ts';
import { useOrgs } from '../app/orgs.ts';
import { navigate } from '../app/router.ts';
import { asCallError } from '../bridge.ts';
import { toast } from '../ui/toasts.ts';

/** Start a sync and say why where it does not start; an ended session leads to signing in again. */
export function startSync(org: OrgSummary): void {
  useOrgs
    .getState()
    .sync(org.orgId)
    .catch((thrown: unknown) => {
      const error = asCallError(thrown);
      const again = error.code === 'LOGIN_REQUIRED' && org.connectionId !== null;
      toast({
        text: `${org.name}: ${error.message}`,
        tone: 'bad',
        ...(again
          ? {
              action: {
                label: 'Sign in again',
                run: () => navigate({ screen: 'connect', org: null, params: { again: org.connectionId! } }),
              },
            }
          : {}),
      });
    });
}
