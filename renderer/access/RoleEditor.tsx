import { useMemo, useRef, useState } from 'react';
import { useAction } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select, TextArea, TextInput } from '../ui/Field.tsx';
import { isTyping, useKeys } from '../ui/keys.ts';
import { count, plural } from '../ui/numbers.ts';
import { useDebounced } from '../ui/useDebounced.ts';
import { NotDone } from './Anyway.tsx';
import { EffectPanel } from './EffectPanel.tsx';
import { GatedButton } from './GatedButton.tsx';
import { GrantInput } from './GrantInput.tsx';
import { GrantList } from './GrantList.tsx';
import type { Matrix } from './matrix.ts';
import { otherWays } from './otherWays.ts';
import { PermissionTree } from './PermissionTree.tsx';
import { askFor } from './pending.ts';
import type { CatalogRole } from './people.ts';
import { besideTree } from './permissionTree.ts';
import { type Me, refusalOf } from './rights.ts';
import { firstDraft, keepDraft, type RoleDraft, type RoleRead, readRole, useRoleDrafts } from './roleDraft.ts';
import { SearchInput } from './SearchInput.tsx';
import { useAnyway } from './useAnyway.ts';
import { usePreview } from './usePreview.ts';

interface RoleEditorProps {
  readonly orgId: string;
  readonly matrix: Matrix;
  /** The role that is changed, or copied; null for an empty one. */
  readonly role: CatalogRole | null;
  readonly copy: boolean;
  readonly me: Me | null;
}

/** Write a role: what it is called, what it inherits, its permissions; beside it, live, what that changes for whom. */
export function RoleEditor({ orgId, matrix, role, copy, me }: RoleEditorProps) {
  const key = `${orgId} ${role === null || copy ? `new ${role?.id ?? ''}` : role.id}`;
  const [newId] = useState(() => crypto.randomUUID());
  const first = useMemo(() => firstDraft(role, copy, newId), [role, copy, newId]);
  const draft = useRoleDrafts((state) => state.drafts[key]) ?? first;
  const change = (changes: Partial<RoleDraft>): void => keepDraft(key, { ...draft, ...changes });
  const now = copy ? null : role;
  const read = readRole(draft, now, matrix.roles, matrix.book);
  const preview = usePreview(orgId, read.command);
  const refusal = refusalOf(now === null ? 'role.create' : 'role.update', me);
  const anyway = useAnyway(preview.preview?.refusals);
  const leave = (): void => setParams({ edit: null, from: null, open: role?.id ?? null });
  const save = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (read.command === null || (anyway.past(refusal) !== null && !despite)) return;
    const before = now === null ? null : { ...now, permissions: now.grants };
    await askFor(
      orgId,
      [{ command: read.command, before }],
      `Role ${draft.name.trim()} ${now === null ? 'created' : 'changed'}`,
      despite,
    );
    keepDraft(key, null);
    setParams({ edit: null, from: null, open: draft.id });
  });
  useKeys({
    'Ctrl+Enter': () => !anyway.blocked && void save.run(),
    escape: (event) => (isTyping(event.target) ? (event.target as HTMLElement).blur() : leave()),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!anyway.blocked) void save.run();
      }}
      className="grid h-full min-h-0 grid-cols-[minmax(0,1fr)_minmax(320px,400px)] max-[1000px]:grid-cols-1 max-[1000px]:overflow-y-auto"
      noValidate
    >
      <div className="flex min-h-0 flex-col border-r border-line max-[1000px]:h-[640px]">
        <RoleFields draft={draft} read={read} matrix={matrix} fresh={now === null} onChange={change} />
        <Permissions draft={draft} matrix={matrix} onChange={(grants) => change({ grants })} />
      </div>
      <div className="flex min-h-0 flex-col bg-panel">
        <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-4">
          <h2 className="pt-3 text-12 font-bold text-dim">What this changes, for whom</h2>
          {read.grantProblems.length > 0 && (
            <ul role="alert" className="py-2 text-bad">
              {read.grantProblems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          )}
          {now === null && <Reach draft={draft} matrix={matrix} />}
          <EffectPanel orgId={orgId} state={preview} idle={idleWords(read, now)} anyway={anyway} />
          <NotDone action={save} kept="The role was not changed; the draft is kept." />
        </div>
        <div className="flex shrink-0 items-center gap-2 border-t border-line px-4 py-3">
          <GatedButton
            type="submit"
            kind="primary"
            refusal={anyway.past(refusal)}
            busy={save.busy}
            disabled={read.command === null || anyway.blocked}
          >
            {now === null ? 'Create role' : 'Save role'}
          </GatedButton>
          <Button onClick={leave}>Back</Button>
          <span className="flex-1" />
          <Button kind="quiet" disabled={draft === first} onClick={() => keepDraft(key, null)}>
            Discard draft
          </Button>
        </div>
      </div>
    </form>
  );
}

function idleWords(read: RoleRead, now: CatalogRole | null): string {
  if (now !== null && !read.changed) return 'Nothing is changed yet.';
  return now === null ? 'Give the role a name to see what creating it does.' : 'Put right what is marked first.';
}

/** What a role that nobody holds yet would reach. */
function Reach({ draft, matrix }: { readonly draft: RoleDraft; readonly matrix: Matrix }) {
  const rested = useDebounced(draft, 150);
  const ways = useMemo(() => otherWays(matrix, rested.grants, rested.inherits), [matrix, rested]);
  const names = [...rested.grants]
    .filter((grant) => !grant.includes('*'))
    .map((grant) => grant.split(':').slice(0, 2).join(':'));
  const reached = new Set([...ways.keys(), ...names]).size;
  return (
    <p className="pt-2">
      Whoever gets this role holds <b className="font-bold">{plural(reached, 'permission')}</b>
      <span className="text-dim"> of {count(matrix.permissions.length)}. Nobody holds it yet.</span>
    </p>
  );
}

interface FieldsProps {
  readonly draft: RoleDraft;
  readonly read: RoleRead;
  readonly matrix: Matrix;
  readonly fresh: boolean;
  readonly onChange: (changes: Partial<RoleDraft>) => void;
}

function RoleFields({ draft, read, matrix, fresh, onChange }: FieldsProps) {
  const [left, setLeft] = useState(false);
  const options = useMemo(
    () => [
      { value: '', label: 'Nothing' },
      ...matrix.roles.filter(({ id }) => id !== draft.id).map(({ id, name }) => ({ value: id, label: name })),
    ],
    [matrix.roles, draft.id],
  );
  return (
    <div className="grid shrink-0 grid-cols-[1fr_1fr] gap-3 border-b border-line bg-panel px-[18px] py-3">
      <Field label="Name" error={left || draft.name !== '' ? read.nameProblem : null}>
        {(ids) => (
          <TextInput
            {...ids}
            autoFocus={fresh}
            value={draft.name}
            onBlur={() => setLeft(true)}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Inherits from" error={read.inheritsProblem}>
        {(ids) => (
          <Select
            {...ids}
            value={draft.inherits ?? ''}
            options={options}
            onChange={(event) => onChange({ inherits: event.target.value || null })}
          />
        )}
      </Field>
      <div className="col-span-2">
        <Field label="Description" error={read.descriptionProblem}>
          {(ids) => (
            <TextArea
              {...ids}
              rows={1}
              value={draft.description}
              onChange={(event) => onChange({ description: event.target.value })}
            />
          )}
        </Field>
      </div>
    </div>
  );
}

interface PermissionsProps {
  readonly draft: RoleDraft;
  readonly matrix: Matrix;
  readonly onChange: (grants: ReadonlySet<string>) => void;
}

function Permissions({ draft, matrix, onChange }: PermissionsProps) {
  const [text, setText] = useState('');
  const treeRef = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const ways = useMemo(() => otherWays(matrix, draft.grants, draft.inherits), [matrix, draft.grants, draft.inherits]);
  const beside = useMemo(() => besideTree(draft.grants), [draft.grants]);
  const [typing, setTyping] = useState(false);
  useKeys({ '/': () => findRef.current?.focus() });
  const remove = (grant: string): void => {
    const next = new Set(draft.grants);
    next.delete(grant);
    onChange(next);
  };
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-bg px-[18px] py-2">
        <SearchInput
          label="Filter permissions"
          value={text}
          onChange={setText}
          listRef={treeRef}
          inputRef={findRef}
          hotkey="/"
        />
        <span className="tnum text-dim">{plural(draft.grants.size, 'grant')}</span>
        <span className="flex-1" />
        <Button small aria-expanded={typing} onClick={() => setTyping(!typing)}>
          Add as text
        </Button>
      </div>
      {(typing || beside.length > 0) && (
        <div className="flex shrink-0 flex-col gap-2 border-b border-line bg-panel px-[18px] py-2.5">
          {beside.length > 0 && <GrantList label="Across resources" grants={beside} onRemove={remove} />}
          {typing && (
            <GrantInput
              matrix={matrix}
              label="Grant, such as threads:read:own or *:read"
              has={(grant) => draft.grants.has(grant)}
              onAdd={(grant) => onChange(new Set([...draft.grants, grant]))}
            />
          )}
        </div>
      )}
      <div className="min-h-0 flex-1">
        <PermissionTree
          matrix={matrix}
          grants={draft.grants}
          onChange={onChange}
          otherWays={ways}
          text={text}
          treeRef={treeRef}
        />
      </div>
    </>
  );
}

/** The editor the address asks for: `edit` is a role's id or `new`, `from` the role a new one copies. */
export function useEditing(
  roles: readonly CatalogRole[] | null,
): { readonly role: CatalogRole | null; readonly copy: boolean } | null {
  const params = useRoute((route) => route.params);
  const edit = params.get('edit');
  if (edit === null || roles === null) return null;
  const id = edit === 'new' ? params.get('from') : edit;
  const role = roles.find((each) => each.id === id) ?? null;
  if (edit !== 'new' && (role === null || role.builtIn)) return null;
  return { role, copy: edit === 'new' && role !== null };
}
