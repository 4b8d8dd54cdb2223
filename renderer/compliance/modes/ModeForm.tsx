import { clsx } from 'clsx';
import { useState } from 'react';
import { type ModeSettings, presetOf } from '../../../shared/compliance/modes.ts';
import type { ModePreview } from '../../../shared/contract/modes.ts';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { useQuery } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Check } from '../../ui/Field.tsx';
import { DASH, plural } from '../../ui/numbers.ts';
import { Section } from '../../ui/Section.tsx';
import { useDebounced } from '../../ui/useDebounced.ts';
import { FormPanel, TextField } from '../checklist/FormPanel.tsx';
import { Law } from './FrameworkPanel.tsx';
import { draftOf, keptText, readDraft, regionsText, SWITCHES } from './modeDraft.ts';
import type { FrameworkLine } from './modeTable.tsx';

interface FormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly line: FrameworkLine;
  readonly onClose: () => void;
}

const KEPT = 'The mode is as it was; what you typed is still here.';

/** Switch a mode on or change it: presets, law and own values beside each other, and what would change, before it is asked for. */
export function ModeForm({ orgId, me, line, onClose }: FormProps) {
  const { id, title, mode } = line;
  const preset = presetOf(id);
  const [draft, setDraft] = useState(() => draftOf(mode?.enabled ? mode.settings : preset.suggested));
  const [reason, setReason] = useState('');
  const set = (change: Partial<typeof draft>): void => setDraft((old) => ({ ...old, ...change }));
  const { settings, faults } = readDraft(draft);
  const preview = usePreview(orgId, id, settings, reason);
  return (
    <FormPanel
      title={mode?.enabled ? `Change the mode of ${title}` : `Switch on the mode of ${title}`}
      action={mode?.enabled ? 'Change mode' : 'Switch on'}
      refusal={refusalOf('compliance_mode.enable', me)}
      sound={settings !== null}
      save={async (anyway) => {
        const command = {
          type: 'compliance_mode.enable' as const,
          id,
          input: { settings: settings!, reason: reason.trim() },
        };
        await askFor(orgId, [{ command, before: mode }], `Mode of ${title} set`, anyway);
      }}
      onClose={onClose}
      kept={KEPT}
    >
      {(tried) => (
        <>
          <Presets preset={preset} onTake={(taken) => setDraft({ ...draftOf(taken), purpose: draft.purpose })} />
          <div className="flex flex-col gap-1.5">
            {SWITCHES.map(([field, label]) => (
              <Check
                key={field}
                label={label}
                checked={draft.switches[field]}
                onChange={(event) => set({ switches: { ...draft.switches, [field]: event.target.checked } })}
              />
            ))}
          </div>
          <TextField
            line
            label="Data may be in"
            hint="Regions with commas between; eu allows every eu-… Left out: anywhere."
            value={draft.regions}
            onChange={(regions) => set({ regions })}
            error={tried ? (faults.regions ?? null) : null}
          />
          <div className="grid grid-cols-2 gap-3">
            <TextField
              line
              label="Audit log kept at least"
              hint={faults.keep === undefined ? keptText(draft.keep) : 'P6Y, P13M, P365D'}
              value={draft.keep}
              onChange={(keep) => set({ keep })}
              error={tried ? (faults.keep ?? null) : null}
            />
            <TextField
              line
              label="And no longer than"
              hint="Left out: no ceiling."
              value={draft.max}
              onChange={(max) => set({ max })}
              error={tried ? (faults.max ?? null) : null}
            />
          </div>
          <TextField
            label="Purpose"
            hint="Why they are kept so long (GDPR Art. 5(1)(e))."
            max={1_000}
            value={draft.purpose}
            onChange={(purpose) => set({ purpose })}
          />
          {mode?.enabled && (
            <TextField line label="Reason for the change" max={2_000} value={reason} onChange={setReason} />
          )}
          <PreviewPart preview={preview} />
          <Law id={id} />
        </>
      )}
    </FormPanel>
  );
}

function usePreview(
  orgId: string,
  framework: string,
  settings: ModeSettings | null,
  reason: string,
): ModePreview | null {
  const text = useDebounced(settings === null ? '' : JSON.stringify(settings), 200);
  const asked = text === '' ? null : { orgId, framework, settings: JSON.parse(text) as ModeSettings, reason };
  return useQuery('compliance.modePreview', asked).data;
}

interface PresetsProps {
  readonly preset: ReturnType<typeof presetOf>;
  readonly onTake: (settings: ModeSettings) => void;
}

/** The values users know, what is suggested, and what law asks, side by side. */
function Presets({ preset, onTake }: PresetsProps) {
  const { sketch, suggested, retention } = preset;
  const row = (name: string, of: (settings: ModeSettings) => string, law: string) => (
    <tr className="border-t border-line">
      <th scope="row" className="py-1 pr-2 text-left font-normal text-dim">
        {name}
      </th>
      <td className="py-1 pr-2">{of(sketch)}</td>
      <td className="py-1 pr-2">{of(suggested)}</td>
      <td className="py-1">{law}</td>
    </tr>
  );
  return (
    <table className="w-full text-12">
      <caption className="sr-only">Presets beside what law asks</caption>
      <thead>
        <tr className="text-left text-dim">
          <td />
          <th scope="col" className="font-medium">
            First sketch{' '}
            <Button small kind="quiet" onClick={() => onTake(sketch)}>
              Take
            </Button>
          </th>
          <th scope="col" className="font-medium">
            Suggested{' '}
            <Button small kind="quiet" onClick={() => onTake(suggested)}>
              Take
            </Button>
          </th>
          <th scope="col" className="font-medium">
            Law or contract
          </th>
        </tr>
      </thead>
      <tbody>
        {row(
          'Audit log kept',
          ({ audit_log_retention }) => keptText(audit_log_retention),
          retention.min === null ? 'no least period' : keptText(retention.min),
        )}
        {row(
          'No longer than',
          ({ audit_log_retention_max }) => keptText(audit_log_retention_max),
          keptText(retention.max),
        )}
        {row('Data', ({ data_residency }) => regionsText(data_residency), 'see below')}
      </tbody>
    </table>
  );
}

const NAMES: Readonly<Record<ModePreview['effective'][number]['field'], string>> = {
  audit_logging_enabled: 'Audit logging',
  encryption_at_rest: 'Encryption at rest',
  encryption_in_transit: 'Encryption in transit',
  mfa_required: 'Second factor',
  data_residency: 'Data in',
  audit_log_retention: 'Audit log kept',
  audit_log_retention_max: 'And no longer than',
};

/** What would change, and what stands in its way. */
function PreviewPart({ preview }: { readonly preview: ModePreview | null }) {
  if (preview === null) return null;
  const { effective, refusals, warnings, lockedOut, policiesBelow, unmet, owed } = preview;
  const changed = effective.filter(({ before, after }) => before !== after);
  return (
    <Section title="What would change">
      {changed.length === 0 && <p className="text-dim">Nothing that is demanded: other modes ask for it already.</p>}
      {changed.map(({ field, before, after, by }) => (
        <p key={field} className="flex items-baseline gap-2 py-0.5">
          <span className="w-36 shrink-0 text-dim">{NAMES[field]}</span>
          <span>
            {before ?? DASH} → <b className="font-bold">{after ?? 'nothing asked'}</b>
            {by.length > 1 && <span className="text-12 text-dim"> (also {by.slice(1).join(', ')})</span>}
          </span>
        </p>
      ))}
      <Notes tone="text-bad" title="The platform would refuse it" items={refusals} />
      <Notes tone="text-warn" title="To be known" items={warnings} />
      <Notes
        tone="text-warn"
        title={`${plural(lockedOut.length, 'member')} without a second factor would be locked out until they have one`}
        items={lockedOut.map(({ name, email }) => `${name} (${email})`)}
      />
      <Notes
        tone="text-warn"
        title={`${plural(policiesBelow.length, 'retention policy', 'retention policies')} below what will be asked for`}
        items={policiesBelow.map(({ name, keep }) => `${name}: ${keptText(keep)}`)}
      />
      <Notes tone="text-warn" title="The platform is not run as the modes ask" items={unmet} />
      <Notes tone="text-text" title="What stays owed" items={owed} />
    </Section>
  );
}

interface NotesProps {
  readonly tone: string;
  readonly title: string;
  readonly items: readonly string[];
}

const SHOWN = 8;

function Notes({ tone, title, items }: NotesProps) {
  if (items.length === 0) return null;
  return (
    <div className="mt-2">
      <p className={clsx('font-medium', tone)}>{title}</p>
      <ul className="list-disc pl-5">
        {items.slice(0, SHOWN).map((words) => (
          <li key={words}>{words}</li>
        ))}
        {items.length > SHOWN && <li className="text-dim">and {items.length - SHOWN} more</li>}
      </ul>
    </div>
  );
}

/** Switching off needs a reason, and says what stays owed. */
export function OffForm({ orgId, me, line, onClose }: FormProps) {
  const { id, title, mode } = line;
  const [reason, setReason] = useState('');
  const wrong = reason.trim() === '' ? 'Say why it is switched off.' : null;
  const preview = useQuery('compliance.modePreview', { orgId, framework: id, settings: null, reason: '' }).data;
  return (
    <FormPanel
      title={`Switch off the mode of ${title}`}
      action="Switch off"
      danger
      refusal={refusalOf('compliance_mode.disable', me)}
      sound={wrong === null}
      save={async (anyway) => {
        const command = { type: 'compliance_mode.disable' as const, id, input: { reason: reason.trim() } };
        await askFor(orgId, [{ command, before: mode }], `Mode of ${title} switched off`, anyway);
      }}
      onClose={onClose}
      kept={KEPT}
    >
      {(tried) => (
        <>
          <TextField
            autoFocus
            label="Reason"
            hint="Recorded with who did it; the mode and its history stay."
            max={2_000}
            value={reason}
            onChange={setReason}
            error={tried ? wrong : null}
          />
          <PreviewPart preview={preview} />
        </>
      )}
    </FormPanel>
  );
}
