// The storages that the configuration names: where they are, and whether they answer. What lets one in is never shown.
import type { Answer } from '../../response/answer.js';
import { toMetaAnswer } from '../meta-answer.js';
import type { OwnPlace, OwnResource } from '../own-resource.js';

export const STORAGES: OwnResource = {
  name: 'storages',
  label: 'Storages',
  description:
    'Places for files that the configuration names, by their names: `storage:NAME/…` leads there in schedules. They are set up in the configuration, whose secrets are variables of the environment.',
  // By `withEntities`: no table has them.
  query: 'select null',
  key: 'name',
  fields: {
    name: { type: 'text' },
    kind: { type: 'text', nullable: false, says: 'folder, s3 or sftp' },
    settings: {
      type: 'jsonb',
      nullable: false,
      says: 'Where it is; in place of all that may let one in stands ****.',
    },
  },
  downloads: { check: { run: check } },
};

/** Opens it as a worker would, and looks for a first file. */
async function check({ id, services }: OwnPlace): Promise<Answer> {
  return toMetaAnswer({ report: await services.storages.checkStorage(id) });
}
