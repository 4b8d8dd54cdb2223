/** Exports held against NIST's own JSON schema, where it is at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import { type Assessment, assessmentText } from '../../shared/compliance/exports/assessment.ts';
import { oscalResults } from '../../shared/compliance/exports/oscalResults.ts';
import { assessmentOfEverything, assessmentOfNothing } from '../support/assessments.ts';

const SCHEMA = new URL(
  '../../../shared/data/compliance-oscal-schemas-1.0.6/oscal_assessment-results_schema.json',
  import.meta.url,
);

describe('OSCAL assessment results', () => {
  it.skipIf(!existsSync(SCHEMA))('follow the schema, with everything and with nothing (real data)', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    formats.default(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    const faults = (assessment: Assessment): string[] => {
      const digest = toHex(sha256(toUtf8(assessmentText(assessment))));
      return valid(oscalResults(assessment, digest))
        ? []
        : (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
    };
    expect(faults(assessmentOfEverything)).toEqual([]);
    expect(faults(assessmentOfNothing)).toEqual([]);
    // The schema is one that refuses.
    expect(valid({ 'assessment-results': {} })).toBe(false);
  });
});
