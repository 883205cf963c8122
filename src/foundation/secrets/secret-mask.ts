// Keeps passwords and tokens out of anything that is printed or logged.

const MASK = '****';

/** Names of settings whose values are secrets. */
export const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|api[-_]?key|credential|authorization|private[-_]?key/i;

// Repeats are bounded, so that a cell of megabytes takes no time that grows with its square.
// user:password@ of any URL. The password may hold anything but white space, slashes and quotes; the last @ ends it.
const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@'"]*):[^\s/'"]*@/gi;
// password=… as in connection strings and query strings, quoted or not.
const NAMED_SECRET =
  /\b((?:[a-z]{1,30}[-_]){0,8}(?:password|passwd|secret|token|api[-_]?key)\s*=\s*)('[^']*'|"[^"]*"|[^\s&;,'"]+)/gi;

// Keys of clients of ours: the number tells which it is, the rest is the secret.
const CLIENT_KEY = /\bdvt_(\d{1,18})_[\w-]{43}/g;

// One-time links, and what stands behind Bearer or Basic in a header.
const INVITATION = /(\/invitation\/)[\w-]{43}/g;
const HEADER = /\b(Bearer|Basic) [\w.~+/-]{16,4096}=*/g;

/** The text with the passwords of URLs, keys of clients, one-time links, and the values of `password=…` and the like replaced by `****`. */
export function maskSecrets(text: string): string {
  return text
    .replace(URL_PASSWORD, `$1:${MASK}@`)
    .replace(NAMED_SECRET, `$1${MASK}`)
    .replace(CLIENT_KEY, `dvt_$1_${MASK}`)
    .replace(INVITATION, `$1${MASK}`)
    .replace(HEADER, `$1 ${MASK}`);
}

/** The text with every secret that `data` holds (values under secret names, at any depth) replaced by `****`. */
export function maskValuesOf(data: unknown, text: string): string {
  let masked = maskSecrets(text);
  for (const value of listSecretValues(data)) masked = masked.replaceAll(value, MASK);
  return masked;
}

function listSecretValues(data: unknown, secret = false): string[] {
  if (typeof data === 'string') return secret && data.length > 0 ? [data] : [];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([name, value]) =>
    listSecretValues(value, secret || SECRET_NAME.test(name)),
  );
}
