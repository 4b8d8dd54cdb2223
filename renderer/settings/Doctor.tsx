import { Stethoscope } from 'lucide-react';
import { useQuery } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';

const VIEW = { ok: ['ok', 'ok'], warn: ['warn', 'attention'], fail: ['bad', 'fail'] } as const;

/** Checks of this installation, run when the screen opens and on demand. */
export function Doctor() {
  const doctor = useQuery('app.doctor', {});
  return (
    <Section
      title="State of this installation"
      className="pt-6"
      aside={
        <Button small icon={Stethoscope} busy={doctor.loading} onClick={doctor.reload}>
          Check again
        </Button>
      }
    >
      {doctor.error && <ErrorState compact error={doctor.error} onRetry={doctor.reload} />}
      {doctor.data === null && doctor.slow && <Skeleton className="w-64" />}
      <ul>
        {doctor.data?.map((check) => {
          const [tone, word] = VIEW[check.verdict];
          return (
            <li key={check.id} className="flex items-baseline gap-3 border-b border-line py-1.5 last:border-b-0">
              <span className="w-24 shrink-0">
                <Verdict tone={tone}>{word}</Verdict>
              </span>
              <span className="w-52 shrink-0 font-medium">{check.title}</span>
              <span className="min-w-0 break-words text-dim">{check.detail}</span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
