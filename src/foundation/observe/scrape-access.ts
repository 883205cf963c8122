// Who may read the numbers: programs on this machine, whoever has the token, or everybody where the configuration says so.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MetricsConfig } from '../config/project-config.js';

export interface Scrape {
  /** Of the connection's other end, or of whom a configured proxy names. */
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A proxy nobody told us of may speak from this machine for the whole world. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;

/** `byProxy`: true where the connection's other end is a configured proxy, whose word for `ip` counts. */
export function mayScrape(
  { ip, headers }: Scrape,
  byProxy: boolean,
  { open = false, token }: MetricsConfig,
): boolean {
  if (open) return true;
  const given = /^Bearer (\S+)$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  if (token !== undefined && given !== undefined && isSame(given, token)) return true;
  if (!LOOPBACK.test(ip)) return false;
  return byProxy || FORWARDED.every((name) => headers[name] === undefined);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
