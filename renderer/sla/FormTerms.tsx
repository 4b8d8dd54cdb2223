import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SlaTerms } from '../../shared/entities/index.ts';
import { burnThreshold } from '../../shared/sla/budget.ts';
import { DAY } from '../../shared/sla/model.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Check, Select, TextInput } from '../ui/Field.tsx';
import { Section } from '../ui/Section.tsx';
import { type PartProps, TextField } from './FormTargets.tsx';
import type { HoursDraft, RuleDraft, TierDraft } from './slaDraft.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The list with one item changed. */
function replaced<T>(list: readonly T[], at: number, change: Partial<T>): T[] {
  return list.map((item, i) => (i === at ? { ...item, ...change } : item));
}

interface RowsProps {
  readonly add: string;
  readonly onAdd: () => void;
  readonly error: string | undefined;
  readonly children: ReactNode;
}

function Rows({ add, onAdd, error, children }: RowsProps) {
  return (
    <>
      <div className="flex flex-col gap-1.5">{children}</div>
      {error !== undefined && (
        <p role="alert" className="mt-1 text-12 text-bad">
          {error}
        </p>
      )}
      <Button small kind="quiet" icon={Plus} className="mt-1 -ml-2" onClick={onAdd}>
        {add}
      </Button>
    </>
  );
}

/** Local hours in which it counts; none: always. */
export function Hours({ draft, set, problems }: PartProps) {
  const hours = draft.hours;
  const change = (at: number, part: Partial<HoursDraft>): void => set({ hours: replaced(hours, at, part) });
  return (
    <Section title={hours.length === 0 ? 'Service hours · at all hours' : 'Service hours · all else is excluded'}>
      <Rows
        add="Add hours"
        onAdd={() => set({ hours: [...hours, { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' }] })}
        error={problems.hours}
      >
        {hours.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own
          <fieldset key={at} className="flex flex-wrap items-center gap-2" aria-label={`Service hours ${at + 1}`}>
            {DAYS.map((day, i) => {
              const on = row.days.includes(i + 1);
              return (
                <Button
                  key={day}
                  small
                  kind={on ? 'plain' : 'quiet'}
                  aria-pressed={on}
                  className="px-1.5!"
                  onClick={() =>
                    change(at, { days: on ? row.days.filter((one) => one !== i + 1) : [...row.days, i + 1].sort() })
                  }
                >
                  {day}
                </Button>
              );
            })}
            <TextInput
              mono
              aria-label="From"
              className="w-16!"
              value={row.from}
              onChange={(event) => change(at, { from: event.target.value })}
            />
            to
            <TextInput
              mono
              aria-label="To"
              className="w-16!"
              value={row.to}
              onChange={(event) => change(at, { to: event.target.value })}
            />
            <IconButton
              small
              icon={X}
              label="Remove these hours"
              onClick={() => set({ hours: hours.filter((_, i) => i !== at) })}
            />
          </fieldset>
        ))}
      </Rows>
    </Section>
  );
}

/** What is paid back when availability is missed. */
export function Credits({ draft, set, problems }: PartProps) {
  const { credits } = draft;
  const change = (part: Partial<typeof credits>): void => set({ credits: { ...credits, ...part } });
  const tier = (at: number, part: Partial<TierDraft>): void => change({ tiers: replaced(credits.tiers, at, part) });
  return (
    <Section title="Credits">
      <Check
        label="A missed month earns a credit"
        checked={credits.on}
        onChange={(event) => change({ on: event.target.checked })}
      />
      {credits.on && (
        <div className="mt-2">
          <div className="mb-2 grid grid-cols-3 gap-3">
            <TextField label="Currency" value={credits.currency} onChange={(currency) => change({ currency })} />
            <TextField numeric label="Fee a month" value={credits.fee} onChange={(fee) => change({ fee })} />
            <TextField
              numeric
              label="Least that is paid"
              value={credits.minimum}
              onChange={(minimum) => change({ minimum })}
            />
          </div>
          <Rows
            add="Add tier"
            onAdd={() => change({ tiers: [...credits.tiers, { below: '', percent: '' }] })}
            error={problems.credits}
          >
            {credits.tiers.map((row, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own
              <fieldset key={at} className="flex items-center gap-2" aria-label={`Tier ${at + 1}`}>
                below
                <TextInput
                  aria-label="Availability below (%)"
                  className="tnum w-20! text-right"
                  value={row.below}
                  onChange={(event) => tier(at, { below: event.target.value })}
                />
                % pays
                <TextInput
                  aria-label="Share of the fee (%)"
                  className="tnum w-16! text-right"
                  value={row.percent}
                  onChange={(event) => tier(at, { percent: event.target.value })}
                />
                % of the fee
                <IconButton
                  small
                  icon={X}
                  label="Remove this tier"
                  onClick={() => change({ tiers: credits.tiers.filter((_, i) => i !== at) })}
                />
              </fieldset>
            ))}
          </Rows>
        </div>
      )}
    </Section>
  );
}

/** When an alert goes out, and at which burn rate that is. */
export function Alerts({ draft, set, problems, terms }: PartProps & { readonly terms: SlaTerms | null }) {
  const change = (at: number, part: Partial<RuleDraft>): void => set({ rules: replaced(draft.rules, at, part) });
  const windowMs = draft.rollingDays === '' ? 30 * DAY : Math.max(1, Number(draft.rollingDays)) * DAY;
  return (
    <Section title="Burn-rate alerts">
      <Rows
        add="Add rule"
        onAdd={() => set({ rules: [...draft.rules, { long: '60', short: '5', budget: '2', severity: 'page' }] })}
        error={problems.rules}
      >
        {draft.rules.map((row, at) => {
          const rule = terms?.burn_rules[at];
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own
            <fieldset key={at} className="flex flex-wrap items-center gap-2" aria-label={`Alert rule ${at + 1}`}>
              <Select
                aria-label="Severity"
                className="w-24!"
                value={row.severity}
                options={[
                  { value: 'page', label: 'page' },
                  { value: 'ticket', label: 'ticket' },
                ]}
                onChange={(event) => change(at, { severity: event.target.value as RuleDraft['severity'] })}
              />
              when
              <TextInput
                aria-label="Share of the budget (%)"
                className="tnum w-14! text-right"
                value={row.budget}
                onChange={(event) => change(at, { budget: event.target.value })}
              />
              % of the budget goes in
              <TextInput
                aria-label="Long window (minutes)"
                className="tnum w-16! text-right"
                value={row.long}
                onChange={(event) => change(at, { long: event.target.value })}
              />
              min, still in the last
              <TextInput
                aria-label="Short window (minutes)"
                className="tnum w-14! text-right"
                value={row.short}
                onChange={(event) => change(at, { short: event.target.value })}
              />
              min
              <IconButton
                small
                icon={X}
                label="Remove this rule"
                onClick={() => set({ rules: draft.rules.filter((_, i) => i !== at) })}
              />
              {rule !== undefined && (
                <span className="tnum w-full text-11 text-dim">
                  fires above {burnThreshold(rule, windowMs).toFixed(2)} times the even pace
                  {draft.rollingDays === '' ? ' in a month of 30 days' : ''}
                </span>
              )}
            </fieldset>
          );
        })}
      </Rows>
    </Section>
  );
}
