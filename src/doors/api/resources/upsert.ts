// The extension `upsert`: a POST that creates the record, or updates the one that has the same identity.
import type { ResourceShape } from '../../../engine/documents/index.js';
import { type Filter, planTree, type TreeRow } from '../../../engine/records/read/index.js';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';
import { readDocument } from '../document/read-document.js';
import { readResource, type Said } from '../document/read-resource.js';
import { takeParameter } from '../query/extension-parameter.js';
import type { ApiRequest } from '../request/api-request.js';
import { withinTransaction } from '../request/within-transaction.js';
import type { Answer } from '../response/answer.js';
import { withLinks } from './links.js';
import type { Operation } from './operation.js';
import { answerCreated, answerWritten, keyNames, planAnswer, toClientId, write } from './write.js';

const BY = 'upsert:by';

/** 201 with the address of a new record, 200 with one that was there. One transaction: the record can't change in between. */
export const upsertResource: Operation = async (sent, target) => {
  const { shape } = target;
  const { value, rest } = takeParameter(sent.query, BY);
  const request = { ...sent, query: rest };
  refuseVersions(request);
  const { id, said, links } = readResource(request.shapes, shape, readDocument(request));
  const all = id === undefined ? said : [...toClientId(shape, id), ...said];
  const identity = id === undefined ? readIdentity(shape, value) : keyNames(target);
  const planned = planAnswer(request, target);
  return request.records.transaction((client) => {
    const inner = withinTransaction(request, client);
    return withLinks(inner, target, links, async (within, link): Promise<Answer> => {
      const outcome = await write(within, target, 'add_or_update', all, identity, planned);
      const key = outcome.key ?? id ?? (await readKey(within, shape, all, identity));
      await link(key);
      const at = { kind: 'record', shape, id: key } as const;
      return outcome.action === 'added'
        ? answerCreated(within, at, planned, undefined)
        : answerWritten(within, at, planned, undefined);
    });
  });
};

/** Names of the fields by which a record is found: as the client says, else as the catalog does. Throws API-202 and API-211. */
function readIdentity(shape: ResourceShape, by: string | undefined): readonly string[] {
  if (by !== undefined) return by.split(',').flatMap((name) => toFields(shape, name));
  const { identity } = shape.entity;
  if (identity.length > 0) return identity;
  throw apiError(211, {
    detail: `Nothing identifies a record of ${shape.type}.`,
    hint: `Name the members that do with ${BY}.`,
    pointer: { parameter: BY },
  });
}

function toFields(shape: ResourceShape, name: string): readonly string[] {
  const attribute = shape.attributes.find((one) => one.name === name);
  if (attribute) return [attribute.field.name];
  const relation = shape.relationships.find((one) => one.name === name)?.relation;
  if (relation?.kind === 'one') return relation.fields;
  const names = [
    ...shape.attributes.map((one) => one.name),
    ...shape.relationships.flatMap((one) => (one.relation.kind === 'one' ? one.name : [])),
  ];
  const meant = didYouMean(name, names);
  throw apiError(202, {
    detail: `${shape.type} have no '${name}' that could identify a record.`,
    ...(meant === undefined ? {} : { hint: `Did you mean '${meant}'?` }),
    pointer: { parameter: BY },
  });
}

/** The write path names the keys of what it wrote; a record that was as it should be is looked for by what identifies it. */
async function readKey(
  request: ApiRequest,
  shape: ResourceShape,
  said: readonly Said[],
  identity: readonly string[],
): Promise<string> {
  const { entity } = shape;
  const identifies = ([head]: readonly string[]): boolean =>
    identity.includes(head!) ||
    entity.relations.some(
      ({ name, kind, fields }) =>
        kind === 'one' && name === head && fields.some((field) => identity.includes(field)),
    );
  const and = said
    .filter(({ path }) => identifies(path))
    .map(
      ({ path, cell }): Filter =>
        cell.cell === Cell.null ? { not: { path, op: 'exists' } } : { path, op: 'eq', value: cell.text },
    );
  const root = { entity, members: [], linkage: [], include: [] };
  const plan = planTree(request.catalog, { root, filter: { and }, limit: 1 });
  const [row] = await request.read<TreeRow>(plan.sql, plan.parameters);
  if (row !== undefined) return row.id;
  throw apiError(110, { detail: 'The record was written, but its key is not known.' });
}

function refuseVersions({ headers }: ApiRequest): void {
  if (headers['if-match'] === undefined) return;
  throw apiError(109, {
    detail: 'Which record an upsert means is known only when it is written, so it takes no If-Match.',
    hint: 'Send a PATCH to the address of the record.',
    pointer: { header: 'If-Match' },
  });
}
