// Keys of clients: the text of one is in the answer that makes it, and nowhere else.
import { KEYS_SHOWN, type KeyWish, lockAccess } from '../../../../engine/access/index.js';
import { apiError } from '../../api-errors.js';
import type { OwnMade, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';

export const KEYS: OwnResource = {
  name: 'keys',
  label: 'Keys',
  description:
    'Keys with which clients say who they are. The key itself is in the answer to its making, and in no other.',
  query: KEYS_SHOWN,
  key: 'id',
  fields: {
    id: { type: 'int8' },
    label: { type: 'text' },
    state: { type: 'text', nullable: false, says: 'usable, expired or revoked' },
    createdAt: { type: 'timestamptz', nullable: false },
    expiresAt: { type: 'timestamptz' },
    revokedAt: { type: 'timestamptz' },
    lastUsedAt: { type: 'timestamptz', says: 'To the minute.' },
    clientId: { type: 'int8', nullable: false },
  },
  relations: { client: { to: 'clients', field: 'clientId' } },
  hold: lockAccess,
  create: {
    attributes: {
      label: { kind: 'text' },
      expiresAt: { kind: 'time', says: 'Default: never.' },
      graceSeconds: {
        kind: 'number',
        says: 'Of one that replaces another: how long that one is still good.',
      },
    },
    relationships: { client: 'clients', replaces: 'keys' },
    belongs: 'client',
    once: true,
    run: createKey,
  },
  update: {
    attributes: { state: { kind: 'text', values: ['revoked'], required: true } },
    async run({ id, caller, services }, { attributes }) {
      if (attributes['state'] !== undefined) await services.access.keys.revoke(id, { by: caller });
      return id;
    },
  },
};

async function createKey({ caller, services }: OwnPlace, said: OwnSaid): Promise<OwnMade> {
  const { client, replaces } = said.relationships;
  const { graceSeconds, ...wish } = said.attributes;
  const { keys } = services.access;
  const options = { by: caller };
  if (client != null && replaces == null && graceSeconds === undefined) {
    const { id, key } = await keys.create({ id: client }, wish as KeyWish, options);
    return { id, once: { key } };
  }
  if (replaces != null && client == null && Object.keys(wish).length === 0) {
    const graceMs = toMilliseconds(graceSeconds as number | undefined);
    const { id, key } = await keys.rotate(replaces, { ...options, graceMs });
    return { id, once: { key } };
  }
  throw apiError(602, {
    detail: 'A key is made for a client, or replaces one, and is then like it.',
    hint: 'Send the relationship client, with label and expiresAt; or replaces, with graceSeconds.',
    pointer: { member: '/data' },
  });
}

const MOST_GRACE_SECONDS = 30 * 86_400;

function toMilliseconds(seconds = 0): number {
  if (seconds >= 0 && seconds <= MOST_GRACE_SECONDS) return seconds * 1000;
  throw apiError(302, {
    detail: `graceSeconds is a number from 0 to ${MOST_GRACE_SECONDS}.`,
    pointer: { member: '/data/attributes/graceSeconds' },
  });
}
