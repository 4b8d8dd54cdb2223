import { useOrgs } from '../app/orgs.ts';
import { useQuery } from '../app/query.ts';
import { useRevision } from './revision.ts';
import type { Me } from './rights.ts';

/** Rights of the signed-in person in an organization, as the mirror has them; null until known. */
export function useMe(orgId: string): Me | null {
  const contact = useOrgs((state) => state.connections);
  const revision = `${useRevision(orgId)} ${contact.map(({ state }) => state).join()}`;
  const answer = useQuery('access.me', { orgId }, revision);
  return answer.stale ? null : answer.data;
}
