// Relationships to many: at their own address, and as a part of a resource that is created or updated. What is changed lies with the
// others (`engine/records/links`), so it is their rights and rules that are asked.
import { type LinksWrite, MOST_REPLACED, writeLinks } from '../../../engine/records/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { apiError } from '../api-errors.js';
import { toOrigin } from '../api-services.js';
import { readDocument } from '../document/read-document.js';
import { readLinks, type SaidLinks } from '../document/read-links.js';
import { findKeySaid, readData } from '../document/read-resource.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import { withinTransaction } from '../request/within-transaction.js';
import { ApiFailure } from '../response/error-document.js';
import type { Operation } from './operation.js';
import { toRecordError } from './refused-record.js';
import { lostUpdate, notThere, readVersions } from './stored-record.js';

/** What is linked once the record is there: its shape and key. */
type Link = (id: string) => Promise<void>;

/** Work that may have relationships to many to write after it: then both are one transaction. */
export function withLinks<T>(
  request: ApiRequest,
  target: Target,
  links: readonly SaidLinks[],
  work: (request: ApiRequest, link: Link) => Promise<T>,
): Promise<T> {
  if (links.length === 0) return work(request, async () => {});
  return request.records.transaction(async (client) => {
    const inner = withinTransaction(request, client);
    return work(inner, async (id) => {
      for (const said of links) await change(inner, client, { ...target, id } as OfRecord, said, 'replace');
    });
  });
}

type OfRecord = Pick<Extract<Target, { readonly id: string }>, 'shape' | 'id'>;

/** https://jsonapi.org/format/1.1/#crud-updating-to-many-relationships */
export const changeLinks =
  (how: LinksWrite['change']): Operation =>
  async (request, target) => {
    const { shape, id, relationship } = target as Extract<Target, { readonly kind: 'relationship' }>;
    const said = readLinks(shape, relationship, readData(readDocument(request)), '');
    const versions = readVersions(request);
    await request.records.transaction((client) =>
      change(request, client, { shape, id }, said, how, versions),
    );
    return { status: 204, headers: {} };
  };

/** Throws whatever is wrong; then the transaction is to be rolled back. */
async function change(
  request: ApiRequest,
  client: Client,
  { shape, id }: OfRecord,
  said: SaidLinks,
  how: LinksWrite['change'],
  versions?: readonly string[],
): Promise<void> {
  const { relation, relationship, ids } = said;
  const other = request.shapes.byType.get(relationship.type)!;
  const possible = ids.filter((one) => findKeySaid(other, one.id, [], one.member) !== undefined);
  if (how !== 'remove' && possible.length < ids.length)
    throw unknownOther(other.type, ids.find((one) => !possible.includes(one))!);
  const placeOf = (key: string | undefined): string =>
    ids.find((one) => one.id === key)?.member ?? said.member;
  const outcome = await writeOrPoint(said, () =>
    writeLinks(client, {
      catalog: request.catalog,
      entity: shape.entity,
      key: id,
      relation,
      change: how,
      keys: possible.map((one) => one.id),
      origin: toOrigin(request.caller, request.id),
      ...(versions === undefined ? {} : { versions }),
      ...(request.records.rehearsal ? { rehearsal: true } : {}),
    }),
  );
  switch (outcome.action) {
    case 'missing':
      throw notThere(shape.type, id);
    case 'changed':
      throw lostUpdate(shape.type, id);
    case 'unknown':
      throw unknownOther(other.type, { id: outcome.key, member: placeOf(outcome.key) });
    case 'bound':
      throw boundError(`${shape.type}.${relationship.name}`, outcome.field, said.member);
    case 'many':
      throw apiError(311, {
        detail: `${shape.type}.${relationship.name} leads to more than ${MOST_REPLACED.toLocaleString('en')} records, too many to be replaced.`,
        hint: 'Add with POST and remove with DELETE at the address of the relationship.',
        pointer: { member: said.member },
      });
    case 'refused':
      throw new ApiFailure(outcome.issues.map((issue) => toRecordError(issue, placeOf(issue.key))));
  }
}

/** What the write path says of the request itself speaks of the other entity; it stands where the linkage does. */
async function writeOrPoint<T>({ member }: SaidLinks, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { code, title, consequence, detail } = error;
    throw new DovetailError(code, { title, consequence }, { detail, pointer: { member } });
  }
}

const unknownOther = (type: string, { id, member }: { readonly id: string; readonly member: string }) =>
  apiError(401, { detail: `None of the ${type} has the id '${id.slice(0, 60)}'.`, pointer: { member } });

/** "… or return a 403 Forbidden response if complete replacement is not allowed by the server." */
const boundError = (name: string, field: string, member: string) =>
  apiError(311, {
    detail: `${name} can't be changed so: ${field} of a record that it leads to must have a value, and stays what it is.`,
    hint: 'Delete those records, or let them refer to another.',
    pointer: { member },
  });
