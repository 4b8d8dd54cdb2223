/** The one IPC channel for calls, and the one for pushes. Apart from the schemas, so that the preload stays small. */
export const CALL_CHANNEL = 'mc:call';
export const EVENT_CHANNEL = 'mc:event';
/** The name under which the preload exposes the `Bridge` on `window`. */
export const BRIDGE_NAME = 'console_';
