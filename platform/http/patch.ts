/** The thing with a patch laid over it: what the patch leaves out, or gives as undefined, stays. */
export function patched<T extends object>(before: T, patch: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...before, ...(Object.fromEntries(given) as Partial<T>) };
}
