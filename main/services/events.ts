/** Events pushed from the core to whoever shows it. */
import { type EventName, type EventPayload, events as schemas } from '../../shared/contract/index.ts';

type Listener = (payload: never) => void;

export interface Events {
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
}

/** A throwing listener must not stop the others nor the work that emitted: `onError` hears of it. */
export function createEvents(onError: (error: unknown) => void): Events {
  const listeners = new Map<EventName, Set<Listener>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, set.add(listener as Listener));
      return () => {
        set.delete(listener as Listener);
      };
    },
    emit(name, payload) {
      const checked = schemas[name].safeParse(payload);
      if (!checked.success) {
        onError(checked.error);
        return;
      }
      for (const listener of listeners.get(name) ?? []) {
        try {
          (listener as (value: unknown) => void)(checked.data);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
