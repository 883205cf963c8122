// What a proxy says of the request it passes on: from whom it came, and under which address. Believed of the proxies that the
// configuration names, and of nobody else: any client can write such headers.

import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export interface ProxyHeaders {
  isProxy(address: string | undefined): boolean;
  /**
   * Where the client thinks it is, as `https://shop.example.org`; empty where no proxy of ours says so, or what it says is
   * no origin.
   */
  findOrigin(request: Pick<IncomingMessage, 'headers' | 'socket'>): string;
  /** Turns a proxy's `Forwarded` (RFC 7239) into the older headers, where it sent none of those. */
  unify(request: Pick<IncomingMessage, 'headers' | 'socket'>): void;
}

const OLDER = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'] as const;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** `proxies`: addresses, and networks as `10.0.0.0/8`. */
export function createProxyHeaders(proxies: readonly string[]): ProxyHeaders {
  const known = new BlockList();
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) known.addAddress(address, family);
    else known.addSubnet(address, Number(prefix), family);
  }
  const isProxy = (given: string | undefined): boolean => {
    const address = given?.replace(/^::ffff:(?=\d+\.)/i, '');
    if (address === undefined || isIP(address) === 0) return false;
    return known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  };
  return {
    isProxy,
    findOrigin({ headers, socket }) {
      if (proxies.length === 0 || !isProxy(socket.remoteAddress)) return '';
      const host = lastOf(headers['x-forwarded-host']) ?? lastOf(headers.host);
      const proto = lastOf(headers['x-forwarded-proto'])?.toLowerCase();
      if (host === undefined || !HOST.test(host)) return '';
      return proto === 'http' || proto === 'https' ? `${proto}://${host}` : '';
    },
    unify({ headers, socket }) {
      const { forwarded } = headers;
      if (forwarded === undefined || !isProxy(socket.remoteAddress)) return;
      if (OLDER.some((name) => headers[name] !== undefined)) return;
      const hops = forwarded.split(',').map(readHop);
      const chain = hops.flatMap((hop) => toAddress(hop.get('for')) ?? []);
      const last = hops.at(-1);
      if (chain.length > 0) headers['x-forwarded-for'] = chain.join(', ');
      for (const name of ['proto', 'host'] as const) {
        const value = last?.get(name);
        if (value !== undefined) headers[`x-forwarded-${name}`] = value;
      }
    },
  };
}

const lastOf = (header: string | string[] | undefined): string | undefined =>
  String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim() || undefined;

function readHop(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^;,\s"]+))/gi)];
  return new Map(pairs.map(([, name, quoted, bare]) => [name!.toLowerCase(), quoted ?? bare ?? '']));
}

/** `for` without port and brackets; undefined for a name that hides who it was. */
function toAddress(node: string | undefined): string | undefined {
  const address =
    /^\[([^\]]+)\](?::\d+)?$/.exec(node ?? '')?.[1] ?? node?.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}
