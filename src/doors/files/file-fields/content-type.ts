// What a file is, by its first bytes: names and headers say what somebody wishes it to be.
import type { FileType } from '../../../engine/catalog/index.js';

/** How much of a file tells its type. */
export const HEAD_BYTES = 4096;

/** Endings of stored files, by type. */
export const ENDINGS: Readonly<Record<FileType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'avif',
  'image/bmp': 'bmp',
  'image/svg+xml': 'svg',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'video/mp4': 'mp4',
};

const at = (head: Buffer, offset: number, text: string): boolean =>
  head.toString('latin1', offset, offset + text.length) === text;

/** Brands of ISO media files (ISO/IEC 14496-12), those that say what we know. */
const AVIF_BRANDS = ['avif', 'avis'];
const MP4_BRANDS = ['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'M4V ', 'dash'];

const SIGNS: readonly (readonly [FileType, (head: Buffer) => boolean])[] = [
  ['image/jpeg', (head) => at(head, 0, '\xff\xd8\xff')],
  ['image/png', (head) => at(head, 0, '\x89PNG\r\n\x1a\n')],
  ['image/gif', (head) => at(head, 0, 'GIF87a') || at(head, 0, 'GIF89a')],
  ['image/webp', (head) => at(head, 0, 'RIFF') && at(head, 8, 'WEBP')],
  ['image/avif', (head) => hasBrand(head, AVIF_BRANDS)],
  ['video/mp4', (head) => hasBrand(head, MP4_BRANDS)],
  // The header of a bitmap states the size of its second header, which tells it from a text that begins with BM.
  [
    'image/bmp',
    (head) => at(head, 0, 'BM') && [40, 108, 124].includes(head.length > 18 ? head.readUInt32LE(14) : 0),
  ],
  ['application/pdf', (head) => at(head, 0, '%PDF-')],
  ['application/zip', (head) => at(head, 0, 'PK\x03\x04')],
  ['image/svg+xml', isSvg],
];

/** The type; undefined for what is not known. `head`: the first bytes, up to HEAD_BYTES. */
export function findContentType(head: Buffer): FileType | undefined {
  return SIGNS.find(([, fits]) => fits(head))?.[0];
}

/** The type that stored files with this ending have; undefined for endings we don't give. */
export function findTypeByEnding(path: string): FileType | undefined {
  const ending = path.slice(path.lastIndexOf('.') + 1);
  return (Object.keys(ENDINGS) as FileType[]).find((type) => ENDINGS[type] === ending);
}

function hasBrand(head: Buffer, brands: readonly string[]): boolean {
  return at(head, 4, 'ftyp') && brands.some((brand) => at(head, 8, brand));
}

/** A text whose first element is svg: declaration, comments and a doctype may stand before it. */
function isSvg(head: Buffer): boolean {
  let text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  for (let end: number; ; text = text.slice(end).trimStart()) {
    if (text.startsWith('<?') || /^<!doctype/i.test(text)) end = text.indexOf('>') + 1;
    else if (text.startsWith('<!--')) end = text.indexOf('-->') + 3;
    else break;
    if (end < 3) return false;
  }
  return /^<(?:[\w-]+:)?svg[\s>/]/.test(text);
}
