import { expect, it } from 'vitest';
import type { Job } from '../shared/contract/jobs.ts';
import { asCallError, CallError, jobError, storedError } from './bridge.ts';

it('gives every error a code, a message and a remedy', () => {
  const error = storedError({ code: 'PLATFORM_UNREACHABLE', message: 'No answer.' });
  expect([error.code, error.message, error.remedy]).toEqual([
    'PLATFORM_UNREACHABLE',
    'No answer.',
    'Check address and network. The mirror stays readable.',
  ]);
});

it('does not trust a code it does not know', () => {
  expect(storedError({ code: 'FROM_THE_FUTURE', message: 'm' }).code).toBe('INTERNAL');
  expect(storedError({ code: 'toString', message: 'm' }).code).toBe('INTERNAL');
  const unknown = new CallError(JSON.parse('{"code":"FROM_THE_FUTURE","message":"m"}'));
  expect([unknown.code, unknown.message]).toEqual(['INTERNAL', 'm']);
  expect(unknown.remedy).not.toBe('');
});

it('keeps a CallError as it is, and wraps the rest', () => {
  const own = new CallError({ code: 'CONFLICT', message: 'm' });
  expect(asCallError(own)).toBe(own);
  expect(asCallError(new TypeError('x'))).toMatchObject({ code: 'INTERNAL', message: 'x' });
});

it('tells a cancelled job from a failed one', () => {
  const job = { error: null } as Job;
  expect(jobError(job, 'The export')).toMatchObject({ code: 'CANCELLED', message: 'The export was cancelled.' });
  const failed = { error: { code: 'DISK_FULL', message: 'Full.', details: { free: 0 } } } as unknown as Job;
  expect(jobError(failed, 'The export')).toMatchObject({ code: 'DISK_FULL', details: { free: 0 } });
});
