import { useContext, useMemo } from 'react';
import type { AccessPath } from '../../shared/contract/access.ts';
import { namedWay } from '../access/pathWords.ts';
import { RoleNames } from '../access/roleNames.ts';
import type { QueryState } from '../app/query.ts';

type NameWays = (paths: readonly AccessPath[]) => AccessPath[];

/** An answer with the names of roles in its ways, so that they are found, sorted, copied and exported as they are read. Keep `name` pure. */
export function useNamed<T>(query: QueryState<T>, name: (data: T, ways: NameWays) => T): QueryState<T> {
  const roles = useContext(RoleNames);
  const { data } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `name` is written anew with every render and does the same
  const named = useMemo(() => {
    const ways: NameWays = (paths) => paths.map((path) => ({ ...path, text: namedWay(path.text, roles) }));
    return data === null ? null : name(data, ways);
  }, [data, roles]);
  return { ...query, data: named };
}
