// The parts of JSON Schema and OpenAPI 3.1 that are written here, as plain data.

export interface Schema {
  readonly [keyword: string]: unknown;
}

export interface Reference {
  readonly $ref: string;
}

export type ComponentKind = 'schemas' | 'parameters' | 'responses' | 'headers' | 'requestBodies';

export const toReference = (kind: ComponentKind, name: string): Reference => ({
  $ref: `#/components/${kind}/${name}`,
});

/** A name as components may have it (`^[a-zA-Z0-9._-]+$`): other letters by their number, as `_u00e4`. */
export const toComponentName = (name: string): string =>
  name.replace(/[^a-zA-Z0-9._-]/g, (sign) => `_u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The schema, or null. */
export const orNull = (schema: Schema): Schema =>
  typeof schema['type'] === 'string' && !('enum' in schema) && !('const' in schema)
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] };
