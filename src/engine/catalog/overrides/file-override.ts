// A text field that holds a file: what the configuration says of it, and the same with nothing left open.
import {
  choice,
  list,
  number,
  object,
  type Shape,
  ShapeComplaint,
  text,
} from '../../../foundation/config/shape.js';

/** Content that is known by its first bytes. SVG is a text that can hold scripts, so it is never meant unless it is named. */
export const FILE_TYPES = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/svg+xml',
  'application/pdf',
  'application/zip',
  'video/mp4',
] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** When an address that gave a file before is asked again. */
export const REFETCH_RULES = ['changed', 'never', 'always'] as const;
export type RefetchRule = (typeof REFETCH_RULES)[number];

export interface FileOverride {
  /** Name of the configured storage that its files are kept in. */
  readonly storage: string;
  /** What it may be, by content: `image/jpeg`, … Default: JPEG, PNG, GIF, WebP and AVIF. */
  readonly types?: readonly FileType[];
  /** Bytes of one file. Default 20,000,000. */
  readonly maxBytes?: number;
  /** Width times height of an image. Default 100,000,000. */
  readonly maxPixels?: number;
  /** Base of public addresses, `https://cdn.example.org/`: the field then holds this and the path. Default: it holds the path. */
  readonly address?: string;
  /** Folder, relative to the configuration, in which paths are looked for. Default: the folder the source lies in. */
  readonly from?: string;
  /**
   * When an address that gave a file before is asked again: `changed` (the default) asks only for what changed, and not at all where the
   * server says nothing about versions; `never`; `always` fetches it anew.
   */
  readonly refetch?: RefetchRule;
}

/** The same, as doors read it. */
export interface FileRule extends Required<Omit<FileOverride, 'address' | 'from'>> {
  /** Ends in a slash. Empty: the field holds the path. */
  readonly address: string;
  readonly from?: string;
}

const atLeastOne: Shape<number> = (value, where) => {
  const given = number(value, where);
  if (Number.isSafeInteger(given) && given >= 1) return given;
  throw new ShapeComplaint(where, 'expected a whole number, at least 1');
};

const types: Shape<readonly FileType[]> = (value, where) => {
  const given = list(choice(...FILE_TYPES))(value, where);
  if (given.length > 0) return given;
  throw new ShapeComplaint(where, 'the list is empty, so no file would do');
};

const address: Shape<string> = (value, where) => {
  const given = text(value, where);
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return given;
  throw new ShapeComplaint(where, 'expected an address that begins with https://, without ? and #');
};

export const fileOverride: Shape<FileOverride> = object<FileOverride>(
  {
    storage: text,
    types,
    maxBytes: atLeastOne,
    maxPixels: atLeastOne,
    address,
    from: text,
    refetch: choice(...REFETCH_RULES),
  },
  ['storage'],
);
