// Makes plain data unchangeable all the way down, maps included.

/** Freezes objects, arrays and maps in place; functions and instances of classes are left as they are. Returns its argument. */
export function freezeDeep<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) {
    for (const element of value.values()) freezeDeep(element);
    // Object.freeze does not reach what a map holds.
    const refuse = () => {
      throw new TypeError('This map is frozen.');
    };
    return Object.freeze(Object.assign(value, { set: refuse, delete: refuse, clear: refuse }));
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return value;
  Object.freeze(value);
  for (const element of Object.values(value)) freezeDeep(element);
  return value;
}
