/** Sends what waits in the outboxes: a bounded number at once, few of one organization, each try's outcome written down. */
import { AppError } from '../../shared/errors.ts';
import type { Core } from '../core.ts';
import { signingKey } from './channels.ts';
import { type Claimed, claimDue, nextDue, type Outcome, settle } from './deliveries.ts';
import { NO_SMTP, sendMail } from './mail.ts';
import type { NotifyOptions } from './options.ts';
import { postWebhook } from './webhook.ts';

/** Tries under way at once: one organization's slow receivers do not hold up the others. */
const AT_ONCE_MAX = 16;
const AT_ONCE_PER_ORG = 4;
const GONE = 410;

function why(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' && message !== '' ? message : 'It failed.';
  return typeof code === 'string' && !text.includes(code) ? `${code}: ${text}` : text;
}

async function attempt(
  core: Core,
  options: NotifyOptions,
  orgId: string,
  one: Claimed,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!one.enabled) return { delivered: false, detail: 'The channel is off.', final: true };
  const trial = one.event === 'sla.test';
  try {
    if (one.kind === 'email') {
      if (options.smtp === null) return { delivered: false, detail: NO_SMTP, final: trial };
      const { id, address, subject, body } = one;
      const mail = { id, host: core.instance.publicHost, to: address, subject, text: body };
      return { delivered: true, detail: await sendMail(options.smtp, mail), final: true };
    }
    const key = await core.tenant(orgId, (tx) => signingKey(core, tx, orgId, one.channel));
    const post = { id: one.id, url: one.address, body: one.body, key, at: core.now() };
    const status = await postWebhook(post, options.loopback, signal);
    const delivered = status >= 200 && status < 300;
    return { delivered, detail: `HTTP ${status}`, final: trial || delivered || status === GONE };
  } catch (error) {
    return { delivered: false, detail: why(error), final: trial };
  }
}

export class Sender {
  private readonly core: Core;
  private readonly options: NotifyOptions;
  private readonly onError: (error: unknown) => void;
  /** Organizations with something waiting, and when the first of it is due (ms). */
  private readonly due = new Map<string, number>();
  private readonly busy = new Map<string, number>();
  private readonly underway = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(core: Core, options: NotifyOptions, onError: (error: unknown) => void) {
    this.core = core;
    this.options = options;
    this.onError = onError;
  }

  /** Says that something of an organization is due then. */
  expect(orgId: string, at: number): void {
    this.due.set(orgId, Math.min(at, this.due.get(orgId) ?? at));
  }

  /** Starts every try that is due and has room; does not wait for them. */
  async round(): Promise<void> {
    const now = this.core.now();
    for (const [orgId, at] of [...this.due]) {
      const free = Math.min(AT_ONCE_PER_ORG - (this.busy.get(orgId) ?? 0), AT_ONCE_MAX - this.underway.size);
      if (at > now || free <= 0 || this.stopping.signal.aborted) continue;
      const [claimed, next] = await this.core.tenant(orgId, async (tx) => {
        const taken = await claimDue(tx, now, free);
        return [taken, await nextDue(tx)] as const;
      });
      if (next === null) this.due.delete(orgId);
      else this.due.set(orgId, next);
      for (const one of claimed) this.start(orgId, one);
    }
  }

  /** Tries one delivery now and waits for the outcome; null when it is not due, or another has it. */
  async sendNow(orgId: string, id: string): Promise<Outcome | null> {
    const [one] = await this.core.tenant(orgId, (tx) => claimDue(tx, this.core.now(), 1, id));
    return one === undefined ? null : await this.perform(orgId, one);
  }

  private start(orgId: string, one: Claimed): void {
    this.busy.set(orgId, (this.busy.get(orgId) ?? 0) + 1);
    const task: Promise<void> = this.perform(orgId, one)
      .then(() => undefined, this.onError)
      .finally(() => {
        this.underway.delete(task);
        const left = (this.busy.get(orgId) ?? 1) - 1;
        if (left === 0) this.busy.delete(orgId);
        else this.busy.set(orgId, left);
      });
    this.underway.add(task);
  }

  private async perform(orgId: string, one: Claimed): Promise<Outcome> {
    const { core, stopping } = this;
    const outcome = await attempt(core, this.options, orgId, one, stopping.signal);
    // A try that our own end cut off is made again after its lease.
    if (stopping.signal.aborted && !outcome.delivered) return outcome;
    await core.tenant(orgId, async (tx) => {
      await settle(tx, one, outcome, core.now());
      const next = await nextDue(tx);
      if (next !== null) this.expect(orgId, next);
    });
    return outcome;
  }

  /** Resolves when no try is under way. */
  async idle(): Promise<void> {
    while (this.underway.size > 0) await Promise.all(this.underway);
  }

  /** Cuts off tries to webhooks under way and waits for what is left. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.idle();
  }
}
