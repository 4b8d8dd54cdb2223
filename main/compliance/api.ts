/** What the thread of checks answers: the contract's questions with the instant at which they were asked. */
import type { CheckOutcome } from '../../shared/compliance/checks/world.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';

export type Asked<N extends 'checks.run' | 'checks.results' | 'checks.detail' | 'checks.compare'> = HandlerInput<N> & {
  readonly now: number;
};

export interface StepProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly finished: boolean;
}

export interface ChecksThread {
  /** Remembers what opens the mirror's file for reading; the key is copied, and zeroed when it is detached. */
  attach(orgId: string, file: { readonly path: string; readonly key: Uint8Array }): Promise<void>;
  detach(orgId: string): Promise<void>;
  /** Works on a run for some milliseconds; the same question again goes on with it. Throws INPUT_INVALID, MIRROR_*. */
  step(asked: Asked<'checks.run'>): Promise<StepProgress>;
  /** Gives up the run under way. */
  drop(orgId: string): Promise<void>;
  results(asked: Asked<'checks.results'>): Promise<Output<'checks.results'>>;
  detail(asked: Asked<'checks.detail'>): Promise<Output<'checks.detail'>>;
  compare(asked: Asked<'checks.compare'>): Promise<Output<'checks.compare'>>;
  latest(orgId: string): Promise<Output<'checks.latest'>>;
  trend(asked: HandlerInput<'checks.trend'>): Promise<Output<'checks.trend'>>;
  /** The outcomes of a run with their items, evaluated now where none is kept, and up to where the mirror knew. */
  outcomes(
    asked: Asked<'checks.compare'>,
  ): Promise<{ readonly asOf: number; readonly outcomes: readonly CheckOutcome[] }>;
  /** Lines of a run as a table, header first. */
  table(asked: Asked<'checks.compare'>): Promise<(string | number | null)[][]>;
}
