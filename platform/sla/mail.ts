/** One notification as an e-mail, through the operator's SMTP server. */
import { createTransport } from 'nodemailer';
import { addressFault } from '../../shared/sla/rules.ts';
import { SMTP_FROM_ENV, SMTP_URL_ENV, type Smtp } from './options.ts';

const TIME_MS_MAX = 10_000;
const SUBJECT_CHARS_MAX = 200;

export const NO_SMTP = `This platform sends no e-mail: ${SMTP_URL_ENV} and ${SMTP_FROM_ENV} are not set.`;

export interface Mail {
  /** Of the delivery: a repeat has the same Message-ID. */
  readonly id: string;
  readonly host: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Text fit for one header line: nothing in it ends the line. */
export function headerText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, SUBJECT_CHARS_MAX)
    .toWellFormed();
}

/** Gives what the server answered. Throws where it takes the mail not, with why. */
export async function sendMail({ url, from }: Smtp, mail: Mail): Promise<string> {
  const fault = addressFault('email', mail.to);
  if (fault !== null) throw new Error(fault);
  const times = { connectionTimeout: TIME_MS_MAX, greetingTimeout: TIME_MS_MAX, socketTimeout: TIME_MS_MAX };
  const transport = createTransport({ url, ...times, disableFileAccess: true, disableUrlAccess: true });
  try {
    const { response } = await transport.sendMail({
      from,
      to: { name: '', address: mail.to },
      // What is sent to is this one mailbox, whatever the header says.
      envelope: { from, to: [mail.to] },
      subject: headerText(mail.subject),
      text: mail.text,
      messageId: `<${mail.id}@${mail.host.replace(/[^A-Za-z0-9.-]/g, '-')}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return response;
  } finally {
    transport.close();
  }
}
