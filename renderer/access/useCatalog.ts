import { useMemo } from 'react';
import { type QueryState, useQuery } from '../app/query.ts';
import { buildMatrix, type Matrix, type RoleCatalog } from './matrix.ts';
import { useRevision } from './revision.ts';

export interface CatalogState {
  readonly catalog: RoleCatalog | null;
  readonly matrix: Matrix | null;
  readonly query: QueryState<RoleCatalog>;
}

/** Every permission and role of an organization, and the matrix over them; read again when the mirror or the outbox changed. */
export function useCatalog(orgId: string): CatalogState {
  const revision = useRevision(orgId);
  const query = useQuery('access.catalog', { orgId }, revision);
  const catalog = query.stale ? null : query.data;
  const matrix = useMemo(() => (catalog === null ? null : buildMatrix(catalog)), [catalog]);
  return { catalog, matrix, query };
}
