import { console001 } from './console001.ts';
import { console002 } from './console002.ts';
import { mirror001 } from './mirror001.ts';
import { mirror002 } from './mirror002.ts';
import { mirror003 } from './mirror003.ts';
import { mirror004 } from './mirror004.ts';
import { mirror005 } from './mirror005.ts';
import { mirror006 } from './mirror006.ts';
import { mirror007 } from './mirror007.ts';
import { mirror008 } from './mirror008.ts';
import { mirror009 } from './mirror009.ts';

export const mirrorMigrations = [
  mirror001,
  mirror002,
  mirror003,
  mirror004,
  mirror005,
  mirror006,
  mirror007,
  mirror008,
  mirror009,
] as const;
export const consoleMigrations = [console001, console002] as const;
