// The guard of outgoing connections: only public addresses, but for hosts and ports that the configuration names.
import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { DovetailError } from '../errors/dovetail-error.js';
import { maskSecrets } from '../secrets/secret-mask.js';
import { httpError } from './http-errors.js';

// IANA special-purpose registries (RFC 6890 and its successors), multicast and reserved space.
const BLOCKED = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  BLOCKED.addSubnet(net, prefix, 'ipv4');
}
// Of IPv6 only 2000::/3 is public; inside it, what carries or hides an IPv4 address, and what is for documentation.
const PUBLIC6 = new BlockList();
PUBLIC6.addSubnet('2000::', 3, 'ipv6');
const BLOCKED6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  BLOCKED6.addSubnet(net, prefix, 'ipv6');
}

/** True for an IP address (in text) that lies on the public internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !BLOCKED.check(address, 'ipv4');
  // An IPv6 address that maps an IPv4 one (::ffff:0:0/96) is outside of 2000::/3, and so refused.
  if (family === 6) return PUBLIC6.check(address, 'ipv6') && !BLOCKED6.check(address, 'ipv6');
  return false;
}

/** The URL, if it is one that may be asked at all. `allow`: `host:port` of private ones that may. Throws HTTP-101, 102. */
export function checkUrl(text: string, allow: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw httpError(101, {
      detail: `'${maskSecrets(text.slice(0, 1_000)).slice(0, 200)}' is no address of the web.`,
      hint: 'It begins with https://.',
    });
  }
  checkEndpoint(url, allow);
  return url;
}

/** Where a connection goes, whatever is spoken over it. A URL is one. */
export interface Endpoint {
  /** A name, or an address; one of IPv6 in square brackets. */
  readonly hostname: string;
  /** Of a URL of the web it may be blank. */
  readonly port: string;
  readonly protocol?: string;
}

/** Throws HTTP-102 for a literal address that may not be asked. Names are checked when they are resolved. */
export function checkEndpoint(at: Endpoint, allow: readonly string[]): void {
  const host = at.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublic(host) && !isAllowed(at, allow)) throw refused(at, host);
}

/**
 * The look-up to connect with: the address that was checked is the one that is connected to, so a name that changes its mind in between
 * gains nothing.
 */
export function guardedLookup(at: Endpoint, allow: readonly string[]): LookupFunction {
  return (host, options, done) => {
    systemLookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0);
      const wrong = isAllowed(at, allow) ? undefined : addresses.find(({ address }) => !isPublic(address));
      if (wrong !== undefined) return done(refused(at, wrong.address), '', 0);
      if (options.all === true) return done(null, addresses);
      return done(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

/**
 * Holds an address against the guard without asking it: literal addresses, and what a name resolves to now. Throws HTTP-101, 102, and
 * 103 for a name that nobody knows.
 */
export async function checkAddress(text: string, allow: readonly string[]): Promise<void> {
  const url = checkUrl(text, allow);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return;
  await new Promise<void>((resolve, reject) => {
    guardedLookup(url, allow)(host, { all: true }, (error: NodeJS.ErrnoException | null) => {
      if (error === null) resolve();
      else if (error instanceof DovetailError) reject(error);
      else reject(httpError(103, { detail: `${host} is not known: ${error.code}.`, cause: error }));
    });
  });
}

function isAllowed(at: Endpoint, allow: readonly string[]): boolean {
  return allow.includes(`${at.hostname}:${portOf(at)}`);
}

const portOf = ({ port, protocol }: Endpoint): string => port || (protocol === 'https:' ? '443' : '80');

const refused = (at: Endpoint, address: string) =>
  httpError(102, {
    detail: `${at.hostname} is ${address === at.hostname ? '' : `${address}, `}an address that is not public.`,
    hint: `If it is meant, name it exactly in the configuration: allowAddresses: ['${at.hostname}:${portOf(at)}'].`,
  });
