/**
 * The contract between the renderer (or a script) and the main process: one table from which the preload, the
 * dispatcher, both hosts, the command line and the test clients derive. Nothing crosses that is not named here.
 */
import { z } from 'zod';
import type { Result } from '../errors.ts';
import { accessProcedures } from './access.ts';
import { appProcedures, VaultStatus } from './app.ts';
import { assessmentProcedures } from './assessments.ts';
import { auditProcedures } from './audit.ts';
import { bundleProcedures } from './bundles.ts';
import { checklistProcedures } from './checklist.ts';
import { checksProcedures } from './checks.ts';
import { OrgId } from './common.ts';
import { complianceProcedures } from './compliance.ts';
import { connectionProcedures } from './connections.ts';
import { evidenceProcedures } from './evidence.ts';
import { integrityProcedures } from './integrity.ts';
import { Job, jobProcedures } from './jobs.ts';
import { modeProcedures } from './modes.ts';
import { outboxProcedures } from './outbox.ts';
import { privacyProcedures } from './privacy.ts';
import { retentionProcedures } from './retention.ts';
import { reviewProcedures } from './reviews.ts';
import { slaProcedures } from './sla.ts';
import { ssoProcedures } from './sso.ts';

export const contract = {
  ...appProcedures,
  ...jobProcedures,
  ...connectionProcedures,
  ...auditProcedures,
  ...integrityProcedures,
  ...bundleProcedures,
  ...accessProcedures,
  ...outboxProcedures,
  ...reviewProcedures,
  ...ssoProcedures,
  ...slaProcedures,
  ...complianceProcedures,
  ...modeProcedures,
  ...assessmentProcedures,
  ...checklistProcedures,
  ...checksProcedures,
  ...privacyProcedures,
  ...retentionProcedures,
  ...evidenceProcedures,
} as const;

export type Contract = typeof contract;
export type ProcedureName = keyof Contract;
/** What a caller sends (defaults may be left out). */
export type CallInput<N extends ProcedureName> = z.input<Contract[N]['input']>;
/** What a handler receives (defaults filled in). */
export type HandlerInput<N extends ProcedureName> = z.output<Contract[N]['input']>;
export type Output<N extends ProcedureName> = z.output<Contract[N]['output']>;

/** Pushed from main to the renderer. */
export const events = {
  job: Job,
  vault: VaultStatus,
  'orgs.changed': z.strictObject({ orgIds: z.array(OrgId) }),
} as const;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** What the preload exposes as `window.console_` and the browser host's client provides: the same shape on both hosts. */
export interface Bridge {
  call<N extends ProcedureName>(name: N, input: CallInput<N>): Promise<Result<Output<N>>>;
  /** Subscribe to pushed events; answers the unsubscribe function. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
}

export { BRIDGE_NAME, CALL_CHANNEL, EVENT_CHANNEL } from './channels.ts';
