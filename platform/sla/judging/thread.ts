/** The way to the judging thread. */
import { TaskThread } from '../../taskThread.ts';
import type { JudgeAnswer, JudgeTask, ReportAnswer, ReportTask, Task } from './tasks.ts';

export class JudgeThread extends TaskThread<Task> {
  constructor() {
    super(new URL('./worker.ts', import.meta.url), 'sla');
  }

  judge(task: Omit<JudgeTask, 'kind'>): Promise<JudgeAnswer> {
    return this.ask({ kind: 'judge', ...task }) as Promise<JudgeAnswer>;
  }

  report(task: Omit<ReportTask, 'kind'>): Promise<ReportAnswer> {
    return this.ask({ kind: 'report', ...task }) as Promise<ReportAnswer>;
  }
}
