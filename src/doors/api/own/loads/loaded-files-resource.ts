// What was loaded of a project's scripts and fixtures. Loading itself runs code and files of the project, and stays with whoever runs it.
import type { OwnResource } from '../own-resource.js';

// The table is of the door that loads; a door looks into no other, so what is shown of it is said here.
const LOADED_FILES_SHOWN = `
  select l.folder || '/' || l.path as id, l.folder, l.path, l.version, l.checksum, l.environment, l.applied_at as "appliedAt",
    l.milliseconds, l.counters, to_jsonb(l.runs) as runs, null::text as owner, null::text as unit
  from dovetail.loaded_files l`;

export const LOADED_FILES: OwnResource = {
  name: 'loaded-files',
  label: 'Loaded files',
  description:
    'Scripts and fixtures that `dovetail load` has applied; the id is folder and path. Loading runs files of the project, so that is done on the command line.',
  query: LOADED_FILES_SHOWN,
  key: 'id',
  order: ['-appliedAt', 'id'],
  fields: {
    id: { type: 'text' },
    folder: { type: 'text', nullable: false },
    path: { type: 'text', nullable: false },
    version: { type: 'text', says: 'The version folder it lies in.' },
    checksum: { type: 'text', nullable: false, says: 'SHA-256 in hexadecimal.' },
    environment: { type: 'text' },
    appliedAt: { type: 'timestamptz', nullable: false },
    milliseconds: { type: 'int8', says: 'Absent where it was only noted as applied.' },
    counters: { type: 'jsonb', nullable: false },
    runs: {
      type: 'jsonb',
      nullable: false,
      says: 'Numbers of the runs that wrote the records of a fixture.',
    },
  },
};
