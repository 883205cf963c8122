// Runs a module of the project's own, in TypeScript or JavaScript: its configuration, its fixtures. Nothing else of a
// user's is ever run, so whoever calls this has made sure that the file lies in the project.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/**
 * The module's exports. `entry` is the path of our entry module: what an `import … from 'dovetail'` in it gets, so that it
 * works without being installed there, and is the very module that runs; passed over if there is no such file. Throws what
 * the module throws.
 */
export async function loadProjectModule(file: string, entry: string | undefined): Promise<unknown> {
  // Handed over, not found by path: by path jiti would compile all of Dovetail a second time, which takes a second.
  const own =
    entry !== undefined && existsSync(entry)
      ? { virtualModules: { dovetail: await import(pathToFileURL(entry).href) } }
      : {};
  // No caches: a changed file must count at the next start, and nothing is written outside the data folder.
  const { createJiti } = await import('jiti');
  const jiti = createJiti(file, { fsCache: false, moduleCache: false, ...own });
  return jiti.import(file);
}

/** A module's default export; undefined if it has none. */
export function readDefaultExport(module: unknown): unknown {
  if (typeof module !== 'object' || module === null || !('default' in module)) return undefined;
  const exported = module.default;
  // CommonJS loaded as a module wraps its default export once more.
  return typeof exported === 'object' && exported !== null && 'default' in exported
    ? exported.default
    : exported;
}
