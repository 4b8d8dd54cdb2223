import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useEntities } from '../access/entities.ts';
import { accountRows } from '../accounts/accounts.ts';
import { plural } from '../ui/numbers.ts';
import { useNow } from '../ui/zone.ts';

interface CountProps {
  readonly orgId: string;
}

/** What is on the screen is read first; the counts beside the navigation can wait so long, ms. */
const LATER_MS = 1500;

function Later({ children }: { readonly children: ReactNode }) {
  const [now, setNow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setNow(true), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
  return now ? children : null;
}

/** Service accounts that ask for a look. */
export function AccountsCount({ orgId }: CountProps) {
  return (
    <Later>
      <Accounts orgId={orgId} />
    </Later>
  );
}

function Accounts({ orgId }: CountProps) {
  const { rows } = useEntities(orgId, 'service_account');
  const now = useNow();
  const many = useMemo(
    () => accountRows(rows ?? [], null, null, now).filter(({ concerns }) => concerns.length > 0).length,
    [rows, now],
  );
  if (many === 0) return null;
  return (
    <span className="tnum text-11 font-medium max-[880px]:hidden">
      {many}
      <span className="sr-only"> {many === 1 ? 'needs' : 'need'} attention</span>
    </span>
  );
}

/** Access reviews that are open and not decided to the end. */
export function ReviewsCount({ orgId }: CountProps) {
  return (
    <Later>
      <Reviews orgId={orgId} />
    </Later>
  );
}

function Reviews({ orgId }: CountProps) {
  const { rows } = useEntities(orgId, 'access_review');
  const open = rows?.filter(({ closed_at, decided, items }) => closed_at === null && decided < items).length ?? 0;
  if (open === 0) return null;
  return (
    <span className="tnum text-11 font-medium whitespace-nowrap max-[880px]:hidden">{plural(open, 'review')}</span>
  );
}
