// Which record another system knows by which id. The caller's catalog is put into the query, so that everybody sees those of the records
// that they see, and none of records that are gone.
import type { Catalog } from '../../../../engine/catalog/index.js';
import { toExternalIdsSql } from '../../../../engine/records/index.js';
import type { OwnResource } from '../own-resource.js';
import { giveId, takeId } from './given-ids.js';

export const EXTERNAL_IDS: OwnResource = {
  name: 'external-ids',
  label: 'Ids of other systems',
  description:
    'By which id another system knows a record: of the records that you may see. They come and go with writes below `/api/dovetail/ids/SYSTEM`; to a record that is there one is given, and taken away, here, by whoever may change the record.',
  // With every caller's entities by `toExternalIdsQuery`.
  query: 'select null',
  key: 'id',
  order: ['system', 'entity', 'externalId'],
  fields: {
    id: { type: 'int8' },
    system: { type: 'text', nullable: false },
    entity: { type: 'text', nullable: false },
    key: { type: 'text', nullable: false, says: "The record's own id." },
    externalId: { type: 'text', nullable: false },
    createdBy: { type: 'jsonb', nullable: false },
    createdAt: { type: 'timestamptz', nullable: false },
  },
  create: {
    attributes: {
      system: { kind: 'text', required: true },
      entity: { kind: 'text', required: true, says: 'Its name, as in /api/dovetail/entities.' },
      key: { kind: 'text', required: true, says: "The record's own id." },
      externalId: { kind: 'text', required: true },
    },
    mine: true,
    run: giveId,
  },
  delete: takeId,
};

export const toExternalIdsQuery = (catalog: Catalog): string =>
  `select x.id, x.system, x.entity, x.key, x.external_id as "externalId", x.created_by as "createdBy", x.created_at as "createdAt",
     null::text as owner, null::text as unit from (${toExternalIdsSql(catalog)}) x`;
