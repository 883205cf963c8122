// By an incoming webhook of a chat, as Slack's and those that are compatible (Mattermost, Rocket.Chat, Google Chat) take it: `{ "text": … }`.
// Its address is its only secret, so it is never shown.
import { checkUrl } from '../../../../foundation/http/address-guard.js';
import { requestGuarded } from '../../../../foundation/http/guarded-request.js';
import { httpError } from '../../../../foundation/http/http-errors.js';
import type { Notice, Notifier, NotifierRooms } from '../../notifier.js';
import { isFinalStatus } from '../final-status.js';

const SCHEME = 'chat:';
/** Slack cuts a longer text. */
const LONGEST_TEXT = 12_000;

export function createChatNotifier({ allow }: NotifierRooms): Notifier {
  return {
    schemes: [SCHEME],
    check(to) {
      checkUrl(toUrl(to), allow);
    },
    async tell(to, notice, signal) {
      const url = toUrl(to);
      const answer = await requestGuarded({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: toText(notice) }),
        allow,
        signal,
        maxBytes: 1e6,
      });
      answer.body.on('error', () => {});
      answer.body.resume();
      if (answer.status >= 200 && answer.status < 300) return;
      throw httpError(isFinalStatus(answer.status) ? 107 : 108, {
        detail: `${new URL(url).host} answered ${answer.status}.`,
      });
    },
  };
}

const toUrl = (to: string): string => to.slice(SCHEME.length);

function toText({ title, lines }: Notice): string {
  const text = [`*${toPlain(title)}*`, ...lines.map(toPlain)].join('\n');
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}

/** The three characters by which a text could say more than it means: links, mentions of everybody. */
const toPlain = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
