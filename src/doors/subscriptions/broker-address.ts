// Where a broker lies, as an address without user and password: read, and held against the guard.
import { isIP } from 'node:net';
import { checkEndpoint, guardedLookup } from '../../foundation/http/address-guard.js';
import { subscriptionsError } from './subscriptions-errors.js';

export interface BrokerAddress {
  readonly protocol: string;
  /** One of IPv6 in square brackets. */
  readonly hostname: string;
  readonly port: string;
  /** Without the slash in front. */
  readonly path: string;
}

/** Throws SUBSCRIPTIONS-104. `protocols`: with the port of each where none is said. */
export function readBrokerAddress(text: string, protocols: Readonly<Record<string, string>>): BrokerAddress {
  const names = Object.keys(protocols);
  const hint = `Write it as ${names[0]}://host:${protocols[names[0]!]}.`;
  const [, protocol = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(text) ?? [];
  const port = Object.hasOwn(protocols, protocol) ? protocols[protocol] : undefined;
  // As an address of the web, since only such are read by the same rules everywhere.
  const url = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  if (port === undefined || url === undefined || url.hostname === '')
    throw wrong(`is no address of this broker: ${names.join(':// or ')}://`, hint);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw wrong('holds more than host, port and path', 'User and password are settings of their own.');
  const asked = /:(\d{1,5})(?:\/|$)/.exec(rest.replace(/^\[[^\]]*\]/, ''))?.[1];
  return { protocol, hostname: url.hostname, port: asked ?? port, path: url.pathname.slice(1) };
}

export const toEndpointName = ({ hostname, port }: BrokerAddress): string => `${hostname}:${port}`;

/** Throws HTTP-102. */
export function checkBroker(address: BrokerAddress, allow: readonly string[]): void {
  checkEndpoint(address, allow);
}

export const lookupOf = (address: BrokerAddress, allow: readonly string[]) => guardedLookup(address, allow);

export const hostOf = ({ hostname }: BrokerAddress): string => hostname.replace(/^\[|\]$/g, '');

/** An address that was checked, for clients that take no look-up of ours. Rejects with HTTP-102, 103. */
export async function resolveBroker(address: BrokerAddress, allow: readonly string[]): Promise<string> {
  checkBroker(address, allow);
  const host = hostOf(address);
  if (isIP(host) !== 0) return host;
  return new Promise((resolve, reject) => {
    lookupOf(address, allow)(host, {}, (error, found) => {
      if (error) reject(error);
      else resolve(found as string);
    });
  });
}

const wrong = (says: string, hint: string) =>
  subscriptionsError(104, { detail: `The address ${says}.`, hint, pointer: { field: 'url' } });
