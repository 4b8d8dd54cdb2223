import { useOrgs } from '../app/orgs.ts';
import { useQuery } from '../app/query.ts';
import type { Me } from './rights.ts';

/** Rights of the signed-in person in an organization, as the mirror has them; null until known. */
export function useMe(orgId: string): Me | null {
  const revision = useOrgs((state) => state.revision);
  const answer = useQuery('access.me', { orgId }, revision);
  return answer.stale ? null : answer.data;
}
