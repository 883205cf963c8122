// What a dry run would change, cell by cell.
import { DIFFERENCES_SHOWN } from '../../../../engine/pipeline/index.js';
import type { OwnResource } from '../own-resource.js';

export const DIFFERENCES: OwnResource = {
  name: 'differences',
  label: 'Differences',
  description:
    'What a dry run would change: one for each cell. Those of one record have the same record number. Of each kind so many records are kept as the configuration says; the report of the run says whether these are all.',
  query: DIFFERENCES_SHOWN,
  key: 'id',
  order: ['record', 'id'],
  fields: {
    id: { type: 'int8' },
    runId: { type: 'int8', nullable: false },
    record: { type: 'int8', nullable: false, says: 'Which record, from 1, in the order of the source.' },
    row: { type: 'int8', says: 'Which row of the source, from 1; null for a record that it does not have.' },
    line: { type: 'int8', says: 'The line it begins on.' },
    action: { type: 'text', nullable: false, says: 'What becomes of the record: added, updated or deleted.' },
    identity: { type: 'jsonb', nullable: false, says: 'By field, by which the record is known.' },
    field: { type: 'text', nullable: false },
    before: { type: 'text', says: 'As PostgreSQL writes it.' },
    after: { type: 'text', says: 'As PostgreSQL writes it.' },
  },
  relations: { run: { to: 'runs', field: 'runId' } },
};
