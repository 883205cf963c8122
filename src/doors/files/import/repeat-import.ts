// The settings of a run, once more: for the file as it is now, without asking anybody anything again.
import { randomInt } from 'node:crypto';
import type { Catalog } from '../../../engine/catalog/catalog.js';
import { readColumns } from '../../../engine/formats/read-source.js';
import { openSource } from '../../../engine/formats/source-bytes.js';
import { importError } from './import-errors.js';
import { plansFor } from './import-plans.js';
import type { ImportSettings } from './import-settings.js';
import { keepSource } from './source-file.js';

/**
 * Settings for a new run like the one with these. Throws FILES-116 where the source was our own copy, which is not kept; FILES-102 where
 * the file is gone; MAPPING-… and CATALOG-… where mapping, columns or schema do not fit any more.
 */
export async function repeatImport(
  run: string,
  settings: ImportSettings,
  catalog: Catalog,
  spoolFolder: string,
  signal: AbortSignal,
): Promise<ImportSettings> {
  if (settings.source.spooled) {
    throw importError(116, {
      detail: `Run ${run} read ${settings.source.name}, of which no copy is kept.`,
      hint: 'Import it anew with `dovetail import`.',
    });
  }
  const { path, name } = settings.source;
  const { stamp: _, ...file } = await keepSource({ path }, spoolFolder, signal, () => {});
  const again: ImportSettings = {
    ...settings,
    source: { ...file, name, columns: await readColumnsNow(settings, signal) },
    seed: randomInt(2 ** 31),
    // What was agreed to then was about what was there then.
    removalConfirmed: false,
  };
  plansFor(again, catalog, { kind: 'import', id: 'check' });
  return again;
}

async function readColumnsNow(settings: ImportSettings, signal: AbortSignal): Promise<readonly string[]> {
  const { format, formatOptions: options } = settings;
  const source = await openSource({ path: settings.source.path });
  try {
    const { columns, first } = await readColumns(source, { format, options }, signal);
    return first === undefined ? settings.source.columns : columns;
  } finally {
    await source.close();
  }
}
