// The settings of a bucket, and what can be wrong with them.
import { choice, flag, object, type Shape, ShapeComplaint, text } from '../../../foundation/config/shape.js';
import { secretName } from '../secret-setting.js';
import { toStoragePath } from '../storage-path.js';
import { timeoutSeconds } from '../timeout-setting.js';

export interface S3Settings {
  readonly kind: 's3';
  readonly bucket: string;
  /** Folder in the bucket that everything lies in: `dovetail/prod`. Default: the whole bucket. */
  readonly prefix?: string;
  /** Default: `us-east-1`. */
  readonly region?: string;
  /** `https://minio.example.org:9000`. Default: Amazon's own of the region. A private one must also stand in `allowAddresses`. */
  readonly endpoint?: string;
  /** True: the bucket is a part of the path, not of the host's name. Default: true where an endpoint is named. */
  readonly pathStyle?: boolean;
  /** May be `{env:NAME}`. */
  readonly accessKeyId: string;
  /** As `{env:NAME}` only. */
  readonly secretAccessKey: string;
  /** Of temporary keys. As `{env:NAME}` only. */
  readonly sessionToken?: string;
  /** How long the server may say nothing, in seconds. Default: 30. */
  readonly timeoutSeconds?: number;
}

const bucket: Shape<string> = (value, where) => {
  const name = text(value, where);
  if (/^[\w.-]{3,255}$/.test(name)) return name;
  throw new ShapeComplaint(where, 'expected the name of a bucket: letters, digits, dots and hyphens');
};

const prefix: Shape<string> = (value, where) => {
  const given = text(value, where);
  try {
    return toStoragePath(given);
  } catch {
    throw new ShapeComplaint(where, 'expected a folder in the bucket, without .. and no / at its beginning');
  }
};

const endpoint: Shape<string> = (value, where) => {
  const given = text(value, where);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  // The value is left out of the message: it may hold a password.
  const plain = url !== undefined && url.username === '' && url.password === '' && url.pathname === '/';
  if (plain && /^https?:$/.test(url.protocol) && url.search === '') return given;
  throw new ShapeComplaint(where, 'expected https://host:port, without a user and without a path');
};

/** What can be wrong with them before a connection is. */
export const s3Shape: Shape<S3Settings> = object<S3Settings>(
  {
    kind: choice('s3'),
    bucket,
    prefix,
    region: text,
    endpoint,
    pathStyle: flag,
    accessKeyId: text,
    secretAccessKey: secretName,
    sessionToken: secretName,
    timeoutSeconds,
  },
  ['kind', 'bucket', 'accessKeyId', 'secretAccessKey'],
);
