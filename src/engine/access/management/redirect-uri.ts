// Where a browser may be sent back to with a code: exactly, and nowhere that others could listen.
import { accessError } from '../access-errors.js';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/** Https; http to this machine; for public clients schemes of an application (`com.example.app:/back`). Throws ACCESS-122. */
export function checkRedirectUri(text: string, isPublic: boolean): string {
  const refuse = (why: string) =>
    accessError(122, {
      detail: `'${text.slice(0, 200)}' can't be an address to be sent back to: ${why}.`,
      hint: 'As https://app.example.org/back, in full: it is compared sign by sign.',
    });
  if (!URL.canParse(text)) throw refuse('it is no address');
  const { protocol, hostname, hash, username, password } = new URL(text);
  if (hash !== '' || text.includes('#')) throw refuse('it has a fragment');
  if (username !== '' || password !== '') throw refuse('it holds a password');
  if (text.includes('*')) throw refuse('it has a wildcard');
  if (protocol === 'https:') return text;
  if (protocol === 'http:') {
    if (LOOPBACK.test(hostname)) return text;
    throw refuse('http would show the code to everybody between');
  }
  if (isPublic && /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/.test(protocol)) return text;
  throw refuse('its scheme is neither https nor one of an application of yours');
}
