// A template of an entity: a file to be filled and imported, with examples and allowed values.
import type { Answer } from '../../response/answer.js';
import type { DownloadPlace } from '../own-resource.js';
import { toDisposition } from '../uploads/disposition.js';

export const TEMPLATE_PARAMETERS = {
  format: 'Name of a format. Default: xlsx',
  fields: 'Paths of fields, by commas. Default: all that an import may set',
  mapping: 'Name of a saved mapping, whose columns it then has',
};

const WRITE_MS = 25_000;

/** Throws EXPORT-109 where nothing can be imported, and what formats, fields and mappings are refused with. */
export async function downloadTemplate({ id, caller, services, parameters }: DownloadPlace): Promise<Answer> {
  const [fields, mapping] = [parameters.get('fields'), parameters.get('mapping')];
  const { name, mediaType, bytes } = await services.templates.openTemplate({
    caller,
    entity: id,
    format: parameters.get('format') ?? 'xlsx',
    formatOptions: {},
    ...(fields === undefined ? {} : { fields: fields.split(',').filter((path) => path !== '') }),
    ...(mapping === undefined ? {} : { mapping }),
    signal: AbortSignal.timeout(WRITE_MS),
  });
  return {
    status: 200,
    headers: { 'content-type': mediaType, 'content-disposition': toDisposition(name) },
    stream: bytes,
  };
}
