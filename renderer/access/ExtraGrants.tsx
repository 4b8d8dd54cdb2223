import { useCallback, useMemo } from 'react';
import { GrantInput } from './GrantInput.tsx';
import { GrantList } from './GrantList.tsx';
import type { Matrix } from './matrix.ts';
import { grantProblem } from './permissionTree.ts';

interface ExtraGrantsProps {
  readonly label: string;
  readonly matrix: Matrix;
  readonly grants: readonly string[];
  readonly onChange: (grants: readonly string[]) => void;
  readonly disabled?: boolean;
}

/** Grants of a holder, one by one: each shown as written, a new one by typing. One the catalog does not have says so. */
export function ExtraGrants({ label, matrix, grants, onChange, disabled }: ExtraGrantsProps) {
  const has = useCallback((grant: string) => grants.includes(grant), [grants]);
  const problems = useMemo(() => {
    const found = grants.map((grant) => [grant, grantProblem(grant, matrix.book)] as const);
    return new Map(found.filter((pair): pair is [string, string] => pair[1] !== null));
  }, [grants, matrix]);
  const off = disabled === true;
  return (
    <div className="flex flex-col gap-2">
      {off ? (
        <p className="text-12 font-medium text-dim">
          {label}
          {grants.length === 0 && ': none'}
        </p>
      ) : (
        <GrantInput matrix={matrix} label={label} has={has} onAdd={(grant) => onChange([...grants, grant].sort())} />
      )}
      {grants.length > 0 && (
        <GrantList
          label={label}
          grants={grants}
          problems={problems}
          {...(off ? {} : { onRemove: (grant: string) => onChange(grants.filter((other) => other !== grant)) })}
        />
      )}
    </div>
  );
}
