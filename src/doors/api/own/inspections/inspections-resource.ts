// A look at an uploaded file before anything is decided. Nothing of it is kept: the answer to the POST is all there is, because every setting
// can be tried anew, and the beginning of the file is read in a moment.
import type { OwnMade, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';
import { readSource, toSource } from '../runs/asked-runs.js';
import { misfit, readCount, SOURCE_MEMBERS } from '../runs/said-settings.js';

const MOST_ROWS = 100;
const LOOK_MS = 25_000;

export const INSPECTIONS: OwnResource = {
  name: 'inspections',
  label: 'Inspections',
  description:
    'What an uploaded file holds: format, encoding, dialect, header and first rows, and how its columns would be matched. The answer to the POST has it; none is kept, so the list is empty.',
  query: `select null::text as id, null::text as owner, null::bigint as unit where false`,
  key: 'id',
  fields: { id: { type: 'text' } },
  create: {
    attributes: {
      ...SOURCE_MEMBERS,
      rows: { kind: 'number', says: `How many rows to show, at most ${MOST_ROWS}. Default: 10.` },
      suggest: {
        kind: 'bool',
        says: 'With a mapping for the entity, as YAML, in the report: to be changed and saved.',
      },
    },
    relationships: { upload: 'uploads' },
    mine: true,
    apart: true,
    run: inspect,
  },
};

async function inspect(at: OwnPlace, said: OwnSaid): Promise<OwnMade> {
  const rows = readCount(said.attributes, 'rows');
  if (rows !== undefined && rows > MOST_ROWS) throw misfit('rows', `rows are at most ${MOST_ROWS}.`);
  const suggest = said.attributes['suggest'] === true;
  if (suggest && said.attributes['entity'] === undefined)
    throw misfit('entity', 'A mapping is suggested for an entity.');
  const report = await at.services.runs.inspectUpload({
    ...toSource(said.attributes),
    ...(rows === undefined ? {} : { rows }),
    ...(suggest ? { suggest } : {}),
    caller: at.caller,
    upload: await readSource(at, said),
    signal: AbortSignal.timeout(LOOK_MS),
  });
  return { meta: { report } };
}
