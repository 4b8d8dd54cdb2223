/** The worked example of docs/FORMATS.md, section 9. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testMessage } from './message.ts';
import { signedHeaders } from './webhook.ts';

const doc = readFileSync(new URL('../../docs/FORMATS.md', import.meta.url), 'utf8');
const ID = 'msg_0192f3a4-0000-7000-8000-000000000001';

describe('a signed webhook', () => {
  it('is what the format says it is', () => {
    const { json } = testMessage({ id: 'acme', name: 'Acme' }, 'On call', '2026-11-25T06:00:00.000Z');
    const key = Buffer.from('MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=', 'base64');
    const headers = signedHeaders(key, ID, 1_795_586_400_999, json);
    expect(headers).toEqual({
      'webhook-id': ID,
      'webhook-timestamp': '1795586400',
      'webhook-signature': 'v1,4ZCy1NVGGa+lhLBNSfRr+suG4cvI9ynaYx7+y5X9bfA=',
    });
    expect(doc).toContain(json);
    expect(doc).toContain(headers['webhook-signature']!);
  });
});
