import { clsx } from 'clsx';
import type { ComplianceMode, OwnFramework } from '../../../shared/entities/index.ts';
import { count, DASH } from '../../ui/numbers.ts';
import { defineTable } from '../../ui/table/defineTable.ts';
import { Verdict } from '../../ui/Verdict.tsx';
import { keptText, regionsText } from './modeDraft.ts';

export interface FrameworkLine {
  readonly id: string;
  readonly title: string;
  readonly edition: string;
  /** Controls that are assessed. */
  readonly controls: number;
  /** The organization's own record; null for one that is built in. */
  readonly own: OwnFramework | null;
  /** Null: never switched on. */
  readonly mode: ComplianceMode | null;
}

const isOn = ({ mode }: FrameworkLine): boolean => mode?.enabled === true;
const asked = (line: FrameworkLine, text: (mode: ComplianceMode) => string): string | null =>
  isOn(line) ? text(line.mode!) : null;
const shown = (text: string | null) => <span className={clsx(text === null && 'text-dim')}>{text ?? DASH}</span>;

/** Frameworks with their modes. */
export const FRAMEWORKS = defineTable<FrameworkLine>({
  id: 'frameworks',
  noun: ['framework', 'frameworks'],
  rowKey: ({ id }) => id,
  sort: { id: 'title', desc: false },
  columns: [
    {
      id: 'title',
      head: 'Framework',
      size: 200,
      share: 1,
      fixed: true,
      value: ({ title }) => title,
      cell: ({ title, own }) => (
        <span className="truncate font-medium" title={title}>
          {title}
          {own !== null && <span className="text-12 text-dim"> own</span>}
        </span>
      ),
    },
    { id: 'edition', head: 'Edition', size: 150, roomFrom: 620, value: ({ edition }) => edition },
    {
      id: 'mode',
      head: 'Mode',
      size: 88,
      value: (line) => (isOn(line) ? 'on' : 'off'),
      cell: (line) => <Verdict tone={isOn(line) ? 'ok' : 'none'}>{isOn(line) ? 'on' : 'off'}</Verdict>,
    },
    {
      id: 'mfa',
      head: 'Second factor',
      size: 112,
      roomFrom: 760,
      value: (line) => asked(line, ({ settings }) => (settings.mfa_required ? 'asked' : 'not asked')),
      cell: (line) => shown(asked(line, ({ settings }) => (settings.mfa_required ? 'asked' : 'not asked'))),
    },
    {
      id: 'residency',
      head: 'Data',
      size: 110,
      roomFrom: 860,
      value: (line) => asked(line, ({ settings }) => regionsText(settings.data_residency)),
      cell: (line) => shown(asked(line, ({ settings }) => regionsText(settings.data_residency))),
    },
    {
      id: 'retention',
      head: 'Audit log kept',
      size: 170,
      roomFrom: 700,
      value: (line) => asked(line, ({ settings }) => keptText(settings.audit_log_retention)),
      cell: (line) => shown(asked(line, ({ settings }) => keptText(settings.audit_log_retention))),
    },
    {
      id: 'controls',
      head: 'Controls',
      size: 84,
      numeric: true,
      value: ({ controls }) => controls,
      cell: ({ controls }) => count(controls),
    },
  ],
});
