// Joins the sources of programs into a few files: a process is up in a third of the time that hundreds of modules take.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './bootstrap.mjs';

/** What users run, and the module that `import … from 'dovetail'` gives them. */
const PRODUCT = ['src/cli/dovetail.ts', 'src/index.ts'];

/**
 * Writes NAME.js into `folder` for each of the product's entries and of `more`; what they have in common lies beside them. The
 * folder must be as deep in its package as `dist/program`. Throws if a source can't be read or parsed; types are not checked.
 */
export function bundle(folder, more = []) {
  // Loaded here: whoever imports this file may still have to install it.
  const { buildSync } = createRequire(import.meta.url)('esbuild');
  buildSync({
    absWorkingDir: ROOT,
    tsconfig: join(ROOT, 'tsconfig.json'),
    entryPoints: [...PRODUCT, ...more],
    outdir: folder,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Other people's packages stay packages: they are installed, updated and licensed as such.
    packages: 'external',
    sourcemap: true,
    logLevel: 'error',
  });
}
