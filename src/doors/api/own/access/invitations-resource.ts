// Invitations: a link with which a user sets a password, once. Nothing of one can be shown again, so the list is empty.
import { apiError } from '../../api-errors.js';
import type { OwnMade, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';

export const INVITATIONS: OwnResource = {
  name: 'invitations',
  label: 'Invitations',
  description:
    'A link with which a user sets a password, once, within a day. The answer to the POST has it, and no other; those made before for the user end. None is kept to be seen, so the list is empty.',
  query: 'select null::text as id, null::text as owner, null::text as unit where false',
  key: 'id',
  fields: { id: { type: 'text' } },
  create: {
    attributes: {},
    relationships: { user: 'users' },
    belongs: 'user',
    once: true,
    run: invite,
  },
};

/** Throws ACCESS-112 for a user who may do more than the caller: whoever has the link is that user. */
async function invite({ caller, services }: OwnPlace, { relationships }: OwnSaid): Promise<OwnMade> {
  const { user } = relationships;
  if (user == null)
    throw apiError(602, {
      detail: 'An invitation is for a user.',
      hint: 'Send the relationship user.',
      pointer: { member: '/data' },
    });
  const { token, expiresAt } = await services.access.invitations.invite({ id: user }, { by: caller });
  return { meta: { link: services.toInvitationUrl(token), expiresAt } };
}
