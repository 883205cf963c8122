// What a run has to say of single rows: errors and warnings, one by one.
import { ISSUES_SHOWN } from '../../../../engine/pipeline/index.js';
import type { OwnResource } from '../own-resource.js';

export const ISSUES: OwnResource = {
  name: 'issues',
  label: 'Issues',
  description: 'What a run has to say of a row: an error, which kept it from being written, or a warning.',
  query: ISSUES_SHOWN,
  key: 'id',
  order: ['row', 'id'],
  fields: {
    id: { type: 'int8' },
    runId: { type: 'int8', nullable: false },
    severity: { type: 'text', nullable: false, says: 'error or warning' },
    code: { type: 'text', nullable: false },
    row: { type: 'int8', says: 'Which row of the source, from 1.' },
    line: { type: 'int8', says: 'The line it begins on.' },
    column: { type: 'text', says: 'As the source calls it.' },
    field: { type: 'text' },
    value: { type: 'text', says: 'What stood there.' },
    message: { type: 'text', nullable: false },
    hint: { type: 'text' },
  },
  relations: { run: { to: 'runs', field: 'runId' } },
};
