// What the owner of a subscription may see by now.
import { type Access, PROGRAM } from '../../../engine/access/index.js';
import type { Catalog } from '../../../engine/catalog/index.js';
import type { Owner } from '../subscription.js';

/** Undefined where the owner is gone or disabled. */
export async function findOwnerCatalog(
  access: Pick<Access, 'findCaller' | 'catalogFor'>,
  owner: Owner,
  catalog: Catalog,
): Promise<Catalog | undefined> {
  if (owner.kind === 'program') return access.catalogFor(PROGRAM, catalog);
  const caller = await access.findCaller({ kind: owner.kind, id: owner.id });
  return caller && access.catalogFor(caller, catalog);
}
