// A firing of an import from an address: asked for only if it is not the version that was imported last (RFC 9110, conditional GET).
import { basename } from 'node:path';
import { schedulesError } from '../../../engine/jobs/schedules/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { checkUrl } from '../../../foundation/http/address-guard.js';
import { type GuardedAnswer, requestGuarded } from '../../../foundation/http/guarded-request.js';
import { httpError } from '../../../foundation/http/http-errors.js';
import { maskSecrets } from '../../../foundation/secrets/secret-mask.js';
import { importError } from '../import/import-errors.js';
import { type FiringWork, sayRun, toCall } from './firing-work.js';
import type { FiringOutcome, ImportSchedule } from './schedule-settings.js';
import { noteTaken, readUnsettled, readVersion, settleTaken } from './taken-files.js';

const MOST_REDIRECTS = 5;

export interface AddressWork extends FiringWork {
  readonly places: { readonly allow?: readonly string[] };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Throws HTTP-101, 102, and SCHEDULES-107 for credentials that would be kept readable. */
export function checkAddress(
  address: string,
  headers: ImportSchedule['headers'],
  allow: readonly string[],
): void {
  const { username, password } = checkUrl(address.replaceAll(ENV, 'x'), allow);
  const literal = Object.entries(headers ?? {}).find(
    ([name, value]) =>
      /^(authorization|cookie|proxy-authorization|.*(key|token|secret).*)$/i.test(name) && !hasEnv(value),
  );
  if (username === '' && password === '' && literal === undefined) return;
  throw schedulesError(107, {
    detail: `${literal === undefined ? 'The address' : `The header ${literal[0]}`} holds a secret, which would be kept readable.`,
    hint: "Put it into a variable of the worker's environment and name that: --request-header 'Authorization=Bearer {env:SUPPLIER_TOKEN}'.",
  });
}

export async function importFromAddress(work: AddressWork, address: string): Promise<FiringOutcome> {
  const { database, schedule, signal, imports } = work;
  // A worker died, or was stopped, after it had fetched the file.
  for (const { run, path } of await readUnsettled(database, schedule.id)) {
    if (run === undefined) continue;
    const report = await imports.finish(run, signal);
    await settleTaken(database, run, undefined);
    return { state: isWell(report.state) ? 'done' : 'failed', says: `${sayRun(path, report)}.` };
  }
  const name = maskSecrets(address.replaceAll(ENV, '****'));
  const answer = await ask(work, address, await readVersion(database, schedule.id, name));
  if (answer.status === 304) {
    answer.body.resume();
    return { state: 'nothing', says: `${name} has not changed.` };
  }
  return take(work, name, answer);
}

async function ask(
  work: AddressWork,
  address: string,
  version: { readonly etag?: string; readonly lastModified?: string },
): Promise<GuardedAnswer> {
  const settings = work.schedule.settings as ImportSchedule;
  const given = Object.entries(settings.headers ?? {}).map(
    ([name, value]) => [name, fillIn(value, work.env)] as const,
  );
  const answer = await requestGuarded({
    method: 'GET',
    url: fillIn(address, work.env, encodeURIComponent),
    headers: {
      accept: '*/*',
      ...Object.fromEntries(given),
      ...(version.etag === undefined ? {} : { 'if-none-match': version.etag }),
      ...(version.lastModified === undefined ? {} : { 'if-modified-since': version.lastModified }),
    },
    allow: work.places.allow ?? [],
    maxRedirects: MOST_REDIRECTS,
    signal: work.signal,
  });
  if (answer.status === 200 || answer.status === 304) return answer;
  answer.body.destroy();
  const later = answer.status >= 500 || answer.status === 429 || answer.status === 408;
  throw httpError(later ? 108 : 107, {
    detail: `${new URL(address.replaceAll(ENV, 'x')).host} answered ${answer.status}.`,
  });
}

async function take(work: AddressWork, name: string, answer: GuardedAnswer): Promise<FiringOutcome> {
  const { database, schedule, firing, signal, imports, clock } = work;
  const settings = schedule.settings as ImportSchedule;
  const header = (key: string) => [answer.headers[key]].flat()[0];
  const title = basename(new URL(name).pathname) || 'answer';
  const source = { stream: answer.body, name: title };
  let known = false;
  try {
    const report = await imports.start(toCall(settings, schedule, source, signal), {
      firing: firing.id,
      async beside(client, run, { sha256, size }) {
        const modifiedAt = new Date(header('last-modified') ?? clock.now());
        const taken = {
          schedule: schedule.id,
          path: name,
          size,
          sha256,
          modifiedAt: Number.isNaN(modifiedAt.getTime()) ? clock.now() : modifiedAt,
          run,
          etag: header('etag'),
          lastModified: header('last-modified'),
        };
        if (await noteTaken(client, taken, false)) return;
        known = true;
        throw importError(115, { detail: `${name} gave what it gave before.` });
      },
    });
    signal.throwIfAborted();
    await settleTaken(database, report.run!, undefined);
    return { state: isWell(report.state) ? 'done' : 'failed', says: `${sayRun(name, report)}.` };
  } catch (error) {
    answer.body.destroy();
    if (known && error instanceof DovetailError)
      return { state: 'nothing', says: `${name} has not changed: the same content.` };
    throw error;
  }
}

const isWell = (state: string): boolean => state === 'completed' || state === 'completed_with_errors';

const ENV = /\{env:(\w+)\}/g;
const hasEnv = (text: string): boolean => /\{env:\w+\}/.test(text);

/** The text with the variables it names. Throws SCHEDULES-107 for one that is not set. */
function fillIn(
  text: string,
  env: AddressWork['env'],
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(ENV, (_, name: string) => {
    const value = env[name];
    if (value !== undefined && value !== '') return encode(value);
    throw schedulesError(107, {
      detail: `The variable ${name} is not set in the environment of the worker.`,
    });
  });
}
