// The client: types from the API's own description, and the few things that JSON:API asks of every request.
import createClient from 'openapi-fetch';
import type { components, paths } from './shop-api.js';

export type Schemas = components['schemas'];

/** `address`: where the API lies, as `http://127.0.0.1:4000/api`. */
export function createShopClient(address: string, key: string) {
  return createClient<paths, 'application/vnd.api+json'>({
    baseUrl: address,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/vnd.api+json' },
    // Lists go joined by commas: sort=sku,-price. Conditions go in brackets: filter[price][gte]=10.
    querySerializer: {
      array: { style: 'form', explode: false },
      object: { style: 'deepObject', explode: true },
    },
  });
}

/** What was answered, or an error with the server's own words. */
export function readAnswer<Data>({ data, error }: { data?: Data; error?: Schemas['api.errors'] }): Data {
  if (data !== undefined) return data;
  throw new Error(error?.errors.map(({ code, detail }) => `${code} ${detail}`).join('\n') ?? 'no answer');
}

/** The cursor of the next page; undefined on the last one. */
export function findNext({ next }: Schemas['api.page-links'], address: string): string | undefined {
  return next === null ? undefined : (new URL(next, address).searchParams.get('page[after]') ?? undefined);
}
