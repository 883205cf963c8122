// By webhook: a signed POST, through the address guard; tried again by the queue until the other side says 2xx.
import { checkUrl } from '../../../../foundation/http/address-guard.js';
import { requestGuarded } from '../../../../foundation/http/guarded-request.js';
import { httpError } from '../../../../foundation/http/http-errors.js';
import { findSecretBytes, toSignedHeaders } from '../../../../foundation/http/webhook-signature.js';
import type { Notifier, NotifierRooms } from '../../notifier.js';
import { notifyError } from '../../notify-errors.js';
import { isFinalStatus } from '../final-status.js';

export function createWebhookNotifier({ config, clock, allow }: NotifierRooms): Notifier {
  const secret = config.webhookSecret === undefined ? undefined : findSecretBytes(config.webhookSecret);
  return {
    schemes: ['https:', 'http:'],
    check(to) {
      const { username, password } = checkUrl(to, allow);
      if (username !== '' || password !== '') {
        throw notifyError(101, {
          detail: 'An address to be told holds no user and password: it would be kept readable.',
        });
      }
      if (secret !== undefined) return;
      throw notifyError(102, {
        detail: 'No secret to sign webhooks with is configured, or it is none of 24 to 64 bytes in base64.',
        hint: 'Set notify: { webhookSecret: process.env.WEBHOOK_SECRET } in dovetail.config.ts; `openssl rand -base64 32` makes one.',
      });
    },
    async tell(to, notice, signal) {
      const data =
        notice.failedRows === undefined ? notice.data : { ...notice.data, failedRows: notice.failedRows };
      const body = JSON.stringify({ type: notice.type, timestamp: notice.at.toISOString(), data });
      const signed = toSignedHeaders(secret!, { id: notice.id, at: clock.now(), body });
      const headers = { 'content-type': 'application/json', ...signed };
      const answer = await requestGuarded({
        method: 'POST',
        url: to,
        headers,
        body,
        allow,
        signal,
        maxBytes: 1e6,
      });
      answer.body.on('error', () => {});
      answer.body.resume();
      if (answer.status >= 200 && answer.status < 300) return;
      throw httpError(isFinalStatus(answer.status) ? 107 : 108, {
        detail: `${new URL(to).host} answered ${answer.status}.`,
      });
    },
  };
}
