import { useMemo } from 'react';
import { useEntities } from '../access/entities.ts';
import { useMe } from '../access/useMe.ts';
import { accountRows } from '../accounts/accounts.ts';
import { plural } from '../ui/numbers.ts';
import { useNow } from '../ui/zone.ts';

interface CountProps {
  readonly orgId: string;
}

/** Service accounts that ask for a look. */
export function AccountsCount({ orgId }: CountProps) {
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

/** Open reviews in which the signed-in person has something to decide. */
export function ReviewsCount({ orgId }: CountProps) {
  const { rows } = useEntities(orgId, 'access_review');
  const members = useEntities(orgId, 'member');
  const me = useMe(orgId);
  const userId = members.rows?.find(({ id }) => id === me?.memberId)?.user_id;
  if (userId === undefined || rows === null) return null;
  const open = rows.filter(
    ({ closed_at, reviewers, decided, items }) => closed_at === null && decided < items && reviewers.includes(userId),
  ).length;
  if (open === 0) return null;
  return (
    <span className="tnum text-11 font-medium whitespace-nowrap max-[880px]:hidden">{plural(open, 'review')}</span>
  );
}
