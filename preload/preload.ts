/**
 * The whole bridge between page and main process: two functions. The page never sees `ipcRenderer`, an IPC event object, or a channel name;
 * what may be called is decided by the dispatcher in the main process, not here.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { BRIDGE_NAME, CALL_CHANNEL, EVENT_CHANNEL } from '../shared/contract/channels.ts';
import type { Bridge } from '../shared/contract/index.ts';

type Listener = (payload: unknown) => void;
const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on(EVENT_CHANNEL, (_event, name: unknown, payload: unknown) => {
  if (typeof name !== 'string') return;
  for (const listener of listeners.get(name) ?? []) listener(payload);
});

const bridge: Bridge = {
  call: (name, input) => ipcRenderer.invoke(CALL_CHANNEL, name, input),
  on: (name, listener) => {
    const set = listeners.get(name) ?? new Set<Listener>();
    listeners.set(name, set.add(listener as Listener));
    return () => {
      set.delete(listener as Listener);
    };
  },
};

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
