import { presetOf } from '../../../shared/compliance/modes.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor, toastRefused } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { setParams } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/numbers.ts';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { useTime } from '../../ui/zone.ts';
import { keptText, regionsText, SWITCHES } from './modeDraft.ts';
import type { FrameworkLine } from './modeTable.tsx';

interface PanelProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly line: FrameworkLine;
  readonly onClose: () => void;
}

/** One framework: what its mode demands, what law says, and how that came to be. */
export function FrameworkPanel({ orgId, me, line, onClose }: PanelProps) {
  const { id, title, edition, own, mode, controls } = line;
  const on = mode?.enabled === true;
  const remove = (): void => {
    if (own === null) return;
    const command = { type: 'framework.delete' as const, id };
    const ask = (anyway: boolean): void =>
      void askFor(orgId, [{ command, before: own }], `${title} removed`, anyway).then(
        () => setParams({ open: null }),
        (thrown: unknown) => toastRefused('Not removed', thrown, () => ask(true)),
      );
    ask(false);
  };
  return (
    <SidePanel
      title={
        <>
          {title} <Verdict tone={on ? 'ok' : 'none'}>{on ? 'mode on' : 'mode off'}</Verdict>
        </>
      }
      about={`${edition}, ${count(controls)} controls${own === null ? '' : ', of this organization'}`}
      onClose={onClose}
      footer={
        <>
          <GatedButton
            kind="primary"
            refusal={refusalOf('compliance_mode.enable', me)}
            onClick={() => setParams({ act: 'mode' })}
          >
            {on ? 'Change mode' : 'Switch mode on'}
          </GatedButton>
          {on && (
            <GatedButton refusal={refusalOf('compliance_mode.disable', me)} onClick={() => setParams({ act: 'off' })}>
              Switch off
            </GatedButton>
          )}
          <Button onClick={() => setParams({ tab: 'controls', framework: id, open: null, act: null })}>Controls</Button>
          {own !== null && !on && (
            <GatedButton refusal={refusalOf('framework.delete', me)} onClick={remove}>
              Remove framework
            </GatedButton>
          )}
        </>
      }
    >
      {on && (
        <Section title="What the mode demands">
          <KeyValues wide>
            {SWITCHES.map(([field, label]) => (
              <KeyValue key={field} name={label}>
                {mode.settings[field] ? 'on' : 'not asked'}
              </KeyValue>
            ))}
            <KeyValue name="Data may be">{regionsText(mode.settings.data_residency)}</KeyValue>
            <KeyValue name="Audit log kept">{keptText(mode.settings.audit_log_retention)}</KeyValue>
            <KeyValue name="And no longer than">{keptText(mode.settings.audit_log_retention_max)}</KeyValue>
            {mode.settings.purpose !== '' && <KeyValue name="Purpose">{mode.settings.purpose}</KeyValue>}
          </KeyValues>
        </Section>
      )}
      <Law id={id} />
      {mode !== null && <Revisions mode={mode} />}
    </SidePanel>
  );
}

const BASIS = { law: 'law', contract: 'contract', policy: 'own policy' } as const;

/** What law, contract or nothing at all says beside the presets. */
export function Law({ id }: { readonly id: string }) {
  const { retention, residency } = presetOf(id);
  return (
    <Section title="What it rests on">
      <KeyValues wide>
        <KeyValue name="Retention">
          {retention.min === null ? 'no least period' : `at least ${keptText(retention.min)}`} ({BASIS[retention.basis]}
          , {retention.citation})<span className="block text-12 text-dim">{retention.note}</span>
        </KeyValue>
        <KeyValue name="Residency">
          {BASIS[residency.basis]}, {residency.citation}
          <span className="block text-12 text-dim">{residency.note}</span>
        </KeyValue>
      </KeyValues>
    </Section>
  );
}

function Revisions({ mode }: { readonly mode: NonNullable<FrameworkLine['mode']> }) {
  const time = useTime();
  return (
    <Section title="How it came to be">
      <ul className="flex flex-col">
        {mode.revisions.toReversed().map((one) => (
          <li key={one.at} className="border-t border-line py-1.5 first:border-t-0">
            <p className="flex items-baseline gap-2">
              <Verdict tone={one.enabled ? 'ok' : 'none'}>{one.enabled ? 'on' : 'off'}</Verdict>
              <span className="flex-1">
                {one.enabled
                  ? `kept ${keptText(one.settings.audit_log_retention)}, data ${regionsText(one.settings.data_residency)}${one.settings.mfa_required ? ', second factor' : ''}`
                  : 'switched off'}
              </span>
              <span className="tnum text-12 text-dim">
                {time.minute(Date.parse(one.at))} {time.label}
              </span>
            </p>
            {one.reason !== '' && <p className="text-12 text-dim">{one.reason}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
