// A catalog as an OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.1
import type { Catalog } from '../../../engine/catalog/index.js';
import { toResourceShapes } from '../../../engine/documents/index.js';
import { OPERATIONS_PATH } from '../request/own-paths.js';
import { createComponentStore } from './component-store.js';
import { toForeignItems } from './foreign-items.js';
import type { Schema } from './json-schema.js';
import { operationsItem } from './operations-item.js';
import { toOwnPathItems } from './own-path-items.js';
import { toPathItems } from './path-items.js';
import { toRights } from './resource-rights.js';
import type { DescribedApi } from './resource-schemas.js';
import { SECURITY_SCHEMES, toSecuredItem } from './security-schemes.js';

const ABOUT = [
  'Every table is a resource of [JSON:API 1.1](https://jsonapi.org/format/1.1/). This page shows what your key may see and do.',
  '',
  '- A filter asks one attribute: `filter[price][gte]=10`, or `filter[sku]=A-1` for equality. Paths lead to related records',
  '  (`filter[brand.name]=Bosch`); `filter[or][0][…]`, `filter[and][…]` and `filter[not][…]` join conditions.',
  '- Lists come in pages; follow `links.next` until it is null.',
  '- Bodies are sent as `Content-Type: application/vnd.api+json`.',
  '- With `If-Match` a change is made only if the record is still as it was read.',
].join('\n');

const NOTHING: Catalog = { entities: new Map(), fingerprint: '' };

/**
 * `base`: where the API lies, as `/api`. A caller's catalog makes a description of what that caller may do; `own`: the same of what is
 * Dovetail's own. Default: nothing.
 */
export function toOpenApiDocument(catalog: Catalog, base: string, own: Catalog = NOTHING): Schema {
  const components = createComponentStore();
  const api: DescribedApi = { components, shapes: toResourceShapes(catalog), included: 'api.included' };
  const ownApi: DescribedApi = { components, shapes: toResourceShapes(own), included: 'api.own-included' };
  const ownShapes = [...ownApi.shapes.byType.values()];
  const shapes = [...api.shapes.byType.values(), ...ownShapes];
  const resources = [...api.shapes.byType.values()];
  const writes = resources.some((shape) => Object.values(toRights(shape)).includes(true));
  const items = [
    ...resources.flatMap((shape) => toPathItems(api, shape)),
    ...(writes ? [[OPERATIONS_PATH, operationsItem(api)] as const] : []),
    ...(resources.length > 0 ? toForeignItems(api, writes) : []),
    ...ownShapes.flatMap((shape) => toOwnPathItems(ownApi, shape)),
  ];
  const paths = Object.fromEntries(items.map(([path, item]) => [path, toSecuredItem(item)]));
  return {
    openapi: '3.1.0',
    info: { title: 'Dovetail API', version: catalog.fingerprint.slice(0, 12), description: ABOUT },
    servers: [{ url: base }],
    security: [{ key: [] }, { oauth: ['read'] }, { session: [] }],
    tags: shapes.map((shape) => ({
      name: shape.type,
      description: shape.entity.description ?? shape.entity.label,
    })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key that `dovetail clients` makes.' },
        ...SECURITY_SCHEMES,
      },
      ...components.all(),
    },
  };
}
