/** Frameworks as data: their controls, the automated checks that support them, what maps onto what, and what a compliance mode would set. */
import { z } from 'zod';
import { RELATIONS } from '../compliance/crosswalk.ts';
import { ControlId, ControlNode, Framework } from '../compliance/framework.ts';
import { ModeSettings } from '../compliance/modes.ts';
import { Empty, LocalPath } from './common.ts';
import { query } from './procedure.ts';

const Bound = z.strictObject({
  /** ISO 8601 periods; null: none. */
  min: z.string().nullable(),
  max: z.string().nullable(),
  basis: z.enum(['law', 'contract', 'policy']),
  citation: z.string(),
  note: z.string(),
});

export const FrameworkSummary = Framework.omit({ controls: true }).extend({
  /** Controls that are assessed. */
  controls: z.int(),
  preset: z.strictObject({
    sketch: ModeSettings,
    suggested: ModeSettings,
    retention: Bound,
    residency: Bound.extend({ regions: ModeSettings.shape.data_residency }),
  }),
});
export type FrameworkSummary = z.infer<typeof FrameworkSummary>;

export const ControlView = ControlNode.extend({
  /** Automated checks that support it; none satisfies it. */
  checks: z.array(z.strictObject({ id: z.string(), title: z.string() })),
  related: z.array(
    z.strictObject({
      controlId: ControlId,
      framework: ControlId,
      ref: z.string(),
      relation: z.enum(RELATIONS),
      reason: z.string(),
      checks: z.array(z.string()),
    }),
  ),
});
export type ControlView = z.infer<typeof ControlView>;

export const complianceProcedures = {
  'compliance.frameworks': query(
    'open',
    'The frameworks that come with the console, with what is offered for their compliance mode beside what law says.',
    Empty,
    z.array(FrameworkSummary),
  ),
  'compliance.framework': query(
    'open',
    'One framework whole: each control with the automated checks that support it and the controls of other frameworks it has to do with, and why.',
    z.strictObject({ id: ControlId }),
    Framework.omit({ controls: true }).extend({ controls: z.array(ControlView) }),
  ),
  'compliance.modes': query(
    'open',
    'What several compliance modes come to together: the strictest of each setting, what would be refused because it is below law, and what they cannot have at once.',
    z.strictObject({
      modes: z.array(z.strictObject({ framework: ControlId, settings: ModeSettings })).max(50),
    }),
    z.strictObject({
      faults: z.array(
        z.strictObject({ framework: ControlId, path: z.string(), message: z.string(), refused: z.boolean() }),
      ),
      effective: ModeSettings.omit({ purpose: true })
        .extend({ conflicts: z.array(z.string()) })
        .nullable(),
    }),
  ),
  'compliance.readCatalog': query(
    'unlocked',
    'Read an OSCAL catalog (JSON, at most 8 MiB) as a framework of the organization: its controls, and those it calls withdrawn. Nothing is kept.',
    z.strictObject({ path: LocalPath, id: ControlId }),
    z.strictObject({ framework: Framework, withdrawn: z.array(z.string()) }),
  ),
} as const;
