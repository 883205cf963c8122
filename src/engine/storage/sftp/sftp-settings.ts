// The settings of a folder on an SFTP server, and what can be wrong with them.
import {
  choice,
  either,
  list,
  number,
  object,
  type Shape,
  ShapeComplaint,
  text,
} from '../../../foundation/config/shape.js';
import { secretName } from '../secret-setting.js';
import { timeoutSeconds } from '../timeout-setting.js';

export interface SftpSettings {
  readonly kind: 'sftp';
  /** A private one must also stand, with its port, in `allowAddresses`. */
  readonly host: string;
  /** Default: 22. */
  readonly port?: number;
  readonly user: string;
  /** As `{env:NAME}` only. */
  readonly password?: string;
  /** The text of the key, as `{env:NAME}` only. */
  readonly privateKey?: string;
  /** The key as a file; relative to the configuration file. */
  readonly privateKeyFile?: string;
  /** Of a key that is encrypted. As `{env:NAME}` only. */
  readonly passphrase?: string;
  /** What the server's key is known by: `SHA256:…`, or a list of them. Without it nothing connects; the refusal says what the server showed. */
  readonly hostKey?: string | readonly string[];
  /** Folder on the server that everything lies in. Default: the one the login begins in. */
  readonly path?: string;
  /** How long the server may say nothing, in seconds. Default: 30. */
  readonly timeoutSeconds?: number;
}

const host: Shape<string> = (value, where) => {
  const name = text(value, where);
  // No address with a user, a port or a path in it: the guard must know what is connected to.
  if (/^[\w.:-]{1,253}$/.test(name)) return name;
  throw new ShapeComplaint(where, 'expected the name of a host, or its address');
};

const port: Shape<number> = (value, where) => {
  const given = number(value, where);
  if (Number.isInteger(given) && given >= 1 && given <= 65_535) return given;
  throw new ShapeComplaint(where, 'expected a port, 1 to 65535');
};

const fingerprint: Shape<string> = (value, where) => {
  const given = text(value, where);
  if (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(given)) return given.replace(/=$/, '');
  throw new ShapeComplaint(
    where,
    'expected a fingerprint like SHA256:… with 43 signs',
    '`ssh-keyscan HOST | ssh-keygen -lf -` shows those of a server; whoever runs it can say which is right.',
  );
};

const keys = object<SftpSettings>(
  {
    kind: choice('sftp'),
    host,
    port,
    user: text,
    password: secretName,
    privateKey: secretName,
    privateKeyFile: text,
    passphrase: secretName,
    hostKey: either<string | readonly string[]>(
      'a fingerprint like SHA256:… or a list of them',
      fingerprint,
      list(fingerprint),
    ),
    path: text,
    timeoutSeconds,
  },
  ['kind', 'host', 'user'],
);

export const sftpShape: Shape<SftpSettings> = (value, where) => {
  const settings = keys(value, where);
  const { password, privateKey, privateKeyFile } = settings;
  const ways = [password, privateKey, privateKeyFile].filter((way) => way !== undefined);
  if (ways.length === 1) return settings;
  throw new ShapeComplaint(where, 'expected one of password, privateKey and privateKeyFile');
};
