import { Section } from '../ui/Section.tsx';
import { Verdict } from '../ui/Verdict.tsx';

/** What this proof cannot see, said plainly. */
export function Witness({ witnessed }: { readonly witnessed: boolean }) {
  return (
    <Section
      title="Witness"
      aside={witnessed ? <Verdict tone="ok">witnessed</Verdict> : <Verdict tone="none">no witness</Verdict>}
    >
      <p className="max-w-prose text-dim">
        {witnessed
          ? 'An independent witness signed the same checkpoint: the platform showed it the log that it showed this console.'
          : 'This console sees altered, missing, reordered and withdrawn events. It cannot see by itself a platform that shows everyone a different but consistent log (a split view). Compare size and root with another console to exclude that.'}
      </p>
    </Section>
  );
}
