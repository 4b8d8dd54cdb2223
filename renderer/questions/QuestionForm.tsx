import { Undo2 } from 'lucide-react';
import { useCallback } from 'react';
import { isBuiltIn } from '../../shared/rbac/index.ts';
import { ExtraGrants } from '../access/ExtraGrants.tsx';
import type { Matrix } from '../access/matrix.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { DayInput } from '../ui/DayInput.tsx';
import { Field, Select } from '../ui/Field.tsx';
import { useTime } from '../ui/zone.ts';
import { Combo } from './Combo.tsx';
import { type Asked, changedGrants, grantsDelta, type Standing } from './questions.ts';
import type { HolderChoice } from './useHolders.ts';

export interface FormProps {
  readonly asked: Asked;
  readonly matrix: Matrix;
  readonly holders: HolderChoice;
  readonly standing: Standing;
}

/** A change of the question leaves the row that was looked at. */
const change = (params: Readonly<Record<string, string | null>>): void => setParams({ ...params, open: null });

/** What the question is about, as fields in a line. */
export function QuestionForm(props: FormProps) {
  const { asked } = props;
  switch (asked.ask) {
    case 'who':
      return (
        <Line>
          <PermissionField {...props} />
          <DayField day={asked.day} />
        </Line>
      );
    case 'holder':
      return (
        <Line>
          <HolderField {...props} />
          <DayField day={asked.day} />
        </Line>
      );
    case 'replay':
      return <ReplayForm {...props} />;
    default:
      return (
        <Line>
          <PeriodFields asked={asked} />
        </Line>
      );
  }
}

function Line({ children }: { readonly children: React.ReactNode }) {
  return <div className="flex flex-wrap items-end gap-3">{children}</div>;
}

function PermissionField({ asked, matrix }: FormProps) {
  const suggest = useCallback(
    (text: string) => {
      const words = text.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
      const found: { value: string; label: string }[] = [];
      for (const permission of matrix.permissions) {
        const hay = permission.toLocaleLowerCase('en');
        if (words.every((word) => hay.includes(word))) found.push({ value: permission, label: permission });
        if (found.length === 12) break;
      }
      return found;
    },
    [matrix],
  );
  return (
    <Combo
      label="Permission"
      chosen={asked.permission}
      placeholder="threads:delete"
      suggest={suggest}
      onPick={(permission) => change({ permission })}
      mono
      autoFocus={asked.permission === ''}
      className="w-72"
    />
  );
}

function HolderField({ asked, holders }: FormProps) {
  return (
    <Combo
      label="Member or service account"
      chosen={holders.nameOf(asked.holder)}
      placeholder="Name or e-mail"
      suggest={holders.suggest}
      onText={holders.onText}
      onPick={(holder) => change({ holder, minus: null, plus: null })}
      autoFocus={asked.holder === null}
      className="w-64"
    />
  );
}

function DayField({ day }: { readonly day: string }) {
  const time = useTime();
  return (
    <>
      <DayInput
        label={`At the end of (${time.label})`}
        value={day}
        onChange={(next) => change({ day: next || null })}
      />
      {day === '' ? (
        <span className="pb-1.5 text-dim">no day: now</span>
      ) : (
        <Button onClick={() => change({ day: null })}>Now</Button>
      )}
    </>
  );
}

function PeriodFields({ asked }: { readonly asked: Asked }) {
  const time = useTime();
  return (
    <>
      <DayInput
        label={`From the start of (${time.label})`}
        value={asked.from}
        onChange={(from) => change({ from: from || null })}
      />
      <DayInput label="To the end of" value={asked.to} onChange={(to) => change({ to: to || null })} />
    </>
  );
}

function ReplayForm(props: FormProps) {
  const { asked, matrix, standing } = props;
  const { role, own } = standing;
  const now = asked.subject === 'role' ? (role?.permissions ?? null) : own;
  const setGrants = (next: readonly string[]): void => {
    const { minus, plus } = grantsDelta(now ?? [], next);
    change({ minus: minus.join(',') || null, plus: plus.join(',') || null });
  };
  return (
    <div className="flex flex-col gap-3">
      <Line>
        <Field label="What if">
          {(ids) => (
            <Select
              {...ids}
              className="!w-56"
              value={asked.subject}
              options={[
                { value: 'holder', label: 'one holder’s access' },
                { value: 'role', label: 'a role' },
              ]}
              onChange={(event) => change({ subject: event.target.value, role: null, minus: null, plus: null })}
            />
          )}
        </Field>
        {asked.subject === 'holder' && <HolderField {...props} />}
        {(asked.subject === 'role' || asked.holder?.type === 'member') && (
          <Field label={asked.subject === 'role' ? 'Role' : 'Had held the role'}>
            {(ids) => (
              <Select
                {...ids}
                className="!w-52"
                value={asked.role}
                options={[
                  { value: '', label: asked.subject === 'role' ? 'Choose a role' : 'as it was' },
                  ...matrix.roles.map(({ id, name, builtIn }) => ({
                    value: id,
                    label: builtIn ? `${name} (built in)` : name,
                  })),
                ]}
                onChange={(event) =>
                  change({
                    role: event.target.value || null,
                    ...(asked.subject === 'role' ? { minus: null, plus: null } : {}),
                  })
                }
              />
            )}
          </Field>
        )}
        <PeriodFields asked={asked} />
      </Line>
      {now !== null && (
        <div className="flex max-w-3xl flex-col gap-2">
          {asked.subject === 'role' && role !== null && isBuiltIn(role.id ?? '') && (
            <p className="text-12 text-dim">
              Built-in roles never change. The answer says what another role in the place of this one would have done,
              for all who held it; a custom role can then take that place.
            </p>
          )}
          <ExtraGrants
            label={asked.subject === 'role' ? 'Grants the role would have had' : 'Own grants the holder would have had'}
            matrix={matrix}
            grants={changedGrants(now, asked)}
            onChange={setGrants}
          />
          {asked.minus.length > 0 && (
            <p className="flex flex-wrap items-center gap-1.5 text-12 text-dim">
              Taken away:
              {asked.minus.map((grant) => (
                <Button
                  key={grant}
                  small
                  icon={Undo2}
                  aria-label={`Give ${grant} back`}
                  onClick={() => setGrants(changedGrants(now, { ...asked, plus: [...asked.plus, grant] }))}
                >
                  <span className="mono line-through">{grant}</span>
                </Button>
              ))}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
