// Secrets of a storage: the configuration names a variable of the environment, so that nothing secret stands in a file.
import { type Shape, ShapeComplaint } from '../../foundation/config/shape.js';
import { storageError } from './storage-errors.js';
import type { StorageRooms } from './storage-kind.js';

const NAMED = /^\{env:(\w+)\}$/;

/** `{env:NAME}`. Anything else is refused, and not shown: it may be the secret itself. */
export const secretName: Shape<string> = (value, where) => {
  if (typeof value === 'string' && NAMED.test(value)) return value;
  throw new ShapeComplaint(
    where,
    'a secret is not written here, the variable of the environment is named that holds it',
    "Write it as '{env:NAME}', and set NAME where the workers run.",
  );
};

/** What the variable holds. Throws STORAGE-108 if it is not set. */
export function readSecret(name: string, env: StorageRooms['env']): string {
  const variable = NAMED.exec(name)?.[1] ?? '';
  const value = env[variable];
  if (value !== undefined && value !== '') return value;
  throw storageError(108, {
    detail: `The variable ${variable} is not set in the environment of this process.`,
    hint: 'It is named in `storages` of the configuration.',
  });
}

/** The text without the secrets, should the other side have repeated one. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (masked, secret) => (secret === '' ? masked : masked.replaceAll(secret, '****')),
    text,
  );
}
