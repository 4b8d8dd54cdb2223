import type { JobProgress } from '../../shared/contract/jobs.ts';
import { count, duration } from './numbers.ts';

/** `12,000 of 50,000 events · 98,000 a second · 2 s left`; parts that are not known are left out. */
export function progressText(progress: JobProgress): string {
  const { done, total, unit, ratePerSecond, secondsLeft } = progress;
  const parts = [total === null ? `${count(done)} ${unit}` : `${count(done)} of ${count(total)} ${unit}`];
  if (ratePerSecond !== null && ratePerSecond > 0) parts.push(`${count(Math.round(ratePerSecond))} a second`);
  if (secondsLeft !== null) parts.push(`${duration(Math.ceil(secondsLeft) * 1000)} left`);
  return parts.join(' · ');
}
