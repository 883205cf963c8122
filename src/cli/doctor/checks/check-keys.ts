// Keys of clients that have run out, or soon will.
import { type Diagnosis, type DoctorCheck, listFew, look, ok } from '../diagnosis.js';

const SOON_MS = 14 * 86_400_000;

export const checkKeys: DoctorCheck = {
  name: 'keys',
  needs: 'schema',
  async look({ app, now }) {
    const keys = ((await app.access?.keys.list()) ?? []).filter(({ revokedAt }) => revokedAt === undefined);
    const left = (expiresAt: Date | undefined): number =>
      expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now.getTime();
    const expired = keys.filter(({ expiresAt }) => left(expiresAt) <= 0);
    const soon = keys.filter(({ expiresAt }) => left(expiresAt) > 0 && left(expiresAt) < SOON_MS);
    const toNames = (some: typeof keys) => listFew(some.map(({ id, client }) => `${id} of ${client}`));
    const found: Diagnosis[] = [];
    if (expired.length > 0)
      found.push(...look(`Expired: ${toNames(expired)}`, `dovetail clients keys revoke ${expired[0]!.id}`));
    if (soon.length > 0)
      found.push(
        ...look(`Expire within 14 days: ${toNames(soon)}`, `dovetail clients keys rotate ${soon[0]!.id}`),
      );
    return found.length > 0 ? found : ok(`${keys.length} in use, none expires within 14 days`);
  },
};
