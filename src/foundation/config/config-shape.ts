// What a configuration file's content must look like, as far as this floor knows.
import { configError } from './config-errors.js';
import type { DovetailConfig, KeepConfig, NotifyConfig, StorageConfig } from './project-config.js';
import { list, number, object, record, type Shape, ShapeComplaint, text } from './shape.js';

// The engine checks what is inside; here it only has to be an object.
const entities: Shape<Readonly<Record<string, unknown>>> = (value, where) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new ShapeComplaint(where, 'expected an object with one key per entity');
};

const databaseUrl: Shape<string> = (value, where) => {
  const url = text(value, where);
  // The value is left out of the message: it may hold a password.
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  throw new ShapeComplaint(where, 'expected a connection string that begins with postgres://');
};

const secretText: Shape<string> = (value, where) => {
  if (typeof value === 'string' && value !== '') return value;
  throw new ShapeComplaint(
    where,
    'expected a text that is not empty',
    'Is the variable of the environment set?',
  );
};

const storageKind: Shape<'folder'> = (value, where) => {
  if (value === 'folder') return value;
  throw new ShapeComplaint(where, "expected 'folder'");
};

const days: Shape<number> = (value, where) => {
  const count = number(value, where);
  if (count >= 1) return count;
  throw new ShapeComplaint(where, 'expected a number of days, at least 1');
};

const config = object<DovetailConfig>({
  databaseUrl,
  dataFolder: text,
  schemas: object<NonNullable<DovetailConfig['schemas']>>({ include: list(text), exclude: list(text) }),
  entities,
  folders: list(text),
  storages: record(object<StorageConfig>({ kind: storageKind, path: text }, ['kind', 'path'])),
  allowAddresses: list(text),
  notify: object<NotifyConfig>({ smtp: secretText, from: text, webhookSecret: secretText }),
  keep: object<KeepConfig>({ runs: days, errors: days, files: days }),
});

/** The checked configuration. Throws CONFIG-104, which names file and key. */
export function toConfig(content: unknown, file: string): DovetailConfig {
  try {
    return config(content, '');
  } catch (error) {
    if (!(error instanceof ShapeComplaint)) throw error;
    throw configError(104, {
      detail: `${file}: ${error.message}.`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      pointer: { file, field: error.where },
    });
  }
}

/** A module's configuration: its default export. A module without one is taken for an empty object by mistake, so it is refused. */
export function flattenModule(module: unknown): unknown {
  if (typeof module !== 'object' || module === null || !('default' in module)) return undefined;
  const exported = module.default;
  // CommonJS loaded as a module wraps its default export once more.
  return typeof exported === 'object' && exported !== null && 'default' in exported
    ? exported.default
    : exported;
}
