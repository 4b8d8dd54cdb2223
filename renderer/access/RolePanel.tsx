import { Copy, Pencil, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import { parsePermission, roleChain, wildcardDelta } from '../../shared/rbac/index.ts';
import { useAction } from '../app/query.ts';
import { navigate, setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { count, plural } from '../ui/numbers.ts';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { NotDone } from './Anyway.tsx';
import { EffectPanel } from './EffectPanel.tsx';
import { GatedButton } from './GatedButton.tsx';
import { GrantList } from './GrantList.tsx';
import type { Matrix, RoleCatalog } from './matrix.ts';
import { PendingMark } from './PendingMark.tsx';
import { askFor, pendingKey, usePendingOf } from './pending.ts';
import { type CatalogRole, roleName } from './people.ts';
import { grantProblem } from './permissionTree.ts';
import { type Me, refusalOf } from './rights.ts';
import { SidePanel } from './SidePanel.tsx';
import { useAnyway } from './useAnyway.ts';
import { usePreview } from './usePreview.ts';

interface RolePanelProps {
  readonly orgId: string;
  readonly role: CatalogRole;
  readonly matrix: Matrix;
  readonly catalog: RoleCatalog;
  readonly me: Me | null;
}

const BUILT_IN = 'Built-in roles do not change. Duplicate it to make one of your own.';
/** Grants listed before the rest is asked for. */
const SHOWN = 120;

/** One role: what it is, what it grants, who holds it, and what can be done with it. */
export function RolePanel({ orgId, role, matrix, me }: RolePanelProps) {
  const pending = usePendingOf(orgId).get(pendingKey('role', role.id));
  const [whole, setWhole] = useState(false);
  const shown = whole ? role.grants : role.grants.slice(0, SHOWN);
  const chain = useMemo(() => chainOf(role, matrix), [role, matrix]);
  const delta = useMemo(() => deltaOf(role, matrix), [role, matrix]);
  const heirs = matrix.roles.filter(({ inherits }) => inherits === role.id);
  return (
    <SidePanel
      title={
        <>
          {role.name}{' '}
          <Verdict tone="none" icon={null}>
            {role.builtIn ? 'built in' : role.source === null ? 'custom' : 'imported'}
          </Verdict>
        </>
      }
      about={role.description === '' ? undefined : role.description}
      onClose={() => setParams({ open: null })}
      footer={<Actions orgId={orgId} role={role} me={me} />}
    >
      <PendingMark orgId={orgId} entries={pending} />
      <Section title="What it is">
        <KeyValues>
          {role.source !== null && (
            <KeyValue name="Source">
              <span className="mono">{role.source}</span>
            </KeyValue>
          )}
          <KeyValue name="Inherits">
            {chain.length === 0 ? (
              <span className="text-dim">nothing</span>
            ) : (
              chain.map((id, i) => (
                <span key={id}>
                  {i > 0 && <span className="text-dim"> &gt; </span>}
                  <button
                    type="button"
                    className="rounded text-accent hover:underline"
                    onClick={() => setParams({ open: id })}
                  >
                    {roleName(id, matrix.roles)}
                  </button>
                </span>
              ))
            )}
          </KeyValue>
          {heirs.length > 0 && (
            <KeyValue name="Inherited by">
              {heirs
                .map(({ name }) => name)
                .slice(0, 12)
                .join(', ')}
              {heirs.length > 12 && ` and ${heirs.length - 12} more`}
            </KeyValue>
          )}
          <KeyValue name="Reaches">
            {plural(role.reaches, 'permission')} <span className="text-dim">of {count(matrix.permissions.length)}</span>
          </KeyValue>
          <KeyValue name="Held by">
            {role.holders === 0 ? (
              <span className="text-dim">nobody</span>
            ) : (
              <button
                type="button"
                className="rounded text-accent hover:underline"
                onClick={() => navigate({ params: { role: role.id } })}
              >
                {plural(role.holders, 'member')}
              </button>
            )}
          </KeyValue>
          {!role.builtIn && (
            <KeyValue name="Written under">
              catalog {count(role.catalogVersion)}
              {delta.length > 0 && (
                <span className="block text-12 text-dim">
                  Its wildcards do not reach {plural(delta.length, 'permission')} added since:{' '}
                  {delta.slice(0, 3).join(', ')}
                  {delta.length > 3 && '…'}. Saving it again takes them in.
                </span>
              )}
            </KeyValue>
          )}
        </KeyValues>
      </Section>
      <Section title={`Grants as written (${count(role.grants.length)})`}>
        {role.grants.length === 0 && <p className="text-dim">None of its own.</p>}
        <GrantList label="Grants" grants={shown} />
        {role.grants.length > shown.length && (
          <Button small className="mt-2" onClick={() => setWhole(true)}>
            Show all {count(role.grants.length)}
          </Button>
        )}
      </Section>
    </SidePanel>
  );
}

function chainOf(role: CatalogRole, matrix: Matrix): readonly string[] {
  try {
    return roleChain(role.id, matrix.book.roles).slice(1);
  } catch {
    return [];
  }
}

function deltaOf(role: CatalogRole, { book }: Matrix): readonly string[] {
  const wild = role.grants.filter((grant) => grant.includes('*') && grantProblem(grant, book) === null);
  return wildcardDelta(
    wild.map((grant) => parsePermission(grant, book.catalog)),
    book.catalog,
    role.catalogVersion,
  );
}

interface ActionsProps {
  readonly orgId: string;
  readonly role: CatalogRole;
  readonly me: Me | null;
}

function Actions({ orgId, role, me }: ActionsProps) {
  const edit = role.builtIn ? BUILT_IN : refusalOf('role.update', me);
  return (
    <>
      <GatedButton icon={Pencil} refusal={edit} onClick={() => setParams({ edit: role.id })}>
        Edit role
      </GatedButton>
      <GatedButton
        icon={Copy}
        refusal={refusalOf('role.create', me)}
        onClick={() => setParams({ edit: 'new', from: role.id })}
      >
        Duplicate
      </GatedButton>
      <span className="flex-1" />
      {!role.builtIn && <DeleteRole orgId={orgId} role={role} refusal={refusalOf('role.delete', me)} />}
    </>
  );
}

interface DeleteProps {
  readonly orgId: string;
  readonly role: CatalogRole;
  readonly refusal: string | null;
}

function DeleteRole({ orgId, role, refusal }: DeleteProps) {
  const [open, setOpen] = useState(false);
  const command: Command = { type: 'role.delete', id: role.id };
  const state = usePreview(orgId, open ? command : null);
  const anyway = useAnyway(state.preview?.refusals);
  const remove = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    await askFor(orgId, [{ command, before: { ...role } }], `Role ${role.name} deleted`, despite);
    setOpen(false);
    setParams({ open: null });
  });
  return (
    <>
      <GatedButton kind="danger" icon={Trash2} refusal={refusal} onClick={() => setOpen(true)}>
        Delete
      </GatedButton>
      <ConfirmByTyping
        open={open}
        onClose={() => setOpen(false)}
        title={`Delete role ${role.name}?`}
        effect={
          <>
            <p>
              {plural(role.holders, 'member')} {role.holders === 1 ? 'holds' : 'hold'} it,{' '}
              {plural(role.grants.length, 'grant')} {role.grants.length === 1 ? 'goes' : 'go'} with it.
            </p>
            <EffectPanel orgId={orgId} state={state} idle="" anyway={anyway} />
            <NotDone action={remove} kept="The role was not deleted." />
          </>
        }
        name={role.name}
        action="Delete role"
        busy={remove.busy}
        blocked={state.busy || anyway.blocked}
        onConfirm={() => void remove.run()}
      />
    </>
  );
}
