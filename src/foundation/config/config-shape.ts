// What a configuration file's content must look like, as far as this floor knows.
import { isIP } from 'node:net';
import { configError } from './config-errors.js';
import type {
  AlertRouteConfig,
  AlertsConfig,
  ApiSettings,
  ChangesConfig,
  DovetailConfig,
  KeepConfig,
  LoadFileSettings,
  LoadSettings,
  MetricsConfig,
  NotifyConfig,
  RateLimitConfig,
} from './project-config.js';
import {
  choice,
  either,
  flag,
  list,
  number,
  object,
  record,
  type Shape,
  ShapeComplaint,
  text,
} from './shape.js';

// The engine checks what is inside; here it only has to be an object.
const anyBy =
  (words: string): Shape<Readonly<Record<string, unknown>>> =>
  (value, where) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
    throw new ShapeComplaint(where, `expected an object with one key per ${words}`);
  };

/** A single one where a list is expected. */
const one =
  <T>(item: Shape<T>): Shape<readonly T[]> =>
  (value, where) => [item(value, where)];

const databaseUrl: Shape<string> = (value, where) => {
  const url = text(value, where);
  // The value is left out of the message: it may hold a password.
  if (/^postgres(ql)?:\/\//.test(url)) return url;
  throw new ShapeComplaint(where, 'expected a connection string that begins with postgres://');
};

const fileSettings = object<LoadFileSettings>({
  entity: text,
  after: either('a file or a list of files', list(text), one(text)),
  environments: either('an environment or a list of them', list(text), one(text)),
  keep: choice('once', 'in-step'),
  strategy: choice('add', 'add_or_update', 'mirror'),
});

const load = object<LoadSettings>({
  folder: text,
  environments: list(text),
  files: record(fileSettings),
});

const amount: Shape<number> = (value, where) => {
  const given = number(value, where);
  if (given >= 0 && given <= Number.MAX_SAFE_INTEGER) return given;
  throw new ShapeComplaint(where, 'expected 0 or more');
};

const secretText: Shape<string> = (value, where) => {
  if (typeof value === 'string' && value !== '') return value;
  throw new ShapeComplaint(
    where,
    'expected a text that is not empty',
    'Is the variable of the environment set?',
  );
};

const days: Shape<number> = (value, where) => {
  const count = number(value, where);
  if (count >= 1) return count;
  throw new ShapeComplaint(where, 'expected a number of days, at least 1');
};

const whole: Shape<number> = (value, where) => {
  const given = amount(value, where);
  if (Number.isInteger(given)) return given;
  throw new ShapeComplaint(where, 'expected a whole number');
};

const bytes: Shape<number> = (value, where) => {
  const given = whole(value, where);
  if (given >= 1024 * 1024) return given;
  throw new ShapeComplaint(where, 'expected a number of bytes, at least 1048576 (1 MiB)');
};

const seconds: Shape<number> = (value, where) => {
  const given = whole(value, where);
  if (given >= 1 && given <= 86_400) return given;
  throw new ShapeComplaint(where, 'expected seconds, from 1 to 86400');
};

const origin: Shape<string> = (value, where) => {
  const given = text(value, where);
  if (URL.canParse(given) && new URL(given).origin === given) return given;
  const meant = URL.canParse(given) ? new URL(given).origin : 'null';
  throw new ShapeComplaint(
    where,
    `expected an origin, as https://app.example.org, got '${given.slice(0, 60)}'`,
    meant === 'null' ? undefined : `Did you mean '${meant}'?`,
  );
};

const network: Shape<string> = (value, where) => {
  const given = text(value, where);
  const [address = '', prefix, ...rest] = given.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
  const isSound = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  if (bits > 0 && isSound && rest.length === 0) return given;
  throw new ShapeComplaint(
    where,
    `expected an address or a network, as 10.0.0.0/8, got '${given.slice(0, 60)}'`,
  );
};

const severity = choice('info', 'warning', 'error', 'critical');

const alerts = object<AlertsConfig>({
  routes: record(
    object<AlertRouteConfig>(
      {
        sources: list(text),
        types: list(text),
        organizations: list(text),
        severity,
        to: list(secretText),
        digestMinutes: whole,
        repeatMinutes: whole,
        quiet: object<NonNullable<AlertRouteConfig['quiet']>>(
          { between: list(text), timeZone: text, unless: severity },
          ['between', 'timeZone'],
        ),
        escalate: list(
          object<NonNullable<AlertRouteConfig['escalate']>[number]>(
            { afterMinutes: whole, to: list(secretText) },
            ['afterMinutes', 'to'],
          ),
        ),
        tellsResolved: flag,
        paused: flag,
      },
      ['to'],
    ),
  ),
});

const config = object<DovetailConfig>({
  databaseUrl,
  dataFolder: text,
  schemas: object<NonNullable<DovetailConfig['schemas']>>({ include: list(text), exclude: list(text) }),
  undo: object<NonNullable<DovetailConfig['undo']>>({ rows: amount, days: amount }),
  entities: anyBy('entity'),
  load,
  differences: whole,
  folders: list(text),
  storages: anyBy('storage'),
  runFiles: text,
  allowAddresses: list(text),
  notify: object<NotifyConfig>({ smtp: secretText, from: text, webhookSecret: secretText }),
  publicUrl: origin,
  api: object<ApiSettings>({
    origins: list(origin),
    rateLimit: object<RateLimitConfig>({ requests: whole, seconds }),
    batchBytes: whole,
    uploadBytes: whole,
    proxies: list(network),
  }),
  metrics: object<MetricsConfig>({ token: secretText, open: flag }),
  changes: object<ChangesConfig>({ acceptUnlimitedSlot: flag, slotBytes: bytes, outboxBytes: bytes }),
  keep: object<KeepConfig>({
    runs: days,
    errors: days,
    undo: days,
    files: days,
    firings: days,
    answers: days,
    keys: days,
    tokens: days,
    jobs: days,
    changes: days,
    alerts: days,
    deliveries: days,
  }),
  alerts,
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
