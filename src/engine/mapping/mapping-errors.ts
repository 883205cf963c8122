// The register of the mapping: 1xx the file, 2xx the mapping against the catalog, 3xx against a source's columns, 4xx single rows.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const MAPPING_ERRORS = {
  101: { title: 'The mapping file cannot be read', consequence: 'stop' },
  102: { title: 'The mapping is neither YAML nor JSON', consequence: 'stop' },
  103: { title: 'The mapping is malformed', consequence: 'stop' },
  104: { title: 'The path is malformed', consequence: 'stop' },
  201: { title: 'The mapping names an unknown entity', consequence: 'stop' },
  202: { title: 'The mapping names an unknown field or relation', consequence: 'stop' },
  203: { title: 'The field cannot be imported', consequence: 'stop' },
  204: { title: 'Two lines of the mapping set one field', consequence: 'stop' },
  205: { title: 'The identity is not in the mapping', consequence: 'stop' },
  206: { title: 'Two lines of the mapping write one column', consequence: 'stop' },
  207: { title: 'Nothing can be created there', consequence: 'stop' },
  208: { title: 'The mapping has nothing to do', consequence: 'stop' },
  209: { title: 'The expression is malformed', consequence: 'stop' },
  210: { title: 'The part leads to no records of another table', consequence: 'stop' },
  211: { title: 'The part has no identity', consequence: 'stop' },
  212: { title: 'The source of the field does not fit there', consequence: 'stop' },
  213: { title: 'An export has no column for a record', consequence: 'stop' },
  301: { title: 'The source lacks a column of the mapping', consequence: 'stop' },
  302: { title: 'No column fits a field', consequence: 'stop' },
  401: { title: 'A cell can not be mapped', consequence: 'skip' },
  402: { title: 'A condition can not be judged', consequence: 'skip' },
  403: { title: 'Too many rows for one record', consequence: 'skip' },
  404: { title: 'A record can not be reshaped', consequence: 'skip' },
  405: { title: 'A hook of the mapping failed or refused', consequence: 'skip' },
} as const;

export const mappingError = errorRegister('MAPPING', MAPPING_ERRORS);
