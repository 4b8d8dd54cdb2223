import { useState } from 'react';
import type { Output } from '../../../shared/contract/index.ts';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { useAction } from '../../app/query.ts';
import { useSettings } from '../../app/settings.ts';
import { call } from '../../bridge.ts';
import { pickOpen, uploadFile } from '../../files.ts';
import { Button } from '../../ui/Button.tsx';
import { count, plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { FormPanel, TextField } from '../checklist/FormPanel.tsx';

interface ImportProps {
  readonly orgId: string;
  readonly me: Me | null;
  /** Ids of frameworks there are. */
  readonly taken: ReadonlySet<string>;
  readonly onClose: () => void;
}

type Catalog = Output<'compliance.readCatalog'>;
const ID = /^[a-z][a-z0-9-]{0,39}$/;

/** An OSCAL catalog (NIST SP 800-53 and the like) as a framework of the organization: read and shown first, then kept. */
export function ImportForm({ orgId, me, taken, onClose }: ImportProps) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const [id, setId] = useState('nist-800-53');
  const [catalog, setCatalog] = useState<Catalog | null>(null);
  const wrong = !ID.test(id)
    ? 'Lower-case letters, digits and hyphens.'
    : taken.has(id)
      ? 'There is such a framework already.'
      : null;
  const read = useAction(async (path: string | null) => {
    if (path === null) return;
    setCatalog(await call('compliance.readCatalog', { path, id }));
  });
  return (
    <FormPanel
      title="Import a framework"
      about="An OSCAL catalog in JSON, at most 8 MiB. Its identifiers and titles are taken, not its text."
      action="Add framework"
      refusal={refusalOf('framework.create', me) ?? (catalog === null ? 'Choose a catalog first.' : null)}
      sound={wrong === null && catalog !== null}
      save={async (anyway) => {
        const { framework } = catalog!;
        const command = { type: 'framework.create' as const, id: framework.id, input: framework };
        await askFor(orgId, [{ command, before: null }], `${framework.title} added`, anyway);
      }}
      onClose={onClose}
      kept="No framework was added."
    >
      {(tried) => (
        <>
          <TextField
            line
            autoFocus
            label="Name of the framework here"
            hint="Begins the id of each of its controls."
            max={40}
            value={id}
            onChange={(next) => {
              setId(next);
              setCatalog(null);
            }}
            error={tried || id !== '' ? wrong : null}
          />
          {native ? (
            <Button busy={read.busy} disabled={wrong !== null} onClick={() => void pickOpen('any').then(read.run)}>
              Choose a catalog
            </Button>
          ) : (
            <label className="flex flex-col gap-1">
              <span className="text-12 font-medium">Catalog (JSON)</span>
              <input
                type="file"
                accept=".json,application/json"
                disabled={wrong !== null || read.busy}
                onChange={(event) => {
                  const file = event.target.files?.[0];
                  if (file !== undefined) void uploadFile(file).then(read.run);
                }}
              />
            </label>
          )}
          {read.error !== null && <ErrorState compact error={read.error} kept="No framework was added." />}
          {catalog !== null && <Found catalog={catalog} />}
        </>
      )}
    </FormPanel>
  );
}

function Found({ catalog: { framework, withdrawn } }: { readonly catalog: Catalog }) {
  const controls = framework.controls.filter(({ kind }) => kind === 'control');
  return (
    <Section title="What was read">
      <p className="font-medium">{framework.title}</p>
      <p className="text-dim">
        {framework.edition}; {plural(controls.length, 'control')} in{' '}
        {plural(framework.controls.length - controls.length, 'group')}
        {withdrawn.length > 0 && `; ${count(withdrawn.length)} withdrawn by its issuer left out`}
      </p>
      <ul className="mt-1 text-12">
        {controls.slice(0, 5).map(({ id, ref, title }) => (
          <li key={id} className="truncate">
            <span className="font-mono text-dim">{ref}</span> {title}
          </li>
        ))}
        {controls.length > 5 && <li className="text-dim">and {count(controls.length - 5)} more</li>}
      </ul>
    </Section>
  );
}
