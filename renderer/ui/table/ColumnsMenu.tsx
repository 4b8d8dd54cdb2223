import { Columns3 } from 'lucide-react';
import { IconButton } from '../Button.tsx';
import { Menu, MenuItem, MenuLine } from '../Menu.tsx';
import type { ColumnMemory } from './columnMemory.ts';
import type { HeadColumn } from './columns.ts';

interface ColumnsMenuProps {
  readonly columns: readonly HeadColumn[];
  readonly shown: readonly HeadColumn[];
  readonly memory: ColumnMemory;
}

/** Show and hide columns, or have all as they were at first; at least one stays. */
export function ColumnsMenu({ columns, shown, memory }: ColumnsMenuProps) {
  const ids = shown.map(({ id }) => id);
  const toggle = (id: string): void => {
    const visible = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
    if (visible.length === 0) return;
    memory.set({ hidden: columns.map((column) => column.id).filter((other) => !visible.includes(other)) });
  };
  return (
    <Menu align="end" trigger={<IconButton small icon={Columns3} label="Columns" />}>
      {columns.map(({ id, head, fixed }) => (
        <MenuItem key={id} checked={ids.includes(id)} disabled={fixed === true} onSelect={() => toggle(id)}>
          {head}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onSelect={memory.reset}>Reset columns</MenuItem>
    </Menu>
  );
}
