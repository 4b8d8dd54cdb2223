/** How notifications leave the platform. */
export const SMTP_URL_ENV = 'MC_SMTP_URL';
export const SMTP_FROM_ENV = 'MC_SMTP_FROM';

export interface Smtp {
  /** `smtp://` or `smtps://`, with credentials where the server asks for them. */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
}

export interface NotifyOptions {
  /** Lets http and this machine be a webhook's address: for trials and tests. */
  readonly loopback: boolean;
  /** Null: no e-mail is sent. */
  readonly smtp: Smtp | null;
}

/** The SMTP server of the environment; null unless both address and sender are given. */
export function smtpFromEnv(env: Readonly<Record<string, string | undefined>>): Smtp | null {
  const url = env[SMTP_URL_ENV];
  const from = env[SMTP_FROM_ENV];
  return url && from ? { url, from } : null;
}
