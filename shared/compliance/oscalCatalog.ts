/** Reads an OSCAL catalog (NIST, 1.0 and later) as a framework: groups and controls at any depth, enhancements below their control. */
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { type ControlNode, FRAMEWORK_CONTROLS_MAX, type Framework, faultsOfFramework } from './framework.ts';
import { tokenOf } from './frameworks/outline.ts';

const DEPTH_MAX = 8;
const Prop = z.object({ name: z.string(), value: z.string(), class: z.string().optional() });
const Named = {
  title: z.string(),
  props: z.array(Prop).optional(),
};
type ControlText = z.infer<typeof ControlShape>;
interface Control extends ControlText {
  readonly controls?: readonly Control[] | undefined;
}
interface Group {
  readonly id?: string | undefined;
  readonly title: string;
  readonly props?: readonly z.infer<typeof Prop>[] | undefined;
  readonly groups?: readonly Group[] | undefined;
  readonly controls?: readonly Control[] | undefined;
}
const ControlShape = z.object({ id: z.string().max(120), ...Named });
const Control: z.ZodType<Control> = z.lazy(() => ControlShape.extend({ controls: z.array(Control).optional() }));
const Group: z.ZodType<Group> = z.lazy(() =>
  z.object({
    id: z.string().max(120).optional(),
    ...Named,
    groups: z.array(Group).optional(),
    controls: z.array(Control).optional(),
  }),
);
const Document = z.object({
  catalog: z.object({
    uuid: z.uuid(),
    metadata: z.object({ title: z.string(), version: z.string(), 'oscal-version': z.string() }),
    groups: z.array(Group).optional(),
    controls: z.array(Control).optional(),
  }),
});

export interface ReadCatalog {
  readonly framework: Framework;
  /** Controls that the catalog calls withdrawn: they are left out. */
  readonly withdrawn: readonly string[];
}

const propOf = (props: readonly z.infer<typeof Prop>[] | undefined, name: string): string | undefined => {
  const named = props?.filter((prop) => prop.name === name) ?? [];
  // NIST gives each label twice, once zero-padded for the assessment guide.
  return (named.find((prop) => prop.class !== 'sp800-53a' && prop.class !== 'zero-padded') ?? named[0])?.value;
};

/**
 * A catalog document (the parsed JSON) as the framework `id`. Throws INPUT_INVALID naming the first place that is no catalog, or for one
 * deeper or larger than any there is.
 */
export function readOscalCatalog(document: unknown, id: string): ReadCatalog {
  const read = Document.safeParse(document);
  if (!read.success) {
    const issue = read.error.issues[0]!;
    throw new AppError('INPUT_INVALID', `Not an OSCAL catalog: ${issue.path.join('.')}: ${issue.message}`);
  }
  const { metadata, groups = [], controls = [], uuid } = read.data.catalog;
  const nodes: ControlNode[] = [];
  const withdrawn: string[] = [];
  const push = (node: ControlNode, depth: number): void => {
    if (depth > DEPTH_MAX || nodes.length >= FRAMEWORK_CONTROLS_MAX) {
      throw new AppError(
        'INPUT_INVALID',
        `The catalog is deeper than ${DEPTH_MAX} or larger than ${FRAMEWORK_CONTROLS_MAX} controls.`,
      );
    }
    nodes.push(node);
  };
  const titled = (title: string, ref: string): { title: string; ref: string } => ({
    title: title.trim().slice(0, 400) || ref,
    ref: ref.slice(0, 80),
  });
  const addControl = (control: Control, parent: string | null, depth: number): void => {
    if (propOf(control.props, 'status')?.toLowerCase() === 'withdrawn') {
      withdrawn.push(control.id);
      return;
    }
    const own = `${id}-${tokenOf(control.id)}`;
    const names = titled(control.title, propOf(control.props, 'label') ?? control.id);
    push({ id: own, ...names, parent, kind: 'control', obligation: null, citation: null }, depth);
    for (const below of control.controls ?? []) addControl(below, own, depth + 1);
  };
  const addGroup = (group: Group, parent: string | null, depth: number, place: number): void => {
    const name = group.id ?? `group-${place + 1}`;
    const own = parent === null ? `${id}-${tokenOf(name)}` : `${parent}-${tokenOf(name)}`;
    const names = titled(group.title, propOf(group.props, 'label') ?? group.id?.toUpperCase() ?? group.title);
    push({ id: own, ...names, parent, kind: 'group', obligation: null, citation: null }, depth);
    for (const control of group.controls ?? []) addControl(control, own, depth + 1);
    for (const [i, below] of (group.groups ?? []).entries()) addGroup(below, own, depth + 1, i);
  };
  for (const control of controls) addControl(control, null, 1);
  for (const [i, group] of groups.entries()) addGroup(group, null, 1, i);
  const framework: Framework = {
    id,
    title: metadata.title.slice(0, 200),
    edition: metadata.version.slice(0, 120),
    revision: 1,
    issuer: '',
    source: `OSCAL ${metadata['oscal-version'].slice(0, 40)} catalog ${uuid}`,
    controls: nodes,
  };
  const [fault] = faultsOfFramework(framework);
  if (nodes.length === 0 || fault !== undefined) {
    throw new AppError('INPUT_INVALID', fault ?? 'The catalog has no control.');
  }
  return { framework, withdrawn };
}
