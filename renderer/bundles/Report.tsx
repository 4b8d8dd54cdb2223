import { Copy } from 'lucide-react';
import type { VerifyReport } from '../../shared/contract/bundles.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { shorten } from '../ui/Id.tsx';
import { count, duration, plural } from '../ui/numbers.ts';
import { Instant } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { type Tone, Verdict } from '../ui/Verdict.tsx';

const VERDICTS: Readonly<Record<VerifyReport['verdict'], { tone: Tone; word: string; words: string }>> = {
  valid: { tone: 'ok', word: 'valid', words: 'The bundle is complete, unaltered, and signed by keys you trust.' },
  untrusted: {
    tone: 'warn',
    word: 'valid, signer not trusted',
    words:
      'The bundle is complete and unaltered, but a key that signed it is not one you trust. Get that key from its owner and check again.',
  },
  invalid: { tone: 'bad', word: 'invalid', words: 'The bundle does not hold what it claims. Do not rely on it.' },
  unreadable: {
    tone: 'bad',
    word: 'unreadable',
    words: 'The file is not a readable bundle, so nothing in it could be checked.',
  },
};
const CHECKS: Readonly<Record<VerifyReport['checks'][number]['verdict'], { tone: Tone; word: string }>> = {
  pass: { tone: 'ok', word: 'pass' },
  fail: { tone: 'bad', word: 'fail' },
  warn: { tone: 'warn', word: 'attention' },
  not_checked: { tone: 'none', word: 'not checked' },
};

/** The overall verdict in plain words, then what the bundle is, then every check with what it rests on. */
export function Report({ report }: { readonly report: VerifyReport }) {
  const view = VERDICTS[report.verdict];
  const tally = (verdict: keyof typeof CHECKS): number =>
    report.checks.filter((check) => check.verdict === verdict).length;
  return (
    <div className="p-4">
      <div className="flex flex-wrap items-center gap-3">
        <Verdict tone={view.tone}>{view.word}</Verdict>
        <span className="tnum text-12 text-dim">
          exit code {report.exit} · {plural(report.checks.length, 'check')} in {duration(report.elapsedMs)}
        </span>
        <Button
          small
          icon={Copy}
          className="ml-auto"
          onClick={() => void copyText(JSON.stringify(report, null, 2), 'Report')}
        >
          Copy report
        </Button>
      </div>
      <h2 className="mt-3 text-15 font-bold">{view.words}</h2>
      <p className="mt-1 mb-1 text-dim">{report.summary}</p>
      {report.bundle && <About bundle={report.bundle} />}
      <Section
        title="Checks"
        aside={
          <span className="tnum text-12 text-dim">
            {tally('pass')} pass, {tally('fail')} fail, {tally('warn')} attention, {tally('not_checked')} not checked
          </span>
        }
      >
        <ul>
          {report.checks.map((check) => (
            <li key={check.id} className="grid grid-cols-[112px_1fr] gap-x-3 border-b border-line py-1.5 last:border-0">
              <span>
                <Verdict tone={CHECKS[check.verdict].tone}>{CHECKS[check.verdict].word}</Verdict>
              </span>
              <div className="min-w-0">
                <p className="font-medium">{check.title}</p>
                <p className="text-12 break-words text-dim">{check.detail}</p>
                {check.subject !== null && <p className="mono break-all text-bad">{check.subject}</p>}
              </div>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function About({ bundle }: { readonly bundle: NonNullable<VerifyReport['bundle']> }) {
  return (
    <Section title="What it claims">
      <KeyValues>
        <KeyValue name="Organization">
          {bundle.organization} <span className="mono text-dim">{bundle.orgId}</span>
        </KeyValue>
        <KeyValue name="Period">
          <Instant at={bundle.from} bare /> to before <Instant at={bundle.to} />
        </KeyValue>
        <KeyValue name="Created">
          <Instant at={bundle.createdAt} />
        </KeyValue>
        <KeyValue name="Holds">
          <span className="tnum">
            {plural(bundle.events, 'event')} of a log of {count(bundle.treeSize)}, {count(bundle.withheld)} disclosures
            withheld
          </span>
        </KeyValue>
        {bundle.signers.map((signer) => (
          <KeyValue key={`${signer.role} ${signer.fingerprint}`} name="Signer">
            <span className="inline-flex flex-wrap items-center gap-2">
              {signer.role} <span className="mono">{shorten(signer.fingerprint, 12, 12)}</span>
              {signer.trusted ? <Verdict tone="ok">trusted</Verdict> : <Verdict tone="warn">not trusted</Verdict>}
            </span>
          </KeyValue>
        ))}
      </KeyValues>
    </Section>
  );
}
