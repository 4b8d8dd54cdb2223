import { CHECKS } from '../../../shared/compliance/checks/catalog.ts';
import { navigate } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { count, plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import type { NamedControl } from './lines.ts';

const TITLES: ReadonlyMap<string, string> = new Map(CHECKS.map(({ id, title }) => [id, title]));
/** Items named before the rest is counted. */
const ITEMS_SHOWN = 50;

interface CoversProps {
  readonly controls: readonly NamedControl[];
  /** Controls that are of no framework now. */
  readonly lost: readonly string[];
  readonly checks: readonly string[];
  /** Failing items of the checks; empty: all of them. */
  readonly subjects: readonly string[];
}

/** Controls and checks that a finding or an exception is about, each leading there. */
export function Covers({ controls, lost, checks, subjects }: CoversProps) {
  return (
    <>
      <Section title={plural(controls.length + lost.length, 'control')}>
        {controls.length + lost.length === 0 && <p className="text-dim">It names no control.</p>}
        <ul className="flex flex-col">
          {controls.map(({ id, ref, title, framework }) => (
            <li key={id} className="flex items-baseline gap-2 py-0.5">
              <Button
                small
                kind="quiet"
                className="-ml-2 shrink-0 font-mono"
                onClick={() => navigate({ params: { tab: 'controls', framework, control: id } })}
              >
                {ref}
              </Button>
              <span className="min-w-0">{title}</span>
            </li>
          ))}
          {lost.map((id) => (
            <li key={id} className="py-0.5 text-dim">
              <span className="font-mono">{id}</span>, of no framework any more
            </li>
          ))}
        </ul>
      </Section>
      {checks.length > 0 && (
        <Section title={plural(checks.length, 'check')}>
          <ul className="flex flex-col">
            {checks.map((id) => (
              <li key={id} className="flex items-baseline gap-2 py-0.5">
                <Button
                  small
                  kind="quiet"
                  className="-ml-2 shrink-0 font-mono"
                  onClick={() => navigate({ params: { tab: 'checks', check: id } })}
                >
                  {id}
                </Button>
                <span className="min-w-0">{TITLES.get(id) ?? 'a check this console does not know'}</span>
              </li>
            ))}
          </ul>
          {subjects.length > 0 && (
            <p className="mt-1 text-12 break-words text-dim">
              Of it {plural(subjects.length, 'item')}: {subjects.slice(0, ITEMS_SHOWN).join(', ')}
              {subjects.length > ITEMS_SHOWN && ` and ${count(subjects.length - ITEMS_SHOWN)} more`}
            </p>
          )}
        </Section>
      )}
    </>
  );
}
