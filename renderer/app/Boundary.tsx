import { Component, type ReactNode } from 'react';
import { asCallError, CallError } from '../bridge.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { ErrorState } from '../ui/States.tsx';

interface BoundaryProps {
  /** Where the user is; going elsewhere clears the fault. */
  readonly at: string;
  readonly children: ReactNode;
}
interface BoundaryState {
  readonly error: CallError | null;
  readonly at: string;
}

/** A fault in one screen stays in it: side bar, palette and the other screens go on working. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: null, at: this.props.at };

  static getDerivedStateFromError(thrown: unknown): Partial<BoundaryState> {
    const { message } = asCallError(thrown);
    const words = 'The console met a fault of its own while drawing this screen.';
    return { error: new CallError({ code: 'INTERNAL', message: words, details: { fault: message } }) };
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return props.at === state.at ? null : { error: null, at: props.at };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <PageFrame title="This screen failed">
        <ErrorState
          error={error}
          kept="Mirrors, keys and running work are not touched by it."
          onRetry={() => this.setState({ error: null })}
        />
      </PageFrame>
    );
  }
}
