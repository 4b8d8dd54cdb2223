import type { Sla } from '../../shared/entities/index.ts';
import { askFor } from '../access/pending.ts';
import { useAction } from '../app/query.ts';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { ErrorState } from '../ui/States.tsx';

interface EndSlaProps {
  readonly orgId: string;
  readonly sla: Pick<Sla, 'id' | 'name'>;
  /** Breaches and alerts that are open. */
  readonly open: number;
  readonly onClose: () => void;
}

/** End an SLA for good: its name typed, what stays and what stops said first. */
export function EndSla({ orgId, sla, open, onClose }: EndSlaProps) {
  const end = useAction(async () => {
    await askFor(orgId, [{ command: { type: 'sla.end', id: sla.id }, before: { ...sla } }], `${sla.name} ended`);
    onClose();
  });
  const stops =
    open === 0 ? '' : ` ${open} open ${open === 1 ? 'breach or alert closes' : 'breaches and alerts close'}.`;
  return (
    <ConfirmByTyping
      open
      onClose={onClose}
      title={`End ${sla.name}?`}
      effect={
        <>
          From now on it is not judged any more.{stops} The month under way is judged up to now; reports and history
          stay. An SLA that has ended is not taken up again.
          {end.error && <ErrorState compact error={end.error} kept="The SLA was not ended." />}
        </>
      }
      name={sla.name}
      action="End SLA"
      busy={end.busy}
      onConfirm={() => void end.run()}
    />
  );
}
