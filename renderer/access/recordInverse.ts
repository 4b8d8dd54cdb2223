/** The command that takes a change of a compliance record back, where there is one. */
import type { ComplianceCommand } from '../../shared/commands/index.ts';
import type { Assessment, Finding } from '../../shared/entities/index.ts';

type Before = Readonly<Record<string, unknown>> | null;
type StatePatch = Extract<ComplianceCommand, { type: 'control_state.update' }>['patch'];

const UNSAID = { owner_id: null, due_on: null, applicable: true, applicability_reason: '', description: '' } as const;

const assessed = (before: unknown) => {
  const { state, reason, period } = (before ?? { state: 'not_assessed', reason: '', period: null }) as Assessment;
  return { state, reason, period };
};

/** What a control's state was in the fields that a patch names; a control nobody said anything of has them empty. */
function stateBefore(patch: StatePatch, before: Before): StatePatch {
  const was = { ...UNSAID, ...before } as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.keys(patch).map((field) => [
      field,
      field === 'design' || field === 'operating' ? assessed(before?.[field]) : was[field],
    ]),
  );
}

/** Null where nothing takes it back: an approval and a revocation of an exception are decisions that stand. */
export function recordInverse(command: ComplianceCommand, before: Before): ComplianceCommand | null {
  const { id } = command;
  switch (command.type) {
    case 'control_state.update':
      return { type: command.type, id, patch: stateBefore(command.patch, before) };
    case 'control_exception.create':
      return { type: 'control_exception.revoke', id };
    case 'control_comment.create':
      return { type: 'control_comment.delete', id };
    case 'control_comment.delete': {
      const { control, text } = (before ?? {}) as { readonly control?: string; readonly text?: string };
      if (control === undefined || text === undefined) return null;
      return { type: 'control_comment.create', id: crypto.randomUUID(), input: { control, text } };
    }
    case 'termination.create':
      return { type: 'termination.delete', id };
    case 'finding.update':
    case 'data_request.update':
    case 'incident.update':
    case 'transfer_mechanism.update': {
      if (before === null) return null;
      const patch = Object.fromEntries(Object.keys(command.patch).map((field) => [field, before[field]]));
      return { type: command.type, id, patch } as ComplianceCommand;
    }
    case 'finding.close':
      return { type: 'finding.reopen', id };
    case 'finding.reopen': {
      const reason = (before as Finding | null)?.closed_reason ?? '';
      return reason === '' ? null : { type: 'finding.close', id, input: { reason } };
    }
    default:
      return null;
  }
}
