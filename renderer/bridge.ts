/**
 * The one way from the screens to the machine. In Electron the preload puts a `Bridge` on `window`; in the browser host the same shape is
 * spoken over the loopback server: `POST call` with `{name, input}` answers a `Result`, `GET events` is a stream of named events.
 */
import { BRIDGE_NAME } from '../shared/contract/channels.ts';
import type { Bridge, CallInput, EventName, EventPayload, Output, ProcedureName } from '../shared/contract/index.ts';
import type { Job } from '../shared/contract/jobs.ts';
import { ERRORS, type ErrorCode, type ErrorEnvelope, type Result, remedy } from '../shared/errors.ts';

/** What every failed call throws: code, message, remedy, and particulars. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(envelope: ErrorEnvelope) {
    super(envelope.message);
    // A code this build does not know has no remedy to show.
    this.code = Object.hasOwn(ERRORS, envelope.code) ? envelope.code : 'INTERNAL';
    this.details = envelope.details;
  }

  /** What to do about it, in words for the user. */
  get remedy(): string {
    return remedy(this.code);
  }
}

/** Any thrown value as a CallError, so that a screen has one shape to show. */
export function asCallError(thrown: unknown): CallError {
  if (thrown instanceof CallError) return thrown;
  return new CallError({ code: 'INTERNAL', message: thrown instanceof Error ? thrown.message : String(thrown) });
}

interface StoredError {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** An error that was kept as data, as a CallError; a code this version does not know becomes INTERNAL. */
export function storedError({ code, message, details }: StoredError): CallError {
  const known: ErrorCode = Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : 'INTERNAL';
  return new CallError(details === undefined ? { code: known, message } : { code: known, message, details });
}

/** The failure of a job as a CallError; for one that was cancelled, that. `what` names it: "The export". */
export function jobError(job: Job, what: string): CallError {
  return job.error === null
    ? new CallError({ code: 'CANCELLED', message: `${what} was cancelled.` })
    : storedError(job.error);
}

const unreachable: ErrorEnvelope = {
  code: 'INTERNAL',
  message: 'The console’s own process does not answer. It may have been closed; start it again.',
};

const noSession: ErrorEnvelope = {
  code: 'SENDER_REFUSED',
  message: 'This window has no session any more. Open the console from its launcher.',
};

async function httpCall<N extends ProcedureName>(name: N, input: CallInput<N>): Promise<Result<Output<N>>> {
  try {
    const response = await fetch('call', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, input }),
    });
    if (response.status === 401) return { ok: false, error: noSession };
    return (await response.json()) as Result<Output<N>>;
  } catch {
    return { ok: false, error: unreachable };
  }
}

let resumedListener: () => void = () => undefined;

/** Hear that the event stream came back after a break, in which events may have been missed. One listener: the application. */
export function onResumed(listener: () => void): void {
  resumedListener = listener;
}

function openEvents(): EventSource {
  const source = new EventSource('events');
  let opened = false;
  source.addEventListener('open', () => {
    if (opened) resumedListener();
    opened = true;
  });
  return source;
}

/** One stream for all listeners; EventSource reconnects by itself. */
function httpEvents(): Bridge['on'] {
  let source: EventSource | null = null;
  return (name, listener) => {
    source ??= openEvents();
    const receive = (event: MessageEvent<string>): void => {
      listener(JSON.parse(event.data) as EventPayload<typeof name>);
    };
    source.addEventListener(name, receive);
    return () => source?.removeEventListener(name, receive);
  };
}

function findBridge(): Bridge {
  const preload = (globalThis as unknown as Record<string, Bridge | undefined>)[BRIDGE_NAME];
  return preload ?? { call: httpCall, on: httpEvents() };
}

const bridge = findBridge();

let lockedListener: () => void = () => undefined;

/** Hear of calls refused because the vault is locked, whatever locked it. One listener: the vault store. */
export function onLocked(listener: () => void): void {
  lockedListener = listener;
}

/** Call a procedure of the contract; throws {@link CallError} where the answer is an error. */
export async function call<N extends ProcedureName>(name: N, input: CallInput<N>): Promise<Output<N>> {
  const result = await bridge.call(name, input);
  if (!result.ok) {
    if (result.error.code === 'VAULT_LOCKED') lockedListener();
    throw new CallError(result.error);
  }
  return result.value;
}

/** Subscribe to a pushed event; answers the unsubscribe function. */
export function on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
  return bridge.on(name, listener);
}
