import { type ReactNode, useEffect, useState } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';

const WIDE = '(min-width: 1200px)';

/** Whether the window is wide enough for list and detail beside each other. */
export function useWide(): boolean {
  const [wide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const follow = (): void => setWide(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, []);
  return wide;
}

interface SplitProps {
  /** Under this name the widths are remembered. */
  readonly id: string;
  readonly list: ReactNode;
  /** Null while nothing is selected: the list then has the whole width. */
  readonly detail: ReactNode | null;
  /** Width of the detail at first, in per cent. */
  readonly detailSize?: number;
}

/**
 * List left, detail right, the border between them draggable; under 1200 px the detail takes the list's place. The list stays mounted
 * while a detail comes and goes, so that what is selected in it and where it is scrolled to stay.
 */
export function SplitPane({ id, list, detail, detailSize = 32 }: SplitProps) {
  const wide = useWide();
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id, storage: localStorage });
  if (!wide) {
    return (
      <div className="h-full min-h-0">
        <div className={detail === null ? 'h-full min-h-0' : 'hidden'}>{list}</div>
        {detail !== null && <div className="h-full overflow-y-auto bg-panel">{detail}</div>}
      </div>
    );
  }
  const remembered = defaultLayout?.detail;
  return (
    <Group
      orientation="horizontal"
      {...(detail !== null && defaultLayout ? { defaultLayout } : {})}
      onLayoutChanged={(layout, ...rest) => {
        if (layout.detail !== undefined) onLayoutChanged(layout, ...rest);
      }}
    >
      <Panel id="list" minSize="30%" className="min-h-0">
        {list}
      </Panel>
      {detail !== null && (
        <>
          <Separator className="w-px bg-line focus-visible:bg-accent data-[separator=active]:bg-accent data-[separator=hover]:bg-accent" />
          <Panel id="detail" defaultSize={`${remembered ?? detailSize}%`} minSize="22%" className="min-h-0 bg-panel">
            <div className="h-full overflow-y-auto">{detail}</div>
          </Panel>
        </>
      )}
    </Group>
  );
}
