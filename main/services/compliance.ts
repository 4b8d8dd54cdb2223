/** Frameworks, their crosswalk and what compliance modes would set: all of it data of the console itself, or of a file that is read. */
import { checksOf } from '../../shared/compliance/checks/catalog.ts';
import { relatedControls } from '../../shared/compliance/crosswalk.ts';
import { assessable, type Framework } from '../../shared/compliance/framework.ts';
import { BUILT_IN_FRAMEWORKS } from '../../shared/compliance/frameworks/index.ts';
import { effectiveSettings, faultsOfSettings, presetOf } from '../../shared/compliance/modes.ts';
import { readOscalCatalog } from '../../shared/compliance/oscalCatalog.ts';
import type { ControlView, FrameworkSummary } from '../../shared/contract/compliance.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import { readTextFile } from './textFile.ts';

type ComplianceName = keyof typeof import('../../shared/contract/compliance.ts').complianceProcedures;
type Handlers = { readonly [N in ComplianceName]: (input: HandlerInput<N>) => Promise<Output<N>> };

/** More would hold up the main thread while it is parsed; the whole of NIST SP 800-53 is smaller. */
const CATALOG_MIB_MAX = 8;

const CONTROLS = new Map(
  [...BUILT_IN_FRAMEWORKS.values()].flatMap((framework) =>
    framework.controls.map((control) => [control.id, { framework: framework.id, ref: control.ref }] as const),
  ),
);

function summaryOf(framework: Framework): FrameworkSummary {
  const { framework: _id, ...preset } = presetOf(framework.id);
  return { ...framework, controls: assessable(framework).length, preset };
}

function viewOf(control: Framework['controls'][number]): ControlView {
  const related = relatedControls(control.id).flatMap((one) => {
    const known = CONTROLS.get(one.controlId);
    return known === undefined ? [] : [{ ...one, ...known, checks: [...one.checks] }];
  });
  return { ...control, checks: checksOf(control.id).map(({ id, title }) => ({ id, title })), related };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'The file is not JSON.', { path }, error);
  }
}

export function complianceHandlers(): Handlers {
  return {
    'compliance.frameworks': async () => [...BUILT_IN_FRAMEWORKS.values()].map(summaryOf),
    'compliance.framework': async ({ id }) => {
      const framework = BUILT_IN_FRAMEWORKS.get(id);
      if (framework === undefined) throw new AppError('NOT_FOUND', 'There is no such framework.', { id });
      return { ...framework, controls: framework.controls.map(viewOf) };
    },
    'compliance.modes': async ({ modes }) => {
      const effective = effectiveSettings(modes.map(({ settings }) => settings));
      return {
        faults: modes.flatMap(({ framework, settings }) =>
          faultsOfSettings(framework, settings).map((fault) => ({ framework, ...fault })),
        ),
        effective: effective === null ? null : { ...effective, conflicts: [...effective.conflicts] },
      };
    },
    'compliance.readCatalog': async ({ path, id }) => {
      const { framework, withdrawn } = readOscalCatalog(parsed(await readTextFile(path, CATALOG_MIB_MAX), path), id);
      return { framework, withdrawn: [...withdrawn] };
    },
  };
}
