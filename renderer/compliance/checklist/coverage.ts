/** How the groups of a framework stand: their controls counted by status. Pure. */
import {
  CONTROL_STATUSES,
  noCounts,
  type Percentage,
  percentageOf,
  type StatusCounts,
} from '../../../shared/compliance/controlStatus.ts';
import type { ChecklistRowView, ControlSummaryView } from '../../../shared/contract/checklist.ts';
import { count } from '../../ui/numbers.ts';
import { STATUS } from './words.ts';

export interface GroupCoverage {
  /** The line of the tree that the bar leads to. */
  readonly id: string;
  /** Empty for the controls that stand in no group. */
  readonly ref: string;
  readonly title: string;
  readonly counts: StatusCounts;
  /** All controls counted, those that do not apply too. */
  readonly total: number;
  /** Controls met, and those that count: all but those that do not apply. */
  readonly share: Percentage;
}

const totalOf = (counts: StatusCounts): number => CONTROL_STATUSES.reduce((sum, status) => sum + counts[status], 0);

/**
 * The top groups in the order of the framework, each with everything below it. Controls at the top that have nothing below them come last and
 * together, so that every control of the framework is counted in one bar.
 */
export function coverageOf(rows: readonly ChecklistRowView[]): readonly GroupCoverage[] {
  const top = rows.filter(({ depth }) => depth === 0);
  const groups = top.flatMap(({ node, rollUp }): GroupCoverage[] => {
    if (rollUp === null) return [];
    const { counts, percentage } = rollUp;
    return [{ id: node.id, ref: node.ref, title: node.title, counts, total: totalOf(counts), share: percentage }];
  });
  const loose = top.filter((row): row is ChecklistRowView & { control: ControlSummaryView } => {
    return row.rollUp === null && row.control !== null;
  });
  if (loose.length === 0) return groups;
  const counts = noCounts();
  for (const { control } of loose) counts[control.status]++;
  const rest = { id: loose[0]!.node.id, ref: '', title: 'In no group', counts, total: loose.length };
  return [...groups, { ...rest, share: percentageOf(counts) }];
}

/** `3 met, 1 not met`: what there is, in the words of the marks. */
export function countsWords(counts: StatusCounts): string {
  const told = CONTROL_STATUSES.filter((status) => counts[status] > 0);
  return told.length === 0 ? 'no controls' : told.map((s) => `${count(counts[s])} ${STATUS[s].word}`).join(', ');
}

/** All groups together. */
export function wholeOf(groups: readonly GroupCoverage[]): StatusCounts {
  const whole = noCounts();
  for (const { counts } of groups) for (const status of CONTROL_STATUSES) whole[status] += counts[status];
  return whole;
}
