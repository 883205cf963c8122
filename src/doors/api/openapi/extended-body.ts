// The body of a write in plain JSON:API, and under the extensions that do something else with the same document.
import { EXTENSIONS, type ExtensionName } from '../request/extensions.js';
import { JSON_API } from '../response/answer.js';
import type { Reference, Schema } from './json-schema.js';

const uriOf = (name: ExtensionName): string => EXTENSIONS.find(({ namespace }) => namespace === name)!.uri;

export const toExtendedType = (name: ExtensionName): string => `${JSON_API}; ext="${uriOf(name)}"`;

/** Short, because every resource says it. */
export const SAYS_CREATION = 'With `upsert` it may be there already (200); with `validate` it is taken back.';
/** Of a write without a body, which asks for it by the header Accept. */
export const SAYS_REHEARSAL = 'With `Accept` and `validate` it is taken back.';

export const toExtendedBody = (
  schema: Reference,
  extensions: readonly ExtensionName[],
  example: Schema | undefined,
): Schema => ({
  required: true,
  content: {
    [JSON_API]: { schema, ...(example === undefined ? {} : { example }) },
    ...Object.fromEntries(extensions.map((name) => [toExtendedType(name), { schema }])),
  },
});
