/** Words and codes for up and down. */

const UP = new Set([
  'up',
  'ok',
  'online',
  'operational',
  'true',
  't',
  'yes',
  'success',
  'successful',
  'healthy',
  'available',
  'available.',
  'pass',
  'passed',
  'good',
  'green',
  'running',
  'alive',
  'reachable',
  'degraded',
  'degraded_performance',
  'recovered',
  'resolved',
]);
const DOWN = new Set([
  'down',
  'offline',
  'false',
  'f',
  'no',
  'fail',
  'failed',
  'failure',
  'error',
  'outage',
  'partial_outage',
  'major_outage',
  'critical',
  'unavailable',
  'unhealthy',
  'bad',
  'red',
  'dead',
  'unreachable',
  'timeout',
  'timed_out',
  'hard_down',
  'seems_down',
]);

/** True up, false down, null neither. A slow service is up. A number is 0, 1 or an HTTP status: below 400 is up, 0 is no answer. */
export function isUp(text: string): boolean | null {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  if (UP.has(word)) return true;
  if (DOWN.has(word)) return false;
  if (word === '1') return true;
  if (word === '0' || word === '000') return false;
  return /^[1-5]\d\d$/.test(word) ? Number(word) < 400 : null;
}
