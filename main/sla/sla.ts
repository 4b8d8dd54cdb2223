/** The one thread that judges service levels. */
import { createMirrorThread, type MirrorThread } from '../db/mirrorThread.ts';
import type { SlaThread } from './api.ts';

export type Levels = MirrorThread<SlaThread>;

export const createLevels = (): Levels =>
  createMirrorThread<SlaThread>(new URL('./worker.ts', import.meta.url), 'service levels');
