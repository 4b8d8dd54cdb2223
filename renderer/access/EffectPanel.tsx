import { duration, plural } from '../ui/numbers.ts';
import { Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { type Effect, effectOf, effectSentence } from './effect.ts';
import { HolderEffects } from './HolderEffects.tsx';
import { Refusals } from './Refusals.tsx';
import type { Anyway } from './useAnyway.ts';
import type { PreviewState } from './usePreview.ts';

interface EffectPanelProps {
  readonly orgId: string;
  readonly state: PreviewState;
  /** Said while there is no change to look at. */
  readonly idle: string;
  readonly anyway: Anyway;
}

/** What a change does, and for whom, before it is made. */
export function EffectPanel({ orgId, state, idle, anyway }: EffectPanelProps) {
  const { preview, busy, error } = state;
  if (error !== null) return <ErrorState compact error={error} kept="Nothing was changed." />;
  if (preview === null) {
    if (!busy) return <p className="py-2 text-dim">{idle}</p>;
    return (
      <div role="status" aria-label="Computing the effect" className="flex flex-col gap-3 py-3">
        <Skeleton className="w-4/5" />
        <Skeleton className="w-3/5" />
      </div>
    );
  }
  return (
    <div aria-busy={busy} className={busy ? 'opacity-60' : undefined}>
      <EffectList
        orgId={orgId}
        anyway={anyway}
        effect={effectOf([preview])}
        note={`Computed for ${plural(preview.holders, 'holder')} from the mirror in ${duration(preview.elapsedMs)}; nothing is sent yet.`}
      />
    </div>
  );
}

interface EffectListProps {
  readonly orgId: string;
  readonly effect: Effect;
  readonly note: string;
  readonly anyway: Anyway;
}

/** An effect: its sum, why it would be refused, what wildcards take in, and each holder. */
export function EffectList({ orgId, effect, note, anyway }: EffectListProps) {
  return (
    <>
      <p role="status" className="py-2 font-medium">
        {effectSentence(effect)}.<span className="tnum block text-12 font-normal text-dim">{note}</span>
      </p>
      <Refusals orgId={orgId} refusals={effect.refusals} anyway={anyway} />
      {effect.wildcardDelta.length > 0 && <WildcardDelta permissions={effect.wildcardDelta} />}
      {effect.holders.length > 0 && (
        <Section title="For whom">
          <HolderEffects holders={effect.holders} />
        </Section>
      )}
    </>
  );
}

const SHOWN = 12;

/** What wildcards reach that they did not before: they take in what the catalog gained since. */
function WildcardDelta({ permissions }: { readonly permissions: readonly string[] }) {
  return (
    <Section title={`Wildcards reach ${plural(permissions.length, 'more permission')}`}>
      <p className="mb-1 text-12 text-dim">
        What the wildcards of this change take in. What the catalog gains later they reach only when saved again.
      </p>
      <ul className="mono">
        {permissions.slice(0, SHOWN).map((permission) => (
          <li key={permission} className="truncate">
            {permission}
          </li>
        ))}
        {permissions.length > SHOWN && <li className="text-dim">and {plural(permissions.length - SHOWN, 'other')}</li>}
      </ul>
    </Section>
  );
}
