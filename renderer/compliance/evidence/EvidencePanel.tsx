import { Download, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { EvidenceRow } from '../../../shared/contract/evidence.ts';
import type { Output } from '../../../shared/contract/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { PendingMark } from '../../access/PendingMark.tsx';
import { askFor, pendingKey, usePendingOf } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction, useQuery } from '../../app/query.ts';
import { useSettings } from '../../app/settings.ts';
import { call } from '../../bridge.ts';
import { downloadFile, pickSave } from '../../files.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field, TextArea } from '../../ui/Field.tsx';
import { LongId } from '../../ui/Id.tsx';
import { ScrollRegion } from '../../ui/ScrollRegion.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { ErrorState, Skeleton } from '../../ui/States.tsx';
import { toast } from '../../ui/toasts.ts';
import { Verdict } from '../../ui/Verdict.tsx';
import { useTime } from '../../ui/zone.ts';
import { KIND, STATE, sizeText } from './words.ts';

interface PanelProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly row: EvidenceRow;
  readonly onClose: () => void;
}

/** One piece of evidence: what it shows, what it is of, and what it rests on. */
export function EvidencePanel({ orgId, me, row, onClose }: PanelProps) {
  const time = useTime();
  const { evidence, state } = row;
  const { file } = evidence;
  const pending = usePendingOf(orgId).get(pendingKey('evidence', evidence.id));
  const [withdrawing, setWithdrawing] = useState(false);
  const native = useSettings((held) => held.info?.nativeDialogs ?? false);
  const save = useAction(async () => {
    const path = native ? await pickSave('rows', file!.name) : null;
    if (native && path === null) return;
    const saved = await call('evidence.save', { orgId, id: evidence.id, path });
    if (native) toast({ text: `Saved as ${saved.path}` });
    else await downloadFile(saved.path);
  });
  return (
    <SidePanel
      title={
        <>
          {evidence.title} <Verdict tone={STATE[state]}>{state}</Verdict>
        </>
      }
      about={evidence.description}
      onClose={onClose}
      footer={
        <>
          {file !== null && (
            <Button icon={Download} busy={save.busy} onClick={() => void save.run()}>
              Save file
            </Button>
          )}
          {state !== 'withdrawn' && (
            <GatedButton
              kind="danger"
              refusal={refusalOf('evidence.withdraw', me)}
              onClick={() => setWithdrawing(true)}
            >
              Withdraw
            </GatedButton>
          )}
        </>
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
      {save.error && <ErrorState compact error={save.error} kept="Nothing was written." />}
      {file !== null && <Preview orgId={orgId} id={evidence.id} digest={file.sha256} />}
      <Section title="About">
        <KeyValues>
          <KeyValue name="Kind">{KIND[evidence.kind]}</KeyValue>
          <KeyValue name="Evidence of">{evidence.evidence_on}</KeyValue>
          <KeyValue name="Added">{time.minute(Date.parse(evidence.created_at))}</KeyValue>
          <KeyValue name="Valid until">{evidence.valid_until ?? 'no end'}</KeyValue>
          <KeyValue name="Controls">{evidence.controls.join(', ') || 'none'}</KeyValue>
          {evidence.url !== null && (
            <KeyValue name="Address">
              <span className="mono break-all select-text">{evidence.url}</span>
            </KeyValue>
          )}
          {evidence.withdrawn_at !== null && (
            <KeyValue name="Withdrawn">
              {time.minute(Date.parse(evidence.withdrawn_at))}: {evidence.withdrawn_reason}
            </KeyValue>
          )}
        </KeyValues>
      </Section>
      {file !== null && (
        <Section title="File">
          <KeyValues>
            <KeyValue name="Name">{file.name}</KeyValue>
            <KeyValue name="Size">{sizeText(file.bytes)}</KeyValue>
            <KeyValue name="SHA-256">
              <LongId value={file.sha256} what="SHA-256" head={12} tail={8} />
            </KeyValue>
            <KeyValue name="Here">{row.here ? 'in this mirror, encrypted' : 'fetched when opened'}</KeyValue>
          </KeyValues>
        </Section>
      )}
      {evidence.query !== null && <Rests orgId={orgId} evidence={evidence} />}
      {withdrawing && <Withdraw orgId={orgId} evidence={evidence} onClose={() => setWithdrawing(false)} />}
    </SidePanel>
  );
}

function Preview({ orgId, id, digest }: { readonly orgId: string; readonly id: string; readonly digest: string }) {
  const { data, error, slow, reload, stale } = useQuery('evidence.preview', { orgId, id }, digest);
  if (error !== null) {
    return (
      <div className="py-3">
        <ErrorState compact error={error} kept="The record is here; its file is not." onRetry={reload} />
      </div>
    );
  }
  if (data === null || stale) return slow ? <Skeleton className="my-3 h-24 w-full" /> : null;
  return <Shown name={data.name} shown={data.shown} />;
}

function Shown({ name, shown }: Pick<Output<'evidence.preview'>, 'name' | 'shown'>) {
  if (shown.as === 'image') {
    return (
      <img
        src={`data:${shown.mediaType};base64,${shown.data}`}
        alt={`Preview of ${name}`}
        className="my-3 max-h-80 max-w-full rounded border border-line object-contain"
      />
    );
  }
  if (shown.as === 'none')
    return <p className="py-3 text-dim">This kind of file is not shown here. Save it to open it.</p>;
  return (
    <ScrollRegion
      label={`Preview of ${name}`}
      className="my-3 max-h-80 overflow-auto rounded border border-line bg-bg p-2"
    >
      <pre className="mono text-12 select-text">{shown.text}</pre>
      {shown.cut && <p className="text-12 text-dim">The first 200 KiB.</p>}
    </ScrollRegion>
  );
}

const HOLDS = { true: 'the log has this root', false: 'the log has ANOTHER root', null: 'beyond this mirror' } as const;

function Rests({ orgId, evidence }: { readonly orgId: string; readonly evidence: EvidenceRow['evidence'] }) {
  const query = evidence.query!;
  const [found, setFound] = useState<Output<'evidence.verifyQuery'> | null>(null);
  const verify = useAction(async () => setFound(await call('evidence.verifyQuery', { orgId, id: evidence.id })));
  return (
    <Section
      title="Question"
      aside={
        <Button small icon={ShieldCheck} busy={verify.busy} onClick={() => void verify.run()}>
          Verify again
        </Button>
      }
    >
      <KeyValues>
        <KeyValue name="Asked">
          <span className="mono">{query.procedure}</span>
        </KeyValue>
        <KeyValue name="Input">
          <span className="mono text-12 break-all">{query.input}</span>
        </KeyValue>
        <KeyValue name="Rows">{query.rows.toLocaleString('en')}</KeyValue>
        <KeyValue name="Log">
          {query.log_size.toLocaleString('en')} events, root <LongId value={query.log_root} what="Root" />
        </KeyValue>
      </KeyValues>
      {found !== null && (
        <p role="status" className="mt-2 flex flex-wrap items-center gap-2">
          <Verdict tone={found.same ? 'ok' : 'warn'}>{found.same ? 'same answer' : 'another answer now'}</Verdict>
          <Verdict tone={found.logHolds === null ? 'none' : found.logHolds ? 'ok' : 'bad'}>
            {HOLDS[`${found.logHolds}`]}
          </Verdict>
          <span className="text-dim">
            {found.now.rows.toLocaleString('en')} rows at {found.now.logSize.toLocaleString('en')} events
          </span>
        </p>
      )}
      {verify.error && <ErrorState compact error={verify.error} kept="The evidence stays as it is." />}
    </Section>
  );
}

interface WithdrawProps {
  readonly orgId: string;
  readonly evidence: EvidenceRow['evidence'];
  readonly onClose: () => void;
}

function Withdraw({ orgId, evidence, onClose }: WithdrawProps) {
  const [reason, setReason] = useState('');
  const withdraw = useAction(async () => {
    const command = { type: 'evidence.withdraw', id: evidence.id, input: { reason: reason.trim() } } as const;
    await askFor(orgId, [{ command, before: { ...evidence } }], 'Evidence withdrawn');
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Withdraw this evidence?"
      description="It counts no more. The record, its file and your reason stay."
      footer={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button
            kind="danger"
            busy={withdraw.busy}
            disabled={reason.trim() === ''}
            onClick={() => void withdraw.run()}
          >
            Withdraw evidence
          </Button>
        </>
      }
    >
      <Field label="Reason">
        {(ids) => (
          <TextArea
            {...ids}
            rows={3}
            maxLength={2_000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {withdraw.error && <ErrorState compact error={withdraw.error} kept="The evidence stands." />}
    </Dialog>
  );
}
