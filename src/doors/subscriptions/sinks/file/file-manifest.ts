// Files of this machine: a line of JSON for each message, in files of a day and of a size.
import type { SinkManifest } from '../../sink.js';
import { subscriptionsError } from '../../subscriptions-errors.js';
import type { FileSettings } from './file-settings.js';
import { createFileSink, findFolder } from './file-sink.js';

export const FILE: SinkManifest<FileSettings> = {
  name: 'file',
  says: 'Files of this machine: a line of JSON for each message, a new file each day.',
  settings: {
    folder: {
      kind: 'text',
      required: true,
      says: 'Absolute path of a folder that is there, under one that the configuration names (folders).',
    },
    name: {
      kind: 'text',
      default: 'changes',
      says: 'What names of files begin with: changes-2026-11-28-001.ndjson. No other subscription may use the same ones.',
    },
    mostBytes: {
      kind: 'number',
      least: 1_000,
      most: 10_000_000_000,
      default: 100_000_000,
      says: 'Bytes after which the next file begins.',
    },
  },
  endpoint: ({ folder, name }) => `${folder}/${name}`,
  batch: () => 1_000,
  parallel: () => 1,
  logs: 'failures',
  async check({ folder, name }, { folders }) {
    if (!/^[\w][\w.-]{0,99}$/.test(name))
      throw wrong('name', 'is none: letters, digits, _ . - and at most 100 of them');
    if ((await findFolder(folder, folders)) === undefined)
      throw wrong('folder', `is no folder under one of: ${folders.join(', ') || 'none is configured'}`);
  },
  open: (settings, rooms) => createFileSink(settings, rooms),
};

const wrong = (field: string, says: string) =>
  subscriptionsError(104, { detail: `${field} ${says}.`, pointer: { field } });
