/** Names of filter values, learned from facets: an address holds `user:u_81`, the chip reads `maria.lopez`. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { call } from '../bridge.ts';
import { EMPTY_FILTER, type ListField } from './view.ts';
import { FIELDS } from './words.ts';

type Labels = Readonly<Record<string, string>>;
const NONE: Labels = {};

const useStore = create<{ readonly byField: Readonly<Partial<Record<ListField, Labels>>> }>()(() => ({ byField: {} }));

export function rememberLabels(
  field: ListField,
  found: readonly { readonly value: string; readonly label: string }[],
): void {
  const { byField } = useStore.getState();
  const news = found.filter(({ value, label }) => label !== '' && byField[field]?.[value] !== label);
  if (news.length === 0) return;
  const added = Object.fromEntries(news.map(({ value, label }) => [value, label]));
  useStore.setState({ byField: { ...byField, [field]: { ...byField[field], ...added } } });
}

/** Forget every name: nothing read while unlocked stays behind. */
export function forgetLabels(): void {
  useStore.setState({ byField: {} });
}

/** Known labels of a field; those of `values` that are not known are asked for once. */
export function useLabels(orgId: string, field: ListField, values: readonly string[]): Labels {
  const labels = useStore((state) => state.byField[field] ?? NONE);
  const missing =
    field === 'outcomes' || field === 'actions' ? '' : values.filter((v) => labels[v] === undefined).join('\n');
  useEffect(() => {
    if (missing === '') return;
    const filter = { ...EMPTY_FILTER, [field]: missing.split('\n') };
    call('audit.facet', { orgId, filter, field: FIELDS[field].facet, limit: 200 }).then(
      (found) => rememberLabels(field, found),
      // Without a name the chip shows the id, which is true as well.
      () => undefined,
    );
  }, [orgId, field, missing]);
  return labels;
}
