import { X } from 'lucide-react';
import type { BundleRecord } from '../../shared/contract/bundles.ts';
import { useOrgZone } from '../app/orgs.ts';
import { setParams } from '../app/router.ts';
import { IconButton } from '../ui/Button.tsx';
import { Instant } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { formatMinute, zoneLabel } from '../ui/time.ts';
import { ResultFacts } from './ResultFacts.tsx';
import { SECTIONS } from './words.ts';

/** One exported bundle of the history. */
export function RecordDetail({ record }: { readonly record: BundleRecord }) {
  const zone = useOrgZone(record.orgId);
  return (
    <div className="p-4">
      <div className="flex items-start justify-between gap-3">
        <h2 className="text-15 font-bold">{record.orgName}</h2>
        <IconButton icon={X} small label="Close" onClick={() => setParams({ bundle: null })} />
      </div>
      <p className="mb-1 text-dim">
        Exported <Instant at={record.createdAt} />
      </p>
      <Section title="Contents">
        <KeyValues>
          <KeyValue name="From">
            <span className="tnum">{formatMinute(record.from, zone)}</span>
          </KeyValue>
          <KeyValue name="Until before">
            <span className="tnum">
              {formatMinute(record.to, zone)} <span className="text-dim">{zoneLabel(zone)}</span>
            </span>
          </KeyValue>
          <KeyValue name="Sections">
            {SECTIONS.filter((section) => record.sections.includes(section.id))
              .map((section) => section.label)
              .join(', ')}
          </KeyValue>
        </KeyValues>
      </Section>
      <Section title="Bundle">
        <ResultFacts result={record} />
      </Section>
    </div>
  );
}
