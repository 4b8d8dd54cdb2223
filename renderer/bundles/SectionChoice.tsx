import { useState } from 'react';
import type { BundleSection } from '../../shared/contract/bundles.ts';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { Check } from '../ui/Field.tsx';
import { Section } from '../ui/Section.tsx';
import { chosenAtFirst, chosenByTick, FRAMEWORKS_MAX, type FrameworkInUse, inUse } from './frameworks.ts';
import { SECTIONS } from './words.ts';

export interface SectionChoiceState {
  /** What is to be exported, in the order of SECTIONS. */
  readonly sections: readonly BundleSection[];
  /** Frameworks to be assessed; never none where `sections` has `compliance`. */
  readonly frameworks: readonly string[];
  /** It is not known yet which frameworks are in use: what would be exported may still change. */
  readonly settling: boolean;
  readonly inUse: readonly FrameworkInUse[];
  /** Why no framework can be chosen; null where one can. */
  readonly refusal: string | null;
  readonly toggle: (section: BundleSection) => void;
  readonly toggleFramework: (id: string) => void;
}

const toggled = <T,>(list: readonly T[], item: T): T[] =>
  list.includes(item) ? list.filter((each) => each !== item) : [...list, item];

/** Every section at first; `compliance` is in exactly while a framework is chosen, because a bundle cannot have it without one. */
export function useSectionChoice(orgId: string): SectionChoiceState {
  const { data, error } = useQuery('compliance.overview', { orgId }, useRevision(orgId));
  const [plain, setPlain] = useState<readonly BundleSection[]>(
    SECTIONS.map(({ id }) => id).filter((id) => id !== 'compliance'),
  );
  /** Null: nothing was chosen by hand. */
  const [byHand, setByHand] = useState<readonly string[] | null>(null);
  const known = data?.frameworks ?? null;
  const offered = known === null ? [] : inUse(known);
  const chosen = byHand ?? chosenAtFirst(offered);
  // One that went out of use meanwhile cannot be seen here, and so is not exported.
  const frameworks = chosen.filter((id) => offered.some((one) => one.id === id));
  const settling = known === null && error === null;
  return {
    ...{ frameworks, settling, inUse: offered },
    sections: SECTIONS.map(({ id }) => id).filter((id) =>
      id === 'compliance' ? frameworks.length > 0 : plain.includes(id),
    ),
    refusal: refusalOf(settling, known === null ? (error?.message ?? null) : null, offered.length),
    toggle: (section) => {
      if (section !== 'compliance') setPlain(toggled(plain, section));
      else setByHand(frameworks.length > 0 ? [] : chosenByTick(offered));
    },
    toggleFramework: (id) => setByHand(toggled(frameworks, id)),
  };
}

function refusalOf(settling: boolean, fault: string | null, offered: number): string | null {
  if (settling) return 'Looking which frameworks are in use…';
  if (fault !== null) return `Which frameworks are in use could not be read: ${fault}`;
  if (offered > 0) return null;
  return 'No framework is in use: no compliance mode is on, and the organization has no framework of its own.';
}

/** What the bundle holds, and which frameworks its compliance section assesses. */
export function SectionChoice({ choice }: { readonly choice: SectionChoiceState }) {
  return (
    <Section title="Sections">
      <div className="flex flex-col gap-1.5">
        {SECTIONS.map(({ id, label, hint }) => (
          <div key={id}>
            <Check
              label={id === 'compliance' && choice.refusal !== null ? <span className="text-dim">{label}</span> : label}
              hint={id === 'compliance' ? (choice.refusal ?? hint) : hint}
              checked={choice.sections.includes(id)}
              disabled={id === 'compliance' && choice.refusal !== null}
              onChange={() => choice.toggle(id)}
            />
            {id === 'compliance' && choice.inUse.length > 0 && <FrameworkChoice choice={choice} />}
          </div>
        ))}
      </div>
    </Section>
  );
}

function FrameworkChoice({ choice }: { readonly choice: SectionChoiceState }) {
  const full = choice.frameworks.length >= FRAMEWORKS_MAX;
  return (
    <fieldset className="mt-1.5 ml-6 flex flex-col gap-1 border-l border-line pl-3" aria-label="Frameworks to assess">
      {choice.inUse.map(({ id, title, own, mode }) => {
        const checked = choice.frameworks.includes(id);
        return (
          <Check
            key={id}
            label={
              <>
                {title}{' '}
                <span className="text-12 text-dim">
                  {mode ? 'mode on' : 'mode off'}
                  {own && ', own'}
                </span>
              </>
            }
            checked={checked}
            disabled={full && !checked}
            onChange={() => choice.toggleFramework(id)}
          />
        );
      })}
      {full && <p className="text-12 text-dim">A bundle assesses at most {FRAMEWORKS_MAX} frameworks.</p>}
    </fieldset>
  );
}
