// What a cell of a file field asks for, by its text alone: a stored file, an address, a path, or the file itself.
import { posix } from 'node:path';
import { maskSecrets } from '../../../foundation/secrets/secret-mask.js';
import { importError } from '../import/import-errors.js';

export type FileWish =
  /** As an export wrote it: there may be such a file already. */
  | { readonly kind: 'stored'; readonly path: string }
  | { readonly kind: 'address'; readonly url: string }
  /** Relative, with slashes, as the cell says it: what it is relative to may be above it. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'data'; readonly bytes: Buffer };

const STORED = /^[0-9a-f]{2}\/[0-9a-f]{62}\.[a-z0-9]{2,5}$/;

const MOST_NAME_TEXT = 8_192;

/** A `data:` URI is part of a row, and rows are kept in memory. */
const MOST_DATA_TEXT = 2_000_000;

export const isStoredPath = (text: string): boolean => STORED.test(text);

/** The path in the storage that a value of the field names; undefined if it names none. `address`: the rule's. */
export function toStored(value: string, address: string): string | undefined {
  const path = address !== '' && value.startsWith(address) ? value.slice(address.length) : value;
  return isStoredPath(path) ? path : undefined;
}

/** Throws FILES-141, 142 and 147. `address`: what stands before the path in the field. */
export function toFileWish(text: string, address: string): FileWish {
  const cell = text.trim();
  const stored = toStored(cell, address);
  if (stored !== undefined) return { kind: 'stored', path: stored };
  if (/^data:/i.test(cell)) return { kind: 'data', bytes: toDataBytes(cell) };
  if (cell.length > MOST_NAME_TEXT) {
    throw importError(147, {
      detail: `${toShown(cell)} is longer than any address or path: ${cell.length} characters.`,
      hint: 'It takes an address, a path, or a data: URI.',
    });
  }
  if (/^https?:/i.test(cell)) return { kind: 'address', url: cell };
  if (/^[a-z][a-z0-9+.-]+:/i.test(cell)) {
    throw importError(147, {
      detail: `${toShown(cell)} is no kind of address that files are taken from.`,
      hint: 'It takes https:// and http:// addresses, paths, and data: URIs.',
    });
  }
  return { kind: 'path', path: toRelative(cell) };
}

function toRelative(cell: string): string {
  const path = cell.replaceAll('\\', '/');
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) {
    throw importError(141, {
      detail: `${toShown(cell)} is an absolute path.`,
      hint: 'Name the file relative to the folder, or the zip file, that the table lies in.',
    });
  }
  return path;
}

/** The path from `folder` on, both relative to a root. Throws FILES-141 if it leads out of the root, or to what is hidden. */
export function toPathInside(folder: string, path: string): string {
  const inside = posix.normalize(posix.join(folder, path)).replace(/^\.\//, '');
  const parts = inside.split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  const sound = !/[\u0000-\u001f]/.test(inside) && inside !== '.' && !inside.startsWith('/');
  if (sound && !parts.some((part) => part.startsWith('.'))) return inside;
  throw importError(141, {
    detail: `${toShown(path)} leads out of the folder or zip file it belongs to, or to something hidden.`,
    hint: 'Put the file into that folder, or below it.',
  });
}

function toDataBytes(cell: string): Buffer {
  if (cell.length > MOST_DATA_TEXT) {
    throw importError(142, {
      detail: `The file in the cell is longer than ${MOST_DATA_TEXT} characters.`,
      hint: 'Put it into a file of its own, and its path into the cell.',
    });
  }
  const comma = cell.indexOf(',');
  const body = cell.slice(comma + 1).replace(/\s/g, '');
  const isBase64 = comma > 0 && /;base64$/i.test(cell.slice(0, comma));
  if (isBase64 && body !== '' && /^[A-Za-z0-9+/]*={0,2}$/.test(body)) return Buffer.from(body, 'base64');
  throw importError(147, {
    detail: `${toShown(cell.slice(0, 40))} is no data: URI in base64.`,
    hint: 'It begins like data:image/png;base64, and goes on with the file in base64.',
  });
}

/** The cell in messages: of an address neither query nor credentials, which may be secrets. */
export function toShown(cell: string): string {
  // Looking for secrets in a text of megabytes would take for ever.
  const text = cell.slice(0, MOST_NAME_TEXT);
  const url = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const plain = url ? `${url.protocol}//${url.host}${url.pathname}` : maskSecrets(text);
  return plain.length > 120 ? `${plain.slice(0, 119)}…` : plain;
}
