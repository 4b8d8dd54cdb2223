/** A real SMTP server that keeps what it was given. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Mailed {
  readonly from: string;
  readonly to: readonly string[];
  /** The whole message, headers first. */
  readonly text: string;
}

export interface MailServer {
  readonly url: string;
  readonly got: Mailed[];
  /** Refuses every recipient with this text, for good; null: takes them. */
  refusal: string | null;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const got: Mailed[] = [];
  const state: { refusal: string | null } = { refusal: null };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (_address, _session, done) =>
      state.refusal === null ? done() : done(Object.assign(new Error(state.refusal), { responseCode: 550 })),
    onData: async (stream, { envelope }, done) => {
      let text = '';
      for await (const part of stream) text += String(part);
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      got.push({ from, to: envelope.rcptTo.map(({ address }) => address), text });
      done();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(state, {
    url: `smtp://127.0.0.1:${port}`,
    got,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
