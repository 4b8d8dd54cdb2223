/** Groups of controls that are closed, by id; they stay so while the window is open. */
import { create } from 'zustand';

interface Closed {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly close: (ids: readonly string[]) => void;
  readonly openAll: () => void;
}

export const useClosed = create<Closed>()((set) => ({
  ids: new Set<string>(),
  toggle: (id) =>
    set(({ ids }) => {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      return { ids: next };
    }),
  close: (ids) => set({ ids: new Set(ids) }),
  openAll: () => set({ ids: new Set() }),
}));
