// A template on its way to somebody far away: written to a file of ours, which goes when it was read.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Caller } from '../../../engine/access/index.js';
import { readFormat } from '../../../engine/formats/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import { importError } from '../import/import-errors.js';
import { splitName } from '../mappings/open-mapping.js';

export interface TemplateWanted {
  readonly caller: Caller;
  readonly entity: string;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  readonly fields?: readonly string[];
  /** Name of a saved one. */
  readonly mapping?: string;
  readonly signal: AbortSignal;
}

type Write = (
  call: Omit<TemplateWanted, 'mapping'> & {
    readonly mapping?: string;
    readonly mappingName?: string;
    readonly target: { readonly path: string };
  },
) => Promise<unknown>;

/** Its bytes must be read or destroyed. Throws as the writing of a template does, and FILES-109 for what is no name of a mapping. */
export async function openTemplate(
  spoolFolder: string,
  write: Write,
  { mapping, ...wanted }: TemplateWanted,
): Promise<{ readonly name: string; readonly mediaType: string; readonly bytes: Readable }> {
  const format = readFormat(wanted.format);
  if (mapping !== undefined && splitName(mapping).name === undefined)
    throw importError(109, { detail: `'${mapping.slice(0, 100)}' is no name of a saved mapping.` });
  await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
  const path = join(spoolFolder, `template-${randomUUID()}`);
  const named = mapping === undefined ? {} : { mapping: '', mappingName: mapping };
  try {
    await write({ ...wanted, ...named, target: { path } });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  const bytes = createReadStream(path);
  bytes.once('close', () => void rm(path, { force: true }).catch(() => {}));
  const name = `${wanted.entity}-template.${format.extensions[0] ?? format.name}`;
  return { name, mediaType: format.mediaTypes[0] ?? 'application/octet-stream', bytes };
}
