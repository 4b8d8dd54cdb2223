import type { Output } from '../../shared/contract/index.ts';
import type { LevelModel } from './model.ts';

/** Measured services by name, with what the mirror has of each. */
export function services(model: LevelModel): Output<'sla.services'> {
  const { series, sources } = model.definitions();
  const rows = series.map(({ id, workspace_id, service }) => {
    const extent = model.store.extent(id);
    return {
      workspaceId: workspace_id,
      service,
      source: sources.get(id) ?? '',
      first: extent?.first ?? null,
      last: extent?.last ?? null,
    };
  });
  return rows.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
}
