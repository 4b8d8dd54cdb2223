import { Shapes } from 'lucide-react';
import { setParams } from '../app/router.ts';
import type { CallError } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState, ErrorState } from '../ui/States.tsx';

interface NoEditorProps {
  readonly error: CallError | null;
  readonly reload: () => void;
  readonly loaded: boolean;
}

/** In the editor's place while the catalog is read, where it cannot be, and for a role that is not there or does not change. */
export function NoEditor({ error, reload, loaded }: NoEditorProps) {
  if (error !== null) return <ErrorState error={error} kept="The mirror was not changed." onRetry={reload} />;
  if (!loaded) return null;
  return (
    <EmptyState
      icon={Shapes}
      action={<Button onClick={() => setParams({ edit: null, from: null })}>Show roles</Button>}
    >
      There is no role of that name that can be edited.
    </EmptyState>
  );
}
