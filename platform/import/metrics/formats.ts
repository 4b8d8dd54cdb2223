/** All formats of metrics, and which of them a file is of. */
import { AppError } from '../../../shared/errors.ts';
import { accessLog } from './accessLog.ts';
import { checksCsv } from './checksCsv.ts';
import type { MetricFormat } from './entry.ts';
import { jsonLog } from './jsonLog.ts';
import { upptimeYaml } from './upptimeYaml.ts';

/** Most particular marks first. */
export const METRIC_FORMATS: readonly MetricFormat[] = [accessLog, upptimeYaml, jsonLog, checksCsv];

export function metricFormat(id: string): MetricFormat | null {
  return METRIC_FORMATS.find((format) => format.id === id) ?? null;
}

/** The format of a file by its first lines. Throws INPUT_INVALID. */
export function detectMetrics(head: readonly string[], path: string): MetricFormat {
  const found = METRIC_FORMATS.find((format) => format.detect(head));
  if (found) return found;
  const names = METRIC_FORMATS.map(({ id }) => id).join(', ');
  throw new AppError('INPUT_INVALID', `${path} is of no known format of metrics (${names}).`);
}
