import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useJob, useJobs } from '../app/jobs.ts';
import { useSettings } from '../app/settings.ts';
import { asCallError, call } from '../bridge.ts';
import { IconButton } from '../ui/Button.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { plural } from '../ui/numbers.ts';
import { Progress } from '../ui/Progress.tsx';
import { tellExported } from '../ui/table/exportRows.ts';
import { toast } from '../ui/toasts.ts';
import type { AuditView } from './view.ts';

interface ExportProps {
  readonly orgId: string;
  readonly view: AuditView;
  readonly matched: number;
  readonly onStarted: (jobId: string) => void;
}

/** Writes what is filtered, in the order on show, as CSV or JSON lines. */
export function ExportMenu({ orgId, view, matched, onStarted }: ExportProps) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const start = async (format: 'csv' | 'ndjson'): Promise<void> => {
    try {
      let path: string | null = null;
      if (native) {
        const day = new Date().toISOString().slice(0, 10);
        path = (await call('files.pickSave', { purpose: 'rows', suggestedName: `${orgId}-audit-${day}.${format}` }))
          .path;
        if (path === null) return;
      }
      const { filter, sort, direction } = view;
      onStarted((await call('audit.exportRows', { orgId, filter, sort, direction, format, path })).jobId);
    } catch (thrown) {
      const { message, code } = asCallError(thrown);
      toast({ text: `${message} (${code})`, tone: 'bad' });
    }
  };
  return (
    <Menu align="end" trigger={<IconButton small icon={Download} label="Export rows" disabled={matched === 0} />}>
      <MenuItem onSelect={() => void start('csv')} hint="CSV">
        Export {plural(matched, 'row')}
      </MenuItem>
      <MenuItem onSelect={() => void start('ndjson')} hint="JSON lines">
        Export {plural(matched, 'row')}
      </MenuItem>
    </Menu>
  );
}

/** Progress of a rows export, with cancel; at its end a notice says where the file lies. */
export function ExportProgress({ jobId, onEnd }: { readonly jobId: string; readonly onEnd: () => void }) {
  const job = useJob(jobId);
  const [told, setTold] = useState(false);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  const state = job?.state ?? 'running';
  useEffect(() => {
    if (state === 'running' || told || job === null) return;
    setTold(true);
    tellExported(job);
    ended.current();
  }, [state, told, job]);
  if (job === null || state !== 'running') return null;
  return (
    <div className="border-b border-line px-[18px] py-1.5">
      <Progress label={job.title} progress={job.progress} onCancel={() => void useJobs.getState().cancel(jobId)} />
    </div>
  );
}
