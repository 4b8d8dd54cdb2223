import { ERRORS } from '../../shared/errors.ts';

/** The text of docs/ERRORS.md: one row a code. `npm run docs` writes it; test/tidy.test.ts holds the file against it. */
export function errorsDoc(): string {
  const rows = Object.entries(ERRORS).map(([code, [meaning, remedy]]) => `| \`${code}\` | ${meaning} | ${remedy} |`);
  return [
    '# Error codes',
    '',
    'Every error that crosses a process border carries one of these codes. Written by `npm run docs` from `shared/errors.ts`.',
    '',
    '| code | meaning | what to do |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
