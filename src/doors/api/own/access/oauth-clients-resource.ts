// How clients get tokens by OAuth2: one for each client that does, with the client's own id. A secret is in the answer that makes it.
import { GRANTS, lockAccess, OAUTH_CLIENTS_SHOWN, type OAuthWish } from '../../../../engine/access/index.js';
import { apiError } from '../../api-errors.js';
import type { OwnMade, OwnMember, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';

const ATTRIBUTES: Readonly<Record<string, OwnMember>> = {
  scopes: { kind: 'texts', says: 'What it may ask for: read, write, import. Default: read.' },
  grants: {
    kind: 'texts',
    says: `Of ${GRANTS.join(', ')}. Default: the first; with redirectUris the others.`,
  },
  redirectUris: { kind: 'texts', says: 'Where people are sent back to who let it in.' },
};

export const OAUTH_CLIENTS: OwnResource = {
  name: 'oauth-clients',
  label: 'OAuth2 settings of clients',
  description:
    'How clients get tokens by OAuth2; the id is that of the client, which OAuth calls client_id. A secret is in the answer that makes it, and in no other.',
  query: OAUTH_CLIENTS_SHOWN,
  key: 'id',
  fields: {
    id: { type: 'int8' },
    grants: { type: 'jsonb', nullable: false },
    redirectUris: { type: 'jsonb', nullable: false },
    scopes: { type: 'jsonb', nullable: false },
    public: {
      type: 'bool',
      nullable: false,
      says: 'It has no secret, as programs in browsers and on phones.',
    },
    changedAt: { type: 'timestamptz', nullable: false },
    clientId: { type: 'int8', nullable: false },
  },
  relations: { client: { to: 'clients', field: 'clientId' } },
  hold: lockAccess,
  create: {
    attributes: {
      ...ATTRIBUTES,
      public: { kind: 'bool' },
      rotateSecret: {
        kind: 'bool',
        says: 'Of a client that has settings already: another secret; the one before is refused from now on.',
      },
    },
    relationships: { client: 'clients' },
    belongs: 'client',
    once: true,
    run: create,
  },
  update: {
    attributes: ATTRIBUTES,
    async run({ id, caller, services }, { attributes }) {
      await services.access.oauth.set({ id }, attributes as OAuthWish, { by: caller });
      return id;
    },
  },
  delete: ({ id, caller, services }) => services.access.oauth.remove({ id }, { by: caller }),
};

async function create({ caller, services }: OwnPlace, said: OwnSaid): Promise<OwnMade> {
  const { client } = said.relationships;
  if (client == null)
    throw apiError(602, {
      detail: 'Settings of OAuth are of a client.',
      hint: 'Send the relationship client.',
      pointer: { member: '/data' },
    });
  const { rotateSecret = false, public: isPublic, ...wish } = said.attributes;
  const { oauth } = services.access;
  const by = { by: caller };
  if (rotateSecret === true) {
    const { secret } = await oauth.rotateSecret({ id: client }, by);
    return { id: client, once: { secret } };
  }
  if (await hasSettings(services, client))
    throw apiError(402, {
      detail: 'The client has settings of OAuth already.',
      hint: 'Change those; with rotateSecret it gets another secret.',
      pointer: { member: '/data/relationships/client' },
    });
  const given = { ...wish, ...(isPublic === undefined ? {} : { isPublic }) } as OAuthWish;
  const { secret } = await oauth.set({ id: client }, given, by);
  return { id: client, ...(secret === undefined ? {} : { once: { secret } }) };
}

/** ACCESS-121 says that there are none. */
const hasSettings = ({ access }: OwnPlace['services'], id: string): Promise<boolean> =>
  access.oauth.read({ id }).then(
    () => true,
    (error: { readonly code?: string }) => {
      if (error.code === 'ACCESS-121') return false;
      throw error;
    },
  );
