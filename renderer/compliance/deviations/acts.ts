/** What is done to findings and exceptions, and why it is refused. */
import type { ComplianceCommand } from '../../../shared/commands/index.ts';
import { type RecordBook, recordFaults } from '../../../shared/compliance/recordRules.ts';
import type { ControlException, Finding } from '../../../shared/entities/index.ts';
import { askFor, toastRefused } from '../../access/pending.ts';
import { toast } from '../../ui/toasts.ts';
import { gate, type Scene } from '../checklist/scene.ts';

const EVERYBODY = { has: () => true };

/** What the rules need to know where a command names nothing besides its own record. */
function bookOf(record: Finding | ControlException, asker: string | null): RecordBook {
  return {
    ...{ record: () => record, count: () => 0, control: () => true, framework: () => true },
    ...{ modes: [], policies: [], people: EVERYBODY, workspaces: EVERYBODY, organization: null },
    ...{ asker, now: Date.now() },
  };
}

/** Why a decision about a record is refused, in the words the platform refuses it with; null where nothing known speaks against it. */
export function decisionRefusal(
  scene: Scene,
  command: ComplianceCommand,
  record: Finding | ControlException,
): string | null {
  return gate(scene, command.type) ?? recordFaults(command, bookOf(record, scene.userId))[0]?.words ?? null;
}

/** What waits to be sent has no author yet: it is of who uses this console, and so not theirs to approve. */
export const approvalRefusal = (scene: Scene, exception: ControlException): string | null => {
  const asked = exception.created_by === '' ? { ...exception, created_by: scene.userId ?? '' } : exception;
  const input = { management_response: '' };
  return decisionRefusal(scene, { type: 'control_exception.approve', id: exception.id, input }, asked);
};
export const revocationRefusal = (scene: Scene, exception: ControlException): string | null =>
  decisionRefusal(scene, { type: 'control_exception.revoke', id: exception.id }, exception);
export const changeRefusal = (scene: Scene, finding: Finding): string | null =>
  decisionRefusal(scene, { type: 'finding.update', id: finding.id, patch: {} }, finding);
export const closingRefusal = (scene: Scene, finding: Finding): string | null =>
  decisionRefusal(scene, { type: 'finding.close', id: finding.id, input: { reason: '' } }, finding);
export const reopeningRefusal = (scene: Scene, finding: Finding): string | null =>
  decisionRefusal(scene, { type: 'finding.reopen', id: finding.id }, finding);

/** Opens a closed finding again; says what became of it. */
export function reopen(orgId: string, finding: Finding): void {
  const command = { type: 'finding.reopen' as const, id: finding.id };
  const ask = (anyway: boolean): void =>
    void askFor(orgId, [{ command, before: finding }], 'Finding opened again', anyway).catch((thrown: unknown) =>
      toastRefused('Not opened', thrown, () => ask(true)),
    );
  ask(false);
}

/** Goes on where nothing speaks against it, else says why not: for keys, which have no button to hold the reason. */
export function unless(refusal: string | null, what: string, work: () => void): void {
  if (refusal === null) work();
  else toast({ text: `${what}: ${refusal}`, tone: 'bad' });
}
