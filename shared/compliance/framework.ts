/**
 * A framework as data: identifiers and our own short wording, never the text of a standard (TSC: AICPA; PCI DSS: PCI SSC). Built-in ones stand
 * in `frameworks/`, an organization's own and imported ones have the same shape.
 */
import { z } from 'zod';

/** OSCAL token: `(\p{L}|_)(\p{L}|\p{N}|[.\-_])*`, so that `164.312(b)` is `hipaa-164.312-b` and keeps its own form in `ref`. */
export const ControlId = z
  .string()
  .max(120)
  .regex(/^[\p{L}_][\p{L}\p{N}._-]*$/u);

export const ControlNode = z.strictObject({
  id: ControlId,
  /** As the framework writes it: `CC6.1`, `164.312(b)`. */
  ref: z.string().min(1).max(80),
  title: z.string().min(1).max(400),
  parent: ControlId.nullable(),
  /** Only controls are assessed; groups gather them. */
  kind: z.enum(['group', 'control']),
  /** HIPAA: an addressable specification may be met in another way, with the reason written down. */
  obligation: z.enum(['required', 'addressable']).nullable(),
  /** Where it stands, in full; null where `ref` says it. */
  citation: z.string().max(200).nullable(),
});
export type ControlNode = z.infer<typeof ControlNode>;

export const FRAMEWORK_CONTROLS_MAX = 5_000;

export const Framework = z.strictObject({
  id: ControlId,
  title: z.string().min(1).max(200),
  /** Edition of the framework itself, and of this file. */
  edition: z.string().min(1).max(120),
  revision: z.int().min(1),
  issuer: z.string().max(200),
  /** What it is drawn from, and what that rests on. */
  source: z.string().max(1_000),
  controls: z.array(ControlNode).min(1).max(FRAMEWORK_CONTROLS_MAX),
});
export type Framework = z.infer<typeof Framework>;

/** Controls that are assessed, in order. */
export function assessable({ controls }: Pick<Framework, 'controls'>): readonly ControlNode[] {
  return controls.filter(({ kind }) => kind === 'control');
}

/** What is wrong with a framework beyond its shape: ids twice, parents that are not there or not before their children. */
export function faultsOfFramework({ controls }: Pick<Framework, 'controls'>): string[] {
  const seen = new Set<string>();
  const faults: string[] = [];
  for (const { id, parent } of controls) {
    if (seen.has(id)) faults.push(`${id} stands twice.`);
    if (parent !== null && !seen.has(parent))
      faults.push(`${id} names ${parent} above it, which does not stand before it.`);
    seen.add(id);
  }
  return faults;
}
