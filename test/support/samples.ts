// The only place that knows where other people's sample files lie; they are not part of the product.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of sample files, or undefined on machines that don't have it: such tests say that they are skipped. */
export function findSamples(): string | undefined {
  const folder = resolve(
    process.env['DOVETAIL_SAMPLES'] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data'),
  );
  return existsSync(folder) ? folder : undefined;
}
