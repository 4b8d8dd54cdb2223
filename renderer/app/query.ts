import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallInput, Output, ProcedureName } from '../../shared/contract/index.ts';
import { asCallError, type CallError, call } from '../bridge.ts';

export interface QueryState<T> {
  /** The newest answer; while a changed question is under way the former answer stays (see `stale`). */
  readonly data: T | null;
  readonly error: CallError | null;
  readonly loading: boolean;
  /** Loading for more than 150 ms: time to show a skeleton. */
  readonly slow: boolean;
  /** `data` belongs to a former question. */
  readonly stale: boolean;
  readonly reload: () => void;
}

interface Held<T> {
  readonly key: string | null;
  readonly data: T | null;
  readonly error: CallError | null;
  readonly loading: boolean;
  readonly slow: boolean;
}

/**
 * Ask the contract and keep the answer. An answer that arrives after the question changed is dropped. A null input asks nothing.
 * `revision`: ask again whenever it changes.
 */
export function useQuery<N extends ProcedureName>(
  name: N,
  input: CallInput<N> | null,
  revision: unknown = 0,
): QueryState<Output<N>> {
  const [held, setHeld] = useState<Held<Output<N>>>({
    key: null,
    data: null,
    error: null,
    loading: input !== null,
    slow: false,
  });
  const [round, setRound] = useState(0);
  const current = useRef(0);
  const key = input === null ? null : `${name} ${JSON.stringify(input)}`;
  const asked = useRef(input);
  asked.current = input;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the input by value; round and revision ask again on purpose
  useEffect(() => {
    const mine = ++current.current;
    const question = asked.current;
    if (question === null) return undefined;
    setHeld((old) => ({ ...old, loading: true, slow: false }));
    const timer = setTimeout(() => setHeld((old) => (old.loading ? { ...old, slow: true } : old)), 150);
    call(name, question)
      .then((data) => {
        if (mine === current.current) setHeld({ key, data, error: null, loading: false, slow: false });
      })
      .catch((thrown: unknown) => {
        if (mine === current.current) {
          setHeld((old) => ({
            key,
            data: old.key === key ? old.data : null,
            error: asCallError(thrown),
            loading: false,
            slow: false,
          }));
        }
      })
      .finally(() => clearTimeout(timer));
    return () => clearTimeout(timer);
  }, [key, name, round, revision]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  return {
    data: held.data,
    error: held.error,
    loading: held.loading,
    slow: held.slow,
    stale: held.key !== key,
    reload,
  };
}

export interface Action<A extends readonly unknown[]> {
  readonly run: (...args: A) => Promise<void>;
  readonly busy: boolean;
  readonly error: CallError | null;
  readonly clear: () => void;
}

/** A command with its busy and error state; a second press while busy is ignored. */
export function useAction<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): Action<A> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CallError | null>(null);
  const running = useRef(false);
  const latest = useRef(work);
  latest.current = work;
  const run = useCallback(async (...args: A) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      await latest.current(...args);
    } catch (thrown) {
      setError(asCallError(thrown));
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { run, busy, error, clear: useCallback(() => setError(null), []) };
}
