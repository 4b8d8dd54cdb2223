import { console001 } from './console001.ts';
import { mirror001 } from './mirror001.ts';

export const mirrorMigrations = [mirror001] as const;
export const consoleMigrations = [console001] as const;
