// Snappy's block format (google/snappy, format_description.txt), into memory of a known length and not a byte beyond.
import { broken } from '../parquet-problems.js';

/** Most bytes that one byte of a block can stand for: a copy takes three and makes 64. */
export const SNAPPY_RATIO = 22;

export function unpackSnappy(input: Buffer, output: Buffer): void {
  const end = input.length;
  let at = 0;
  let filled = 0;
  // The length stands first; the page's header says it too.
  while (at < end && input[at++]! >= 128);
  while (at < end) {
    const tag = input[at++]!;
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const width = length - 60;
        if (at + width > end) throw damaged();
        length = input.readUIntLE(at, width) + 1;
        at += width;
      }
      if (length > end - at || length > output.length - filled) throw damaged();
      if (length <= 16) for (let i = 0; i < length; i++) output[filled + i] = input[at + i]!;
      else input.copy(output, filled, at, at + length);
      at += length;
      filled += length;
      continue;
    }
    const width = (tag & 3) === 3 ? 4 : tag & 3;
    if (at + width > end) throw damaged();
    const length = width === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const back = width === 1 ? ((tag >> 5) << 8) + input[at]! : input.readUIntLE(at, width);
    at += width;
    if (back === 0 || back > filled || length > output.length - filled) throw damaged();
    const from = filled - back;
    if (back >= length && length > 16) output.copyWithin(filled, from, from + length);
    else for (let i = 0; i < length; i++) output[filled + i] = output[from + i]!;
    filled += length;
  }
  if (filled !== output.length) throw damaged();
}

const damaged = () => broken('a page packed by Snappy is damaged');
