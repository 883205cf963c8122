// Errors as they are answered, by status, with the codes that mean it: made from the registers and the one table of statuses.
import { RECORDS_ERRORS } from '../../../engine/records/index.js';
import { READ_ERRORS } from '../../../engine/records/read/index.js';
import { API_ERRORS } from '../api-errors.js';
import { JSON_API } from '../response/answer.js';
import { statusOf } from '../response/error-status.js';
import type { ComponentStore } from './component-store.js';
import { jsonApiSchema } from './fixed-schemas.js';
import type { Reference, Schema } from './json-schema.js';

interface Known {
  readonly code: string;
  readonly title: string;
  readonly status: number;
}

const toKnown = (
  room: string,
  register: Readonly<Record<number, { readonly title: string }>>,
): readonly Known[] =>
  Object.entries(register).map(([number, { title }]) => {
    const code = `${room}-${number}`;
    return { code, title, status: statusOf(code) };
  });

/** Those of the write path that speak of files, runs or their undoing are of no request. */
const OF_ONE_RECORD = /^RECORDS-(101|103|104|107|112|2\d\d|30[1-9]|310|311|313|315|316|317|318)$/;

const ERRORS: readonly Known[] = [
  ...toKnown('API', API_ERRORS),
  ...toKnown('READ', READ_ERRORS).filter(({ code }) => code.startsWith('READ-2')),
  ...toKnown('RECORDS', RECORDS_ERRORS).filter(({ code }) => OF_ONE_RECORD.test(code)),
];

const NAMES: Readonly<Record<number, { readonly name: string; readonly says: string }>> = {
  400: { name: 'bad-request', says: 'The address or the document cannot be understood.' },
  403: { name: 'not-allowed', says: 'The caller may not do this, or nobody may.' },
  404: { name: 'not-there', says: 'There is no such record, or the caller may not see it.' },
  409: { name: 'conflict', says: 'What is stored stands against it.' },
  412: { name: 'changed', says: 'The record is not the one that If-Match names; nothing was written.' },
  422: { name: 'refused', says: 'A value or the record as a whole is refused; the pointer says where.' },
};

export type ErrorStatus = keyof typeof NAMES & number;

/** The responses of an operation, `default` among them: what can happen to every request. */
export function toErrorResponses(
  components: ComponentStore,
  statuses: readonly ErrorStatus[],
): Readonly<Record<string, Reference>> {
  const named = statuses.map((status) => {
    const { name, says } = NAMES[status]!;
    const codes = ERRORS.filter((one) => one.status === status);
    return [status, components.refer('responses', `api.${name}`, () => toResponse(components, says, codes))];
  });
  const rest = components.refer('responses', 'api.error', () => {
    const codes = ERRORS.filter((one) => NAMES[one.status] === undefined);
    return toResponse(components, 'What can happen to every request.', codes);
  });
  return Object.fromEntries([...named, ['default', rest]]);
}

function toResponse(components: ComponentStore, says: string, codes: readonly Known[]): Schema {
  const list = codes.map(({ code, title, status }) => `- \`${code}\` ${title} (${status})`);
  return {
    description: [says, '', ...list].join('\n'),
    content: { [JSON_API]: { schema: errorsSchema(components) } },
  };
}

const errorsSchema = (components: ComponentStore): Reference =>
  components.refer('schemas', 'api.errors', () => ({
    type: 'object',
    required: ['jsonapi', 'errors'],
    properties: {
      jsonapi: jsonApiSchema(components),
      errors: { type: 'array', minItems: 1, items: errorSchema(components) },
    },
  }));

const errorSchema = (components: ComponentStore): Reference =>
  components.refer('schemas', 'api.error', () => ({
    type: 'object',
    required: ['id', 'status', 'code', 'title', 'detail'],
    properties: {
      id: {
        type: 'string',
        description: 'number of the request, as in the header x-request-id and in the log',
      },
      status: { type: 'string', pattern: '^[45]\\d\\d$' },
      code: {
        description: 'what went wrong; stays the same where texts change',
        anyOf: [
          { type: 'string', enum: ERRORS.map(({ code }) => code) },
          { type: 'string', pattern: '^[A-Z]+-\\d{3}$' },
        ],
      },
      title: { type: 'string' },
      detail: { type: 'string', description: 'what is wrong here' },
      source: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the document that was sent' },
          parameter: { type: 'string' },
          header: { type: 'string' },
        },
      },
      meta: { type: 'object', properties: { hint: { type: 'string', description: 'what helps' } } },
    },
    examples: [
      {
        id: '0b6d1a52-6c0f-4a57-9d0e-2b7a7c1f3f10',
        status: '422',
        code: 'RECORDS-202',
        title: 'Not a number',
        detail: "'cheap' is not a number.",
        source: { pointer: '/data/attributes/price' },
      },
    ],
  }));
