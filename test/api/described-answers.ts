// A description of the API held against OpenAPI, and answers held against the description.
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiAnswer } from './api-fixture.js';

// biome-ignore lint/suspicious/noExplicitAny: descriptions are looked into member by member.
export type Description = any;

export async function findFaults(description: Description): Promise<unknown> {
  const result = await new Validator().validate(structuredClone(description));
  return result.valid ? undefined : result.errors;
}

/** Holds answers against what the description says of their address and status; an attribute it doesn't know is a misfit here. */
export function createAnswerCheck(open: Description) {
  const description = structuredClone(open);
  for (const [name, schema] of Object.entries(description.components.schemas) as [string, Description][])
    if (/\.(attributes|relationships)$/.test(name)) schema.additionalProperties = false;
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  for (const format of ['int32', 'int64', 'date-time-local', 'time-local']) ajv.addFormat(format, true);
  ajv.addSchema(description, 'api');
  return (path: string, method: string, { status, json }: ApiAnswer): unknown => {
    const { responses } = description.paths[path][method];
    const found = responses[status] ?? responses.default;
    const name = found.$ref.slice('#/components/responses/'.length);
    const at = `api#/components/responses/${name}/content/application~1vnd.api+json/schema`;
    const validate = ajv.getSchema(at);
    if (!validate) throw new Error(`nothing is said of ${at}`);
    return validate(json) ? undefined : validate.errors;
  };
}
