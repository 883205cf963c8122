// The types of bundle.mjs, for the tests that run what it makes.

export function bundle(folder: string, more?: readonly string[]): void;
