// What is kept of an export with its run: what was asked for, and where it went.
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import type { ExportTarget } from './export-target.js';

export interface ExportSettings {
  readonly where?: string;
  readonly fields?: readonly string[];
  readonly order?: readonly string[];
  readonly limit?: number;
  readonly header?: 'names' | 'labels';
  /** Path of a mapping file. */
  readonly mapping?: string;
  /** As of an import. */
  readonly mappingName?: string;
  readonly text?: string;
  readonly format: string;
  readonly formatOptions?: FormatOptions;
  /** True: its file is the run's own, made by a worker. */
  readonly requested?: true;
  readonly full: boolean;
  /** Absolute path; absent for a stream. */
  readonly file?: string;
}

/** An export as it was asked for. */
export type ExportWish = Omit<ExportSettings, 'file'> & {
  readonly target: ExportTarget;
  readonly deliver?: { readonly as: string };
};

export function toExportSettings(wish: ExportWish): ExportSettings {
  const { where, fields, order, limit, header, mapping, format, formatOptions, full, target, deliver } = wish;
  return {
    format,
    full,
    ...(formatOptions === undefined ? {} : { formatOptions }),
    ...(where === undefined ? {} : { where }),
    ...(fields === undefined ? {} : { fields }),
    ...(order === undefined ? {} : { order }),
    ...(limit === undefined ? {} : { limit }),
    ...(header === undefined ? {} : { header }),
    ...(mapping === undefined ? {} : { mapping }),
    ...('path' in target ? { file: deliver?.as ?? target.path } : {}),
  };
}
