// Webhooks: a signed POST for each message, by the Standard Webhooks specification (standardwebhooks.com).
import { checkUrl } from '../../../../foundation/http/address-guard.js';
import type { SinkManifest } from '../../sink.js';
import { subscriptionsError } from '../../subscriptions-errors.js';
import { addSecret, findSecret, makeSecret } from './webhook-secrets.js';
import type { WebhookSettings } from './webhook-settings.js';
import { createWebhookSink } from './webhook-sink.js';

export const WEBHOOK: SinkManifest<WebhookSettings> = {
  name: 'webhook',
  says: 'A signed POST to an address of the web, by Standard Webhooks.',
  settings: {
    // Many an address of a webhook lets in whoever knows it.
    url: {
      kind: 'text',
      required: true,
      secret: true,
      says: 'Where to: https://….',
    },
    secrets: {
      kind: 'texts',
      secret: true,
      says: 'What messages are signed with: whsec_ and 24 to 64 bytes in base64; each signs. Made by itself where none is given.',
    },
    headers: {
      kind: 'texts',
      secret: true,
      says: "Sent along: 'Authorization: Bearer …'.",
    },
    timeoutSeconds: {
      kind: 'number',
      least: 1,
      most: 60,
      default: 15,
      says: 'Seconds until the answer must be there.',
    },
    parallel: {
      kind: 'number',
      least: 1,
      most: 64,
      default: 8,
      says: 'Requests at once, each about other records.',
    },
    batch: {
      kind: 'number',
      least: 1,
      most: 100,
      default: 1,
      says: 'Most messages of one request; above 1 the body is a list (application/cloudevents-batch+json).',
    },
  },
  endpoint: ({ url }) => {
    const { hostname, port, protocol } = new URL(url);
    return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
  },
  batch: ({ batch }) => batch,
  parallel: ({ parallel }) => parallel,
  logs: 'all',
  check({ url, secrets = [], headers = [] }, { allow }) {
    const { username, password } = checkUrl(url, allow);
    if (username !== '' || password !== '')
      throw wrong(
        'url',
        'the address holds a user and a password',
        'Send them as a header: Authorization: Basic ….',
      );
    if (secrets.some((secret) => findSecret(secret) === undefined))
      throw wrong('secrets', 'one is none of 24 to 64 bytes in base64', 'Leave it out, and one is made.');
    for (const header of headers) checkHeader(header);
  },
  makeSecrets(settings, random) {
    if (settings.secrets !== undefined && settings.secrets.length > 0) return { settings };
    const shown = makeSecret(random);
    return { settings: { ...settings, secrets: [shown] }, shown };
  },
  rotateSecret(settings, { random, now, oldUntil }) {
    const shown = makeSecret(random);
    return {
      settings: { ...settings, secrets: addSecret(settings.secrets ?? [], shown, { now, oldUntil }) },
      shown,
    };
  },
  open: (settings, rooms) => createWebhookSink(settings, rooms),
};

/** Headers that say what the request is, which only the sink can. */
const OWN_HEADERS =
  /^(webhook-.*|content-(type|length|encoding)|host|connection|transfer-encoding|user-agent)$/i;

function checkHeader(header: string): void {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]{1,100}):[ \t]*([\x20-\x7e]{1,4000})$/.exec(header) ?? [];
  if (name === undefined || value === undefined)
    throw wrong('headers', 'one is no header', "Write it as 'Name: value', in ASCII.");
  if (OWN_HEADERS.test(name)) throw wrong('headers', `${name} is set by the sink itself`);
}

const wrong = (field: string, says: string, hint?: string) =>
  subscriptionsError(104, {
    detail: `${field}: ${says}.`,
    pointer: { field },
    ...(hint === undefined ? {} : { hint }),
  });
