import { Tabs } from 'radix-ui';

/** Tabs of a screen, in its title bar. Inside a `Tabs.Root`. */
export function ScreenTabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly (readonly [string, string])[];
}) {
  return (
    <Tabs.List className="flex min-w-0 items-center gap-1" aria-label={label}>
      {tabs.map(([value, title]) => (
        <Tabs.Trigger
          key={value}
          value={value}
          title={title}
          className="h-[26px] max-w-72 shrink-0 truncate rounded px-2.5 font-medium text-dim hover:bg-hover data-[state=active]:bg-accent-tint data-[state=active]:text-accent"
        >
          {title}
        </Tabs.Trigger>
      ))}
    </Tabs.List>
  );
}
