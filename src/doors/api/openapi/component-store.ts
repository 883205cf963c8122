// The components of a description: each is made once, when it is first referred to.
import { type ComponentKind, type Reference, type Schema, toReference } from './json-schema.js';

export interface ComponentStore {
  /** A reference to the component; `make` is called if nobody asked for it before. Components may refer to each other in circles. */
  refer(kind: ComponentKind, name: string, make: () => Schema): Reference;
  /** By kind and name, sorted by name. */
  all(): Readonly<Record<string, Readonly<Record<string, Schema>>>>;
}

export function createComponentStore(): ComponentStore {
  const kinds = new Map<ComponentKind, Map<string, { readonly reference: Reference; schema: Schema }>>();
  return {
    refer(kind, name, make) {
      let known = kinds.get(kind);
      if (known === undefined) {
        known = new Map();
        kinds.set(kind, known);
      }
      const found = known.get(name);
      if (found) return found.reference;
      // Its place is taken first: what it is made of may lead back to it.
      const component = { reference: toReference(kind, name), schema: {} };
      known.set(name, component);
      component.schema = make();
      return component.reference;
    },
    all: () =>
      Object.fromEntries(
        [...kinds].map(([kind, known]) => [
          kind,
          Object.fromEntries(
            [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { schema }]) => [name, schema]),
          ),
        ]),
      ),
  };
}
