/** The way past a refusal that rests on the mirror: the platform decides, and may know what the mirror does not yet. */
import { useOrgs } from '../app/orgs.ts';
import type { Action } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { Check } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import { useTime } from '../ui/zone.ts';
import { type Anyway, anywayWords } from './useAnyway.ts';

const LABEL = 'Ask the platform anyway';

function useAnywayWords(orgId: string): string {
  const time = useTime();
  const lastSyncAt = useOrgs((state) => state.orgs?.find((org) => org.orgId === orgId)?.lastSyncAt ?? null);
  return anywayWords(lastSyncAt === null ? null : `${time.minute(lastSyncAt)} ${time.label}`);
}

interface CheckProps {
  readonly orgId: string;
  readonly anyway: Anyway;
}

/** Lifts a refusal foretold from the mirror. Stands below what would be refused. */
export function AnywayCheck({ orgId, anyway }: CheckProps) {
  const words = useAnywayWords(orgId);
  return (
    <Check label={LABEL} hint={words} checked={anyway.on} onChange={(event) => anyway.set(event.target.checked)} />
  );
}

interface NotDoneProps {
  /** The work that failed; with true it asks the platform anyway. */
  readonly action: Action<[anyway?: boolean]>;
  /** What was not lost. */
  readonly kept: string;
}

/** Why a change was not done; where only the mirror spoke against it, with the way to ask the platform all the same. */
export function NotDone({ action, kept }: NotDoneProps) {
  const { error, busy, run } = action;
  if (error === null) return null;
  if (error.code !== 'RIGHT_MISSING') return <ErrorState compact error={error} kept={kept} />;
  return (
    <ErrorState
      compact
      error={error}
      kept={`${kept} If the platform refuses it as well, that stands in its audit log.`}
      actions={
        <Button small busy={busy} onClick={() => void run(true)}>
          {LABEL}
        </Button>
      }
    />
  );
}
