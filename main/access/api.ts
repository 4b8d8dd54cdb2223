/** What the access thread answers. Types of the questions and answers are those of the contract, less what only the host can add. */
import type { Output, ProcedureName } from '../../shared/contract/index.ts';
import type { AccessData, AccessHave } from '../db/api.ts';
import type { Asked } from './answers.ts';
import type { PreviewAsked, ReplayAsked, ReplayPage, ReplayProgress } from './whatIf.ts';

type Ask<N extends ProcedureName> = (asked: Asked<N>) => Promise<Output<N>>;

export interface AccessThread {
  /** What is held, so that only the rest is read from the mirror. */
  held(): Promise<AccessHave>;
  take(data: AccessData): Promise<void>;
  me(email: string | null, now: number): Promise<Omit<Output<'access.me'>, 'online'>>;
  catalog(now: number): Promise<Output<'access.catalog'>>;
  role(id: string, now: number): Promise<Output<'access.role'>>;
  preview(asked: PreviewAsked): Promise<Output<'access.preview'>>;
  holders: Ask<'access.holders'>;
  who: Ask<'access.who'>;
  effective: Ask<'access.effective'>;
  diff: Ask<'access.diff'>;
  replay(asked: Asked<'access.replay'>): Promise<ReplayPage>;
  /** Works on a replay for a moment; when it is finished, `replay` answers the same question at once. */
  replayStep(asked: ReplayAsked): Promise<ReplayProgress>;
  /** Drops what was worked out of a replay that nobody waits for any more. */
  dropReplay(): Promise<void>;
  unused: Ask<'access.unused'>;
}
