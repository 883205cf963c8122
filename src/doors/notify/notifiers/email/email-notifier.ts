// By mail, through an SMTP server of the configuration. nodemailer speaks SMTP: no dependencies, MIT-0.
import { basename } from 'node:path';
import { maskSecrets } from '../../../../foundation/secrets/secret-mask.js';
import type { Notifier, NotifierRooms } from '../../notifier.js';
import { notifyError } from '../../notify-errors.js';

/** A larger file is named, not sent. */
const LARGEST_ATTACHMENT = 5_000_000;

export function createEmailNotifier({ config }: NotifierRooms): Notifier {
  return {
    schemes: ['mail:', 'mailto:'],
    check(to) {
      const address = toAddress(to);
      if (!/^[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]{1,255}$/.test(address)) {
        throw notifyError(101, {
          detail: `'${to}' is no mail address.`,
          hint: 'Write mail:ops@example.org.',
        });
      }
      if (config.smtp !== undefined && config.from !== undefined) return;
      throw notifyError(102, {
        detail: 'No mail server is configured.',
        hint: "Name it in dovetail.config.ts: notify: { smtp: 'smtps://…', from: 'dovetail@example.org' }.",
      });
    },
    async tell(to, notice) {
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(config.smtp!, {
        connectionTimeout: 20_000,
        greetingTimeout: 20_000,
        socketTimeout: 60_000,
        disableFileAccess: false,
        disableUrlAccess: true,
      } as object);
      const { failedRows } = notice;
      const attached = failedRows !== undefined && failedRows.size <= LARGEST_ATTACHMENT;
      const about =
        failedRows === undefined ? [] : ['', sayFailedRows(failedRows.rows, failedRows.file, attached)];
      try {
        await transport.sendMail({
          from: config.from!,
          to: toAddress(to),
          subject: notice.title.replaceAll(/[\r\n]+/g, ' ').slice(0, 200),
          text: [...notice.lines, ...about, ''].join('\n'),
          messageId: `<${notice.id}@dovetail>`,
          date: notice.at,
          headers: { 'Auto-Submitted': 'auto-generated' },
          attachments: attached ? [{ filename: basename(failedRows.file), path: failedRows.file }] : [],
        });
      } catch (cause) {
        throw toMailError(cause);
      } finally {
        transport.close();
      }
    },
  };
}

const toAddress = (to: string): string => to.replace(/^mail(?:to)?:/i, '');

const sayFailedRows = (rows: number, file: string, attached: boolean): string =>
  attached
    ? `The ${rows} failed rows are attached, with their errors beside them.`
    : `The ${rows} failed rows are in ${file}.`;

/** A permanent refusal (5xx of RFC 5321) of the sender or the recipient is final, anything else may pass. */
function toMailError(cause: unknown): Error {
  const { responseCode, message, code } = cause as { responseCode?: number; message: string; code?: string };
  const final = (responseCode !== undefined && responseCode >= 500) || code === 'EAUTH';
  return notifyError(final ? 104 : 103, { detail: `The mail server: ${maskSecrets(message)}`, cause });
}
