import { describe, expect, it } from 'vitest';
import { FigureCounter } from './figures.ts';
import { reportFault, reportHazard, reportHtml } from './report.ts';
import type { Predicate } from './statement.ts';

const count = { expected: 0, included: 0, omitted: 0, withheld: 0 };
const name = `Acme <script>alert(1)</script> onload=x url(http://evil) "'&`;
const at = '2026-01-01T00:00:00.000Z';
const predicate: Predicate = {
  bundle: { id: '018f3f2a-7c11-7abc-8def-0123456789ab', kind: 'audit', format: 1, created_at: at, previous: null },
  organization: { id: 'acme', name, time_zone: 'UTC' },
  period: { from: at, to: at },
  framework: null,
  checkpoint: { origin: name, size: 0, root: '0'.repeat(64) },
  range: { begin: 0, end: 0 },
  filter: { withhold: [] },
  sections: { events: count, disclosures: count },
  exceptions: [],
  generator: { name, version: name },
  sign_offs: [],
};
const figures = new FigureCounter().figures();
const html = reportHtml(predicate, figures, 'f'.repeat(64));

describe('report', () => {
  it('lets no name become markup, and a hostile name is no hazard', () => {
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(reportHazard(html)).toBeNull();
    expect(reportFault(html, figures)).toBeNull();
  });

  it.each([
    '<script>',
    '<img src=x>',
    '<p onclick="x">',
    '<iframe>',
    '<a href="http://x">',
    '<meta http-equiv="refresh" content="0">',
    '<svg/onload=x>',
    '<p',
  ])('refuses %s', (tag) => {
    expect(reportHazard(html.replace('</main>', `${tag}</main>`))).not.toBeNull();
  });

  it('refuses a style that loads something', () => {
    expect(reportHazard(html.replace('<style>', '<style>a{background:url(x)}'))).not.toBeNull();
  });

  it('finds a missing and an invented figure', () => {
    expect(reportFault(html.replaceAll('data-figure="withheld"', 'data-figure="other"'), figures)).toContain('other');
    expect(reportFault(html.replaceAll(/<data data-figure="withheld"[^/]*\/data>/g, ''), figures)).toContain(
      'withheld',
    );
  });
});
