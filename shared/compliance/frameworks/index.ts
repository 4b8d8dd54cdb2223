import type { Framework } from '../framework.ts';
import { CCPA } from './ccpa.ts';
import { GDPR } from './gdpr.ts';
import { HIPAA } from './hipaa.ts';
import { PCI_DSS } from './pciDss.ts';
import { SOC2 } from './soc2.ts';

/** The frameworks that come with the product, by id. */
export const BUILT_IN_FRAMEWORKS: ReadonlyMap<string, Framework> = new Map(
  [SOC2, HIPAA, GDPR, PCI_DSS, CCPA].map((framework) => [framework.id, framework]),
);
