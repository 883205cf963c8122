// Resumable uploads, which are no documents: the requests of the tus protocol 1.0 (https://tus.io/protocols/resumable-upload).
import { OFFSET_TYPE } from '../uploads/upload-headers.js';
import { toErrorResponses } from './error-responses.js';
import type { Reference, Schema } from './json-schema.js';
import { headerParameter } from './query-parameters.js';
import type { DescribedApi } from './resource-schemas.js';

const TAGS = ['dovetail-uploads'];
const NUMBER = { type: 'integer', minimum: 0 };

/** What the address of all uploads has besides a list. */
export const uploadCreation = (api: DescribedApi): Schema => ({
  post: {
    operationId: 'dovetail-uploads.begin',
    summary: 'Begin an upload',
    description:
      'By the tus protocol 1.0, for which there are clients in every language. The answer says in `Location` where the bytes go; a body, if there is one, is the first of them.',
    tags: TAGS,
    parameters: [
      version(api),
      header(api, 'Upload-Length', 'Bytes of the whole file', NUMBER, true),
      headerParameter(
        api,
        'Upload-Metadata',
        '`filename` and its name in base64, as in `filename aXRlbXMuY3N2`',
      ),
      checksum(api),
    ],
    requestBody: { content: { [OFFSET_TYPE]: {} } },
    responses: {
      201: {
        description: 'It is begun.',
        headers: {
          Location: { description: 'Where it is', schema: { type: 'string' } },
          ...offsetHeader(api),
        },
      },
      ...toErrorResponses(api.components, [400, 403]),
    },
  },
});

/** What one of them has besides its document. */
export const uploadChanges = (api: DescribedApi): Schema => ({
  head: {
    operationId: 'dovetail-uploads.offset',
    summary: 'Ask how many bytes are there for certain',
    description: 'With `Tus-Resumable`; what is still coming over another connection ends.',
    tags: TAGS,
    parameters: [version(api)],
    responses: {
      200: { description: 'So many', headers: offsetHeader(api) },
      ...toErrorResponses(api.components, [404]),
    },
  },
  patch: {
    operationId: 'dovetail-uploads.append',
    summary: 'Send the next bytes',
    tags: TAGS,
    parameters: [
      version(api),
      header(api, 'Upload-Offset', 'How many are there: the next begin here', NUMBER, true),
      checksum(api),
    ],
    requestBody: { required: true, content: { [OFFSET_TYPE]: {} } },
    responses: {
      204: { description: 'They are on the disk.', headers: offsetHeader(api) },
      ...toErrorResponses(api.components, [400, 404, 409]),
    },
  },
});

const version = (api: DescribedApi): Reference =>
  header(api, 'Tus-Resumable', 'The version of the protocol', { const: '1.0.0' }, true);

const checksum = (api: DescribedApi): Reference =>
  headerParameter(api, 'Upload-Checksum', 'sha1, sha256 or md5 of these bytes, in base64: `sha1 …`');

const header = (
  { components }: DescribedApi,
  name: string,
  description: string,
  schema: Schema,
  required: boolean,
): Reference =>
  components.refer('parameters', `api.${name.toLowerCase()}`, () => ({
    name,
    in: 'header',
    required,
    description,
    schema,
  }));

const offsetHeader = ({ components }: DescribedApi): Schema => ({
  'Upload-Offset': components.refer('headers', 'api.upload-offset', () => ({
    description: 'Bytes that are there for certain',
    schema: NUMBER,
  })),
});
