/** Builds a built-in framework from an outline, so that its file reads like the framework's own table of contents. */
import type { ControlNode } from '../framework.ts';

export interface Line {
  readonly ref: string;
  readonly title: string;
  readonly obligation?: 'required' | 'addressable';
  readonly citation?: string;
  readonly lines?: readonly Line[];
}

/** `164.312(a)(2)(i)` to `164.312-a-2-i`: the form OSCAL takes. */
export function tokenOf(ref: string): string {
  return ref
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/-+/g, '-')
    .replace(/-$/, '')
    .toLowerCase();
}

/** A line with lines below it is a group, unless it has an obligation of its own. */
export function outline(prefix: string, lines: readonly Line[], parent: string | null = null): ControlNode[] {
  return lines.flatMap(({ ref, title, obligation = null, citation = null, lines: below = [] }) => {
    const id = `${prefix}-${tokenOf(ref)}`;
    const kind = below.length > 0 && obligation === null ? 'group' : 'control';
    return [{ id, ref, title, parent, kind, obligation, citation }, ...outline(prefix, below, id)];
  });
}

const line = (ref: string, title: string): Line => ({ ref, title });
export const group = (ref: string, title: string, ...lines: readonly Line[]): Line => ({ ref, title, lines });
export const control = line;
