import { useRoute } from './router.ts';

/** Parameters under which a detail or a form stands beside a list. */
const BESIDE = ['open', 'act', 'invite', 'import', 'new', 'ws', 'edit'] as const;

/** Whether a detail or a form stands beside the list. Its chief button is then the one primary action, and the bar's steps back. */
export function useBeside(): boolean {
  return useRoute(({ params }) => BESIDE.some((name) => params.get(name) !== null));
}
