import { Columns3 } from 'lucide-react';
import { IconButton } from '../ui/Button.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/Menu.tsx';
import { COLUMNS, type ColumnId, type ColumnSpec } from './cells.ts';
import { resetColumnPrefs, setColumnPrefs } from './columnPrefs.ts';

/** Show and hide columns; at least one stays. */
export function ColumnsMenu({ shown }: { readonly shown: readonly ColumnSpec[] }) {
  const ids = shown.map(({ id }) => id);
  const toggle = (id: ColumnId): void => {
    const visible = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
    if (visible.length > 0)
      setColumnPrefs({ hidden: COLUMNS.map((c) => c.id).filter((other) => !visible.includes(other)) });
  };
  return (
    <Menu align="end" trigger={<IconButton small icon={Columns3} label="Columns" />}>
      {COLUMNS.map(({ id, head }) => (
        <MenuItem key={id} checked={ids.includes(id)} onSelect={() => toggle(id)}>
          {head}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onSelect={resetColumnPrefs}>Reset columns</MenuItem>
    </Menu>
  );
}
