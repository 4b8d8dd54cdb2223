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
    <Tabs.List className="flex items-center gap-1" aria-label={label}>
      {tabs.map(([value, title]) => (
        <Tabs.Trigger
          key={value}
          value={value}
          className="h-[26px] rounded px-2.5 font-medium text-dim hover:bg-hover data-[state=active]:bg-accent-tint data-[state=active]:text-accent"
        >
          {title}
        </Tabs.Trigger>
      ))}
    </Tabs.List>
  );
}
