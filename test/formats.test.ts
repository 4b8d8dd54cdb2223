/** docs/FORMATS.md is held against the code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../shared/bundle/checks.ts';
import { ENVELOPE, MANIFEST, PAYLOAD_FILES, STATEMENT, TAG_FILES, TAG_MANIFEST } from '../shared/bundle/layout.ts';
import { PREDICATE_TYPE } from '../shared/bundle/statement.ts';
import { STANDARD_COMMANDS } from '../shared/bundle/verifyGuide.ts';
import { REPORT_FORMAT } from '../shared/sla/report.ts';
import { BINS } from '../shared/sla/sketch.ts';
import { vectorsMarkdown } from './support/formatVectors.ts';
import { slaVectors, slaVectorsMarkdown } from './support/slaVectors.ts';

const text = readFileSync(join(import.meta.dirname, '../docs/FORMATS.md'), 'utf8');

describe('docs/FORMATS.md', () => {
  it('carries the test vectors the code makes', () => {
    expect(text).toContain(vectorsMarkdown());
  });

  it('carries the example of metrics and the monthly report that the code makes, and names every field of it', () => {
    expect(text).toContain(slaVectorsMarkdown());
    const section = text.slice(text.indexOf('## 8. Metrics'), text.indexOf('**Example.**'));
    for (const name of Object.keys(JSON.parse(slaVectors().report!) as object).filter((one) => one !== 'format'))
      expect(section).toContain(`\`${name}\``);
    expect(section).toContain(`\`${REPORT_FORMAT}\``);
    expect(section).toContain(`0 to ${(BINS - 1).toLocaleString('en-US')}`);
  });

  it('prints the commands that bundles print', () => {
    expect(text).toContain(STANDARD_COMMANDS.join('\n'));
  });

  it('names every file of a bundle, every check and the predicate type', () => {
    for (const name of [...TAG_FILES, ...PAYLOAD_FILES, MANIFEST, TAG_MANIFEST, STATEMENT, ENVELOPE])
      expect(text).toContain(`\`${name}\``);
    for (const id of Object.keys(CHECKS)) expect(text).toContain(`\`${id}\``);
    expect(text).toContain(PREDICATE_TYPE);
  });
});
