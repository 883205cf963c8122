// What every document of the API has, whatever the resource.
import type { ComponentStore } from './component-store.js';
import type { Reference, Schema } from './json-schema.js';

const LINK: Schema = { type: 'string', format: 'uri-reference' };

export const jsonApiSchema = (components: ComponentStore): Reference =>
  components.refer('schemas', 'api.json-api', () => ({
    type: 'object',
    required: ['version'],
    properties: { version: { const: '1.1' } },
  }));

export const selfLinkSchema = (components: ComponentStore): Reference =>
  components.refer('schemas', 'api.links', () => ({
    type: 'object',
    required: ['self'],
    properties: { self: LINK },
  }));

export const relationshipLinksSchema = (components: ComponentStore): Reference =>
  components.refer('schemas', 'api.relationship-links', () => ({
    type: 'object',
    required: ['related'],
    properties: { self: LINK, related: LINK },
  }));

/** Also of the documents of a relationship to many. */
export const pageLinksSchema = (components: ComponentStore): Reference =>
  components.refer('schemas', 'api.page-links', () => {
    const page = { type: ['string', 'null'], format: 'uri-reference' };
    return {
      type: 'object',
      required: ['self', 'first', 'prev', 'next'],
      properties: { self: LINK, related: LINK, first: LINK, prev: page, next: page, last: LINK },
    };
  });

export const pageMetaSchema = (components: ComponentStore): Reference =>
  components.refer('schemas', 'api.page-meta', () => ({
    type: 'object',
    properties: {
      page: {
        type: 'object',
        properties: {
          total: { type: 'integer', minimum: 0, description: 'how many there are; only with page[total]' },
        },
      },
    },
  }));
