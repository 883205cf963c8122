// A map that forgets what was used longest ago, so that no number of callers fills the memory.

export interface BoundedMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  readonly size: number;
}

export function createBoundedMap<Value>(most: number): BoundedMap<Value> {
  // A Map keeps the order in which keys were set.
  const values = new Map<string, Value>();
  return {
    get(key) {
      const value = values.get(key);
      if (value === undefined) return undefined;
      values.delete(key);
      values.set(key, value);
      return value;
    },
    set(key, value) {
      values.delete(key);
      values.set(key, value);
      if (values.size > most) values.delete(values.keys().next().value as string);
    },
    delete: (key) => void values.delete(key),
    get size() {
      return values.size;
    },
  };
}
