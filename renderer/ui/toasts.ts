import { create } from 'zustand';

export interface ToastOptions {
  readonly text: string;
  readonly tone?: 'plain' | 'bad';
  /** One action, e.g. undo or open. */
  readonly action?: { readonly label: string; readonly run: () => void };
}
export interface ToastItem extends ToastOptions {
  readonly id: number;
}

let nextId = 1;

export const useToasts = create<{ items: readonly ToastItem[]; dismiss: (id: number) => void }>()((set) => ({
  items: [],
  dismiss: (id) => set((state) => ({ items: state.items.filter((item) => item.id !== id) })),
}));

/** Show a short notice; it leaves after 5 s, or 10 s where it offers an action. At most three stand at once. */
export function toast(options: ToastOptions): void {
  const id = nextId++;
  useToasts.setState((state) => ({ items: [...state.items.slice(-2), { ...options, id }] }));
  setTimeout(() => useToasts.getState().dismiss(id), options.action === undefined ? 5000 : 10_000);
}
