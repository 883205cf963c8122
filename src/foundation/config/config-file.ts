// Finds the project's configuration and loads it: the only code of the user's own that Dovetail runs.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configError } from './config-errors.js';
import { toConfig } from './config-shape.js';
import type { DovetailConfig } from './project-config.js';
import { loadProjectModule, readDefaultExport } from './project-module.js';

/** In order of mention in messages; a folder may hold only one of them. */
export const CONFIG_FILES = [
  'dovetail.config.ts',
  'dovetail.config.js',
  'dovetail.config.mjs',
  'dovetail.config.json',
] as const;

export interface LoadedConfig {
  readonly config: DovetailConfig;
  /** Absolute path; absent if there is no configuration. */
  readonly file?: string;
}

export interface ConfigRequest {
  /** Where the search begins; it goes upward to the root of the file system. */
  readonly folder: string;
  /** Exactly this file instead of a search; relative to `folder`. */
  readonly file?: string | undefined;
  /**
   * Path of our entry module: what the user's `import … from 'dovetail'` gets, so that it works without being installed
   * there, and is the very module that runs. Passed over if there is no such file.
   */
  readonly entry?: string | undefined;
}

/**
 * The configuration, empty if the search finds none. Throws CONFIG-101 if the named file is not there, CONFIG-102 if a
 * folder holds several, CONFIG-103 if it can't be loaded, CONFIG-104 if it says something unknown.
 */
export async function readConfig(request: ConfigRequest): Promise<LoadedConfig> {
  const file =
    request.file === undefined ? findConfigFile(request.folder) : resolve(request.folder, request.file);
  if (file === undefined) return { config: {} };
  if (!existsSync(file)) {
    throw configError(101, {
      detail: `There is no file ${file}.`,
      hint: 'Give the path of a dovetail.config.ts, .js, .mjs or .json.',
      pointer: { file },
    });
  }
  const content = file.endsWith('.json')
    ? readJson(file)
    : readDefaultExport(await loadModule(file, request.entry));
  return { config: toConfig(content, file), file };
}

/** The nearest configuration file in `folder` or above. */
export function findConfigFile(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const here = CONFIG_FILES.filter((name) => existsSync(join(at, name)));
    if (here.length > 1) {
      throw configError(102, {
        detail: `${at} holds ${here.join(' and ')}.`,
        hint: 'Keep one of them, or name one with --config.',
        pointer: { file: join(at, here[0]!) },
      });
    }
    if (here.length === 1) return join(at, here[0]!);
    if (dirname(at) === at) return undefined;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw configError(103, {
      detail: `${file} is no JSON: ${(error as Error).message}`,
      pointer: { file },
      cause: error,
    });
  }
}

async function loadModule(file: string, entry: string | undefined): Promise<unknown> {
  try {
    return await loadProjectModule(file, entry);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw configError(103, {
      detail: `${file} can't be loaded: ${message}`,
      hint: "It is run as a module of its own; check its imports, and that it doesn't fail when it is loaded.",
      pointer: { file },
      cause: error,
    });
  }
}
