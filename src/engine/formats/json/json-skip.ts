// Passing over what is not wanted of a JSON document, of any size, without holding it.
import type { JsonScanner } from './json-scanner.js';

export interface JsonSkip {
  depth: number;
  inString: boolean;
  afterBackslash: boolean;
  /** True once something other than white space was met. */
  begun: boolean;
}

/** To pass over one value; or, with `open`, over the rest of so many objects and arrays. */
export function createSkip(open = 0): JsonSkip {
  return { depth: open, inString: false, afterBackslash: false, begun: open > 0 };
}

/** Moves the scanner on. True once the value is behind, false if the bytes ended first. */
export function skipBytes(scanner: JsonScanner, skip: JsonSkip): boolean {
  const { bytes, filled } = scanner;
  for (; scanner.position < filled; scanner.position++) {
    const byte = bytes[scanner.position]!;
    if (skip.inString) {
      if (skip.afterBackslash) skip.afterBackslash = false;
      else if (byte === 92) skip.afterBackslash = true;
      else if (byte === 34) {
        skip.inString = false;
        if (skip.depth === 0) {
          scanner.position++;
          return true;
        }
      }
      continue;
    }
    if (byte === 10) scanner.line++;
    if (byte === 34) skip.inString = true;
    else if (byte === 123 || byte === 91) skip.depth++;
    else if (byte === 125 || byte === 93) {
      // A number or word at the end of an object: its end is the object's.
      if (skip.depth === 0) return true;
      if (--skip.depth === 0) {
        scanner.position++;
        return true;
      }
    } else if (byte === 44 && skip.depth === 0 && skip.begun) return true;
    if (byte > 32) skip.begun = true;
  }
  return false;
}
