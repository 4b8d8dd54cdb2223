import { console001 } from './console001.ts';
import { mirror001 } from './mirror001.ts';
import { mirror002 } from './mirror002.ts';
import { mirror003 } from './mirror003.ts';

export const mirrorMigrations = [mirror001, mirror002, mirror003] as const;
export const consoleMigrations = [console001] as const;
